/** One layer apart, four verbs say the same: slice, inputs, expanded weights, and attribution along both of its ways. */
import { attribution } from "../../src/circuit/attribution.js";
import { contributionsOf } from "../../src/circuit/contribution.js";
import { expand } from "../../src/circuit/expand.js";
import type { Image } from "../../src/core/image.js";
import { channelsOf } from "../../src/core/shape.js";
import { formatUnit, type Unit } from "../../src/core/unit.js";
import type { Engine } from "../../src/engine/engine.js";
import type { Network } from "../../src/network/network.js";
import { inputs } from "../../src/weights/inputs.js";
import { layerWeights } from "../../src/weights/layer-weights.js";
import { slice } from "../../src/weights/slice.js";

/** Largest differences, as shares of the largest weight and of the sum of the sizes of all parts. */
export interface Differences {
  readonly weights: number;
  readonly parts: number;
}

/** How far the verbs are apart for a unit of a layer with weights, on an image. */
export async function differences(
  net: Network,
  unit: Unit,
  { image, engine }: { readonly image: Image | null; readonly engine: Engine },
): Promise<Differences> {
  const filter = slice(net, unit);
  let apart = 0;
  for (const { kernel } of inputs(net, unit)) {
    const own = filter.sources.flatMap((source, i) => (formatUnit(source.unit) === formatUnit(kernel.from) ? [i] : []));
    const gaps = own.map((i) => farthest(kernel.data, channelOf(filter, i)));
    apart = Math.max(apart, Math.min(...gaps));
  }
  const from = contributionsOf(net, unit).contributions[0]!.read[0]!.layer;
  const expanded = await expand(net, unit, from, { engine });
  if (expanded.status !== "exact") throw new Error(`${formatUnit(unit)} over ${from} is ${expanded.status}`);
  const wanted = spread(net, unit, channelsOf(net.layer(from).output));
  if (wanted.length !== expanded.data.length)
    throw new Error(`${formatUnit(unit)} over ${from}: ${expanded.data.length} weights, not ${wanted.length}`);
  apart = Math.max(apart, farthest(wanted, expanded.data));
  const scale = filter.data.reduce((most, w) => Math.max(most, Math.abs(w)), 0) || 1;
  return { weights: apart / scale, parts: image ? await partsApart(net, unit, { image, engine, from }) : 0 };
}

/** The difference of exact attribution and that by slopes from the layer that is read, and of the sum and the value. */
async function partsApart(
  net: Network,
  unit: Unit,
  { image, engine, from }: { readonly image: Image; readonly engine: Engine; readonly from: string },
): Promise<number> {
  const exact = await attribution(net, unit, image, { engine });
  const slopes = await attribution(net, unit, image, { engine, from, at: exact.at });
  const { contributions } = contributionsOf(net, unit);
  const bySource = new Map<string, number>();
  const bySlope = new Map(slopes.parts.map((part) => [part.unit.channel, part.contribution]));
  for (const { from: source, read } of contributions) {
    const given = read.reduce((sum, { channel }) => sum + bySlope.get(channel)!, 0);
    bySource.set(formatUnit(source), (bySource.get(formatUnit(source)) ?? 0) + given);
  }
  const total = exact.parts.reduce((sum, { contribution }) => sum + Math.abs(contribution), Math.abs(exact.base)) || 1;
  const sum = exact.parts.reduce((all, { contribution }) => all + contribution, exact.base);
  const gaps = exact.parts.map((part) => Math.abs(part.contribution - bySource.get(formatUnit(part.unit))!));
  return Math.max(...gaps, Math.abs(sum - exact.value), Math.abs(slopes.value - exact.value)) / total;
}

/** A unit's filter over all channels of the map it reads, with zeros between dilated taps and none around it. */
function spread(net: Network, unit: Unit, channels: number): Float32Array {
  const { range, window, flattened, height, width } = layerWeights(net, unit.layer, "folded");
  const { data } = slice(net, unit);
  if (flattened) return trimmed(data, [1, 1, data.length]);
  const [first, end] = range(unit.channel);
  const [rows, columns] = [(height - 1) * window.dilation[0] + 1, (width - 1) * window.dilation[1] + 1];
  const whole = new Float32Array(rows * columns * channels);
  for (let tap = 0; tap < height * width; tap++) {
    const place = Math.floor(tap / width) * window.dilation[0] * columns + (tap % width) * window.dilation[1];
    for (let i = first; i < end; i++) whole[place * channels + i] = data[tap * (end - first) + i - first]!;
  }
  return trimmed(whole, [rows, columns, channels]);
}

/** Without rows and columns of zeros around it. */
function trimmed(data: Float32Array, [rows, columns, channels]: readonly [number, number, number]): Float32Array {
  let [top, bottom, left, right] = [rows, -1, columns, -1];
  data.forEach((w, i) => {
    if (w === 0) return;
    const [y, x] = [Math.floor(i / (columns * channels)), Math.floor(i / channels) % columns];
    [top, bottom, left, right] = [Math.min(top, y), Math.max(bottom, y), Math.min(left, x), Math.max(right, x)];
  });
  if (bottom < 0) return new Float32Array(channels);
  return data.filter((_, i) => {
    const [y, x] = [Math.floor(i / (columns * channels)), Math.floor(i / channels) % columns];
    return y >= top && y <= bottom && x >= left && x <= right;
  });
}

function channelOf({ data, sources }: { data: Float32Array; sources: readonly unknown[] }, i: number): Float32Array {
  return data.filter((_, at) => at % sources.length === i);
}

function farthest(a: Float32Array, b: Float32Array): number {
  return a.reduce((most, w, i) => Math.max(most, Math.abs(w - b[i]!)), 0);
}
