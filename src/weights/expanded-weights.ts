/**
 * Expanded weights: a unit's weights over a layer further down, from the window of a linear stand-in of the network and the
 * window of the same network with the sizes of its weights.
 */
import type { Unit } from "../core/unit.js";
import { type Network, outputOp } from "../network/network.js";
import { compose, type Window } from "../network/transform/compose.js";
import { linearize, withSizes } from "../network/transform/linearize.js";
import { subnetwork } from "../network/transform/subnetwork.js";
import type { ExpandedWeights } from "./channel-weights.js";
import { valueUnit } from "./layer-weights.js";

/** Expanded weights by composition, in plain loops, with rectifiers let through. */
export interface ComposedWeights extends ExpandedWeights {
  /** The unit, of the layer that makes it. */
  readonly to: Unit;
  /** Layers on the way. */
  readonly via: readonly string[];
}

/**
 * The weights of a unit over a layer further down.
 *
 * @throws LensError `unsupported` where a way leads round the layer, or through what is no window.
 */
export function composedWeights(net: Network, unit: Unit, layer: string): ComposedWeights {
  return composer(net, layer)(unit);
}

/**
 * The weights of units over a layer further down, unit by unit. The network between is made linear once for all units that one
 * layer makes.
 *
 * @throws LensError as `composedWeights` does, when a unit is asked for.
 */
export function composer(net: Network, layer: string): (unit: Unit) => ComposedWeights {
  const ways = new Map<string, ReturnType<typeof linearWay>>();
  return (unit) => {
    const to = valueUnit(net, unit);
    const way = ways.get(to.layer) ?? linearWay(net, layer, to.layer);
    ways.set(to.layer, way);
    const windows = [compose(way.signed, to.channel), compose(way.sizes, to.channel)] as const;
    const made = outputOp(net, unit.layer).kind === "concat" ? to : unit;
    return { ...expandedWeights(...windows, way.standIns), to: made, via: way.via };
  };
}

/** The linear stand-in of a network between two layers, the same with the sizes of its weights, and the layers between. */
function linearWay(net: Network, layer: string, to: string) {
  const way = subnetwork(net, layer, to);
  const { net: signed, standIns } = linearize(way, { gates: null, size: "free" });
  const via = way.layers.slice(1).map(({ name }) => name);
  return { signed, sizes: withSizes(signed), standIns, via: via.filter((name) => name !== to) };
}

/**
 * The weights that two windows are: of the signed ways, and of their sizes. Then positive = (sizes + ways) / 2. Rows and
 * columns that no way reaches are left out.
 */
export function expandedWeights(ways: Window, sizes: Window, standIns: readonly string[]): ExpandedWeights {
  const { height, width, channels, data } = cropped(ways, sizes);
  const size = cropped(sizes, sizes).data;
  return {
    height,
    width,
    channels,
    data: Float32Array.from(data),
    positive: Float32Array.from(data, (w, i) => (size[i]! + w) / 2),
    negative: Float32Array.from(data, (w, i) => (w - size[i]!) / 2),
    cancellation: cancellationOf(data, size, channels),
    status: standIns.length === 0 ? "exact" : `approximate: ${standIns.join("; ")}`,
  };
}

/** 1 − Σ |sum of ways| / Σ |ways|, of each channel. */
function cancellationOf(data: Window["data"], size: Window["data"], channels: number): number[] {
  return Array.from({ length: channels }, (_, c) => {
    let [sum, total] = [0, 0];
    for (let i = c; i < data.length; i += channels) {
      sum += Math.abs(data[i]!);
      total += size[i]!;
    }
    return total > 0 ? 1 - sum / total : 0;
  });
}

/** The part of a window that another reaches: what lies outside is zero in both. */
function cropped({ height, width, channels, data }: Window, reach: Window): Omit<Window, "top" | "left"> {
  let [top, bottom, left, right] = [height, -1, width, -1];
  for (let i = 0; i < reach.data.length; i++) {
    if (reach.data[i] === 0) continue;
    const pixel = Math.floor(i / channels);
    const [y, x] = [Math.floor(pixel / width), pixel % width];
    [top, bottom, left, right] = [Math.min(top, y), Math.max(bottom, y), Math.min(left, x), Math.max(right, x)];
  }
  if (bottom < 0) return { height: 1, width: 1, channels, data: new Float32Array(channels) };
  const [rows, columns] = [bottom - top + 1, right - left + 1];
  const out = new Float64Array(rows * columns * channels);
  for (let y = 0; y < rows; y++) {
    const start = ((top + y) * width + left) * channels;
    out.set(data.subarray(start, start + columns * channels), y * columns * channels);
  }
  return { height: rows, width: columns, channels, data: out };
}
