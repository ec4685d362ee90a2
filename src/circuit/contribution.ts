/**
 * What one channel of a map gives to a unit that reads it, position by position:
 *
 *     part[y, x] = Σ_rc k[r, c] · map[y·stride + r·dilation − top, x·stride + c·dilation − left]
 *
 * or, of a transposed convolution, every value of the map adds the kernel to the part around it. A unit's value before its
 * activation is its bias plus the sum of these parts over the channels it reads. A unit of a sum is the sum of its terms.
 */
import { LensError } from "../core/errors.js";
import { formatUnit, type Unit, type UnitLike } from "../core/unit.js";
import { type Network, opsByName, outputOp, resolveUnit } from "../network/network.js";
import { padsOfWindow, slide, type Window } from "../network/ops/window.js";
import type { ConvTransposeOp } from "../network/ops.js";
import { type Merged, mergedOf, producerOf } from "../network/sources.js";
import { type LayerWeights, unitWeights } from "../weights/layer-weights.js";

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
  /** The channel as it is read, of the last layer on the way; of a flattened map one unit for each position. */
  readonly read: readonly Unit[];
  /** Layers on the way. */
  readonly via: readonly string[];
  /** What the channel gives to a map of a size, from the maps of `read`. */
  readonly partOf: (maps: readonly Plane[], size: Pick<Plane, "height" | "width">) => Plane;
}

/** What a unit's value is made of. */
export interface Contributions {
  readonly contributions: readonly Contribution[];
  readonly bias: number;
  /** The unit whose value before the activation they add up to. */
  readonly value: Unit;
}

/**
 * All channels a unit reads.
 *
 * @throws LensError `unsupported` when its value is no sum of what it reads.
 */
export function contributionsOf(net: Network, unit: UnitLike | string): Contributions {
  const resolved = resolveUnit(net, unit);
  const merged = mergedOf(net, resolved);
  if (merged) return { contributions: termsOf(merged), bias: 0, value: merged.unit };
  const { weights, channel } = unitWeights(net, resolved, "folded");
  const to = { layer: weights.layer, channel };
  const value = { layer: weights.norm ?? weights.layer, channel };
  const [first, end] = weights.range(channel);
  const contributions = Array.from({ length: end - first }, (_, i): Contribution => {
    const kernel = weights.kernel(channel, first + i);
    const source = weights.sources[first + i]!;
    return {
      to,
      value,
      from: source.unit,
      read: readBy(net, weights, first + i),
      via: source.via,
      partOf: (maps, size) => {
        const plane = weights.flattened ? joined(maps, weights) : maps[0]!;
        return weights.op.kind === "convTranspose"
          ? spreadOut(plane, kernel, weights.op, size)
          : correlate(plane, kernel, weights.window);
      },
    };
  });
  return { contributions, bias: weights.bias(channel), value };
}

/** The units whose maps are read as channel `i`. */
function readBy(net: Network, { reads, flattened, height, width, sources, layer }: LayerWeights, i: number): Unit[] {
  const read = opsByName(net).get(reads)!;
  if (outputOp(net, read.layer) !== read)
    throw new LensError("unsupported", `"${layer}" reads inside of "${read.layer}", whose values there have no name`);
  const count = flattened ? height * width : 1;
  return Array.from({ length: count }, (_, p) => ({ layer: read.layer, channel: p * sources.length + i }));
}

/** The map whose positions are units of a flattened layer. */
function joined(maps: readonly Plane[], { height, width }: LayerWeights): Plane {
  return { height, width, data: Float32Array.from(maps, ({ data }) => data[0]!) };
}

/** The contribution of one unit to another. */
export function contributionBetween(net: Network, to: UnitLike | string, from: UnitLike | string): Contribution {
  const source = resolveUnit(net, from);
  const { contributions } = contributionsOf(net, to);
  const names = (each: Contribution): string[] => [each.from, ...each.read].map(formatUnit);
  const made = formatUnit(producerOf(net, source).unit);
  // A layer passed on the way that keeps the channel names the same unit.
  const isPassed = (each: Contribution): boolean => each.via.includes(source.layer) && formatUnit(each.from) === made;
  const found = contributions.find((each) => names(each).includes(formatUnit(source)) || isPassed(each));
  if (found) return found;
  const layers = [...new Set(contributions.map((each) => each.from.layer))];
  throw new LensError(
    "unsupported",
    `"${formatUnit(source)}" does not feed "${formatUnit(resolveUnit(net, to))}" through weights of one layer; its inputs are units of ${layers.join(", ")}`,
  );
}

/** The terms of a sum: each gives itself, a map of one pixel to every position. */
function termsOf({ by, unit: to, terms }: Merged): Contribution[] {
  if (by !== "sum") {
    const names = terms.map(({ source }) => formatUnit(source.unit)).join(" and ");
    throw new LensError(
      "unsupported",
      `"${formatUnit(to)}" is ${by === "product" ? "the product" : "made"} of ${names} and no sum, so that neither gives a part of it`,
    );
  }
  return terms.map(({ source: { unit: from, via }, read, count }) => ({
    to,
    value: to,
    from,
    read: [read],
    via,
    partOf: ([map], { height, width }) => {
      const [one, values] = [map!.data.length === 1, map!.data];
      const data = Float32Array.from({ length: height * width }, (_, p) => count * values[one ? 0 : p]!);
      return { height, width, data };
    },
  }));
}

function correlate(plane: Plane, kernel: Float32Array, window: Window): Plane {
  const size = [plane.height, plane.width];
  const { top, left } = padsOfWindow(window, size);
  const [rows, columns] = slide(window, size) as [number, number];
  const { strides, dilation } = window;
  const [height, width] = window.size;
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

/** A map through the kernel of a transposed convolution, on a map of a size. */
function spreadOut(
  plane: Plane,
  kernel: Float32Array,
  { kernelShape: [height, width], strides, dilation, padding }: ConvTransposeOp,
  size: Pick<Plane, "height" | "width">,
): Plane {
  const data = new Float32Array(size.height * size.width);
  for (let y = 0; y < plane.height; y++) {
    for (let x = 0; x < plane.width; x++) {
      for (let r = 0; r < height; r++) {
        const row = y * strides[0] + r * dilation[0] - padding.top;
        if (row < 0 || row >= size.height) continue;
        for (let c = 0; c < width; c++) {
          const column = x * strides[1] + c * dilation[1] - padding.left;
          if (column < 0 || column >= size.width) continue;
          data[row * size.width + column]! += kernel[r * width + c]! * plane.data[y * plane.width + x]!;
        }
      }
    }
  }
  return { height: size.height, width: size.width, data };
}
