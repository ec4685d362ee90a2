/**
 * What one channel of a map gives to a unit that reads it, position by position:
 *
 *     part[y, x] = Σ_rc k[r, c] · map[y·stride + r·dilation − top, x·stride + c·dilation − left]
 *
 * A unit's value before its activation is its bias plus the sum of these parts over the channels it reads.
 */
import { LensError } from "../core/errors.js";
import { formatUnit, type Unit, type UnitLike } from "../core/unit.js";
import { type Network, opsByName, outputOp, resolveUnit } from "../network/network.js";
import { padsOf } from "../network/ops/window.js";
import { channelSources } from "../network/sources.js";
import { layerWeights } from "../weights/layer-weights.js";

/** A map of one channel. */
export interface Plane {
  readonly height: number;
  readonly width: number;
  readonly data: Float32Array;
}

/** How a unit reads one channel. */
export interface Contribution {
  /** The unit that reads. */
  readonly to: Unit;
  /** Where its value before the activation is found: behind the batch norm that is taken in, if there is one. */
  readonly value: Unit;
  /** The unit that makes the channel. */
  readonly from: Unit;
  /** The channel as it is read: of the last layer on the way. */
  readonly read: Unit;
  /** Layers on the way. */
  readonly via: readonly string[];
  /** What the channel gives. */
  readonly partOf: (plane: Plane) => Plane;
}

/** All channels a unit reads. */
export function contributionsOf(
  net: Network,
  unit: UnitLike | string,
): { readonly readings: readonly Contribution[]; readonly bias: number; readonly value: Unit } {
  const { layer, channel } = resolveUnit(net, unit);
  const reader = layerWeights(net, layer, "folded");
  const to = { layer: reader.layer, channel };
  const value = { layer: reader.norm ?? reader.layer, channel };
  const op = outputOp(net, reader.layer);
  const input = opsByName(net).get(op.inputs[0]!)!;
  if (op.kind !== "conv" && op.kind !== "depthwise" && op.kind !== "dense")
    throw new LensError("unsupported", `"${reader.layer}" has no weights of its own to follow`);
  const slides = op.kind !== "dense";
  const { height, width } = reader;
  const strides = slides ? op.strides : ([1, 1] as const);
  const dilation = slides ? op.dilation : ([1, 1] as const);
  const padding = slides ? op.padding : "valid";
  // A dense layer behind a flattened map reads the map itself.
  const read = slides ? input : mapBehind(net, input.name);
  const [first, end] = reader.range(channel);
  const readings = Array.from({ length: end - first }, (_, i): Contribution => {
    const kernel = reader.kernel(channel, first + i);
    const source = reader.sources[first + i]!;
    return {
      to,
      value,
      from: source.unit,
      read: { layer: read.layer, channel: first + i },
      via: source.via,
      partOf: (plane) => correlate(plane, { kernel, height, width, strides, dilation, padding }),
    };
  });
  return { readings, bias: reader.bias(channel), value };
}

/** The reading that joins two units. */
export function contributionBetween(net: Network, to: UnitLike | string, from: UnitLike | string): Contribution {
  const source = resolveUnit(net, from);
  const target = resolveUnit(net, to);
  const sum = outputOp(net, target.layer).kind === "add";
  const { readings } = sum ? { readings: termsOf(net, target) } : contributionsOf(net, target);
  const found = readings.find(
    (each) => formatUnit(each.from) === formatUnit(source) || formatUnit(each.read) === formatUnit(source),
  );
  if (found) return found;
  const layers = [...new Set(readings.map((each) => each.from.layer))];
  throw new LensError(
    "unsupported",
    `"${formatUnit(source)}" does not feed "${formatUnit(resolveUnit(net, to))}" through weights of one layer; its inputs are units of ${layers.join(", ")}`,
  );
}

/** The terms of a sum: each gives itself. */
function termsOf(net: Network, { layer, channel }: Unit): Contribution[] {
  const to = { layer, channel };
  return outputOp(net, layer).inputs.map((name) => {
    const { unit: from, via } = channelSources(net, name)[channel]!;
    const read = { layer: opsByName(net).get(name)!.layer, channel };
    return { to, value: to, from, read, via, partOf: (plane) => plane };
  });
}

/** The map before a flattening. */
function mapBehind(net: Network, name: string) {
  const ops = opsByName(net);
  let op = ops.get(name)!;
  while (op.kind === "reshape" || op.kind === "identity") op = ops.get(op.inputs[0]!)!;
  return op;
}

interface Sliding {
  readonly kernel: Float32Array;
  readonly height: number;
  readonly width: number;
  readonly strides: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly padding: Parameters<typeof padsOf>[0];
}

function correlate(plane: Plane, { kernel, height, width, strides, dilation, padding }: Sliding): Plane {
  const { top, bottom, left, right } = padsOf(padding, [height, width], strides, dilation, [plane.height, plane.width]);
  const along = (n: number, pads: number, taps: number, gap: number, stride: number): number =>
    Math.floor((n + pads - ((taps - 1) * gap + 1)) / stride) + 1;
  const rows = along(plane.height, top + bottom, height, dilation[0], strides[0]);
  const columns = along(plane.width, left + right, width, dilation[1], strides[1]);
  const data = new Float32Array(rows * columns);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      let sum = 0;
      for (let r = 0; r < height; r++) {
        const row = y * strides[0] + r * dilation[0] - top;
        if (row < 0 || row >= plane.height) continue;
        for (let c = 0; c < width; c++) {
          const column = x * strides[1] + c * dilation[1] - left;
          if (column >= 0 && column < plane.width)
            sum += kernel[r * width + c]! * plane.data[row * plane.width + column]!;
        }
      }
      data[y * columns + x] = sum;
    }
  }
  return { height: rows, width: columns, data };
}
