/**
 * The detector reads kernels, wherever they come from: a layer of a network, or a plain block of numbers, such as one
 * copied from an article. Both become a `Block`: which units read which, and the kernel between each two.
 */

import { looseObject, optional, strictTuple, union } from "valibot";
import { checkArgument, listOf, textSchema, where } from "../core/check.js";
import { LensError } from "../core/errors.js";
import { countSchema, sizeSchema, vectorSchema } from "../core/schemas.js";
import { channelsOf } from "../core/shape.js";
import type { Unit } from "../core/unit.js";
import { checkNetwork, type Network } from "../network/network.js";
import { channelMap } from "../network/preprocessing.js";
import { type ModelReference, modelReference } from "../network/result.js";
import { layerWeights, type WeightsChoice } from "../weights/layer-weights.js";

/**
 * Kernels between two sets of units, without a network.
 *
 * @public
 */
export interface KernelBlock {
  /** Layer of the units that are read; `"image"` for the three colours of the image, red first. */
  readonly from: string;
  /** Layer of the units that read. */
  readonly to: string;
  /** `[height, width, in, out]`. */
  readonly shape: readonly [height: number, width: number, inputs: number, outputs: number];
  /** The weights in the order of `shape`, the output fastest, row 0 on top. */
  readonly kernel: ArrayLike<number>;
  /**
   * Channels of the inputs in their layer.
   *
   * @defaultValue 0, 1, 2 …
   */
  readonly inputs?: readonly number[];
  /**
   * Channels of the outputs in their layer.
   *
   * @defaultValue 0, 1, 2 …
   */
  readonly outputs?: readonly number[];
}

/**
 * Where weights are read from: a network, or plain blocks of kernels.
 *
 * @public
 */
export type Weights = Network | KernelBlock | readonly KernelBlock[];

/** The kernels between two sets of units: `data[(output · inputs + input) · taps + tap]`. */
export interface Block {
  readonly height: number;
  readonly width: number;
  readonly inputs: readonly Unit[];
  readonly outputs: readonly Unit[];
  /** Whether the inputs are red, green and blue of the image. */
  readonly image: boolean;
  readonly data: Float32Array;
}

/**
 * Checks that an argument is a network or blocks of kernels.
 *
 * @throws LensError `bad-argument`.
 */
export function checkWeights(weights: unknown): void {
  if (typeof weights === "object" && weights !== null && "ops" in weights) checkNetwork(weights);
  else checkArgument("weights", weightsSchema, weights);
}

const axisSchema = optional(listOf(countSchema, "a list of channels"));
const blockSchema = where(
  looseObject(
    {
      from: textSchema,
      to: textSchema,
      shape: strictTuple([sizeSchema, sizeSchema, sizeSchema, sizeSchema], "four sizes"),
      kernel: vectorSchema,
      inputs: axisSchema,
      outputs: axisSchema,
    },
    "a block of kernels { from, to, shape, kernel }",
  ),
  ({ shape, kernel }) => kernel.length === shape.reduce((a, b) => a * b),
  "a block of kernels of the shape [height, width, in, out] and as many weights",
);
const weightsSchema = union(
  [blockSchema, where(listOf<unknown>(blockSchema), ({ length }) => length > 0, "a list of one block or more")],
  "a network, as `await open(…)` gives, a block of kernels { from, to, shape, kernel } or a list of them",
);

/** The model that weights are of; `null` for plain blocks. */
export function modelOf(weights: Weights): ModelReference | null {
  return isNetwork(weights) ? modelReference(weights) : null;
}

/** Whether weights are those of a network. */
export function isNetwork(weights: Weights): weights is Network {
  return "ops" in weights;
}

/** The layer meant, by its full name; plain blocks have the names they were given. */
export function layerName(weights: Weights, layer: string): string {
  return isNetwork(weights) ? weights.layer(layer).name : layer;
}

/**
 * Everything a layer reads.
 *
 * @throws LensError `unknown-layer`, or `unsupported` where the layer has no weights.
 */
export function incoming(weights: Weights, layer: string, choice: WeightsChoice = "folded"): Block {
  return isNetwork(weights)
    ? networkBlock(weights, layer, choice)
    : plainBlock(weights, (block) => block.to === layer, layer);
}

/** Everything that reads a layer, whichever layers do; `null` where nothing does. */
export function outgoing(weights: Weights, layer: string, choice: WeightsChoice = "folded"): Block | null {
  if (!isNetwork(weights)) {
    return joined(
      blocksOf(weights)
        .filter((block) => block.from === layer)
        .map((block) => transpose(openBlock(block))),
    );
  }
  const name = weights.layer(layer).name;
  const readers = weights.layers.filter((next) => next.kernel !== null && next.name !== name);
  return joined(
    readers
      .map((next) => inputsFrom(networkBlock(weights, next.name, choice), name))
      .filter(({ inputs }) => inputs.length > 0)
      .map(transpose),
  );
}

/**
 * What the same units send to several layers, as one block; `null` of none. Smaller kernels are set in the middle of the
 * largest; one that has no middle there, such as a 2 × 2 in a 3 × 3, is left out, and what reads only some of the units.
 */
function joined(blocks: readonly Block[]): Block | null {
  const [first] = blocks;
  if (!first || blocks.length === 1) return first ?? null;
  const area = ({ height, width }: Block): number => height * width;
  const { height, width } = blocks.reduce((large, block) => (area(block) > area(large) ? block : large));
  const inTheMiddle = (block: Block): boolean =>
    [height - block.height, width - block.width].every((rest) => rest >= 0 && rest % 2 === 0);
  const sameUnits = ({ outputs }: Block): boolean =>
    outputs.length === first.outputs.length && outputs.every((unit, i) => unit.channel === first.outputs[i]!.channel);
  const fits = blocks.filter((block) => inTheMiddle(block) && sameUnits(block));
  const inputs = fits.flatMap((block) => block.inputs);
  const taps = height * width;
  const data = new Float32Array(first.outputs.length * inputs.length * taps);
  let before = 0;
  for (const block of fits) {
    const [top, left] = [(height - block.height) / 2, (width - block.width) / 2];
    const [count, size] = [block.inputs.length, area(block)];
    for (let kernel = 0; kernel < first.outputs.length * count; kernel++) {
      const to = (Math.floor(kernel / count) * inputs.length + before + (kernel % count)) * taps;
      for (let tap = 0; tap < size; tap++) {
        const [row, column] = [top + Math.floor(tap / block.width), left + (tap % block.width)];
        data[to + row * width + column] = block.data[kernel * size + tap]!;
      }
    }
    before += count;
  }
  return { height, width, inputs, outputs: first.outputs, image: false, data };
}

/** Whether any kernels lead into a layer. */
export function hasIncoming(weights: Weights, layer: string): boolean {
  return isNetwork(weights) || blocksOf(weights).some((block) => block.to === layer);
}

/** The part of a block that reads one layer. */
export function inputsFrom(block: Block, layer: string): Block {
  return pickInputs(
    block,
    block.inputs.flatMap((unit, i) => (unit.layer === layer ? [i] : [])),
  );
}

/** Inputs and outputs change places: what a unit sends instead of what it reads. */
export function transpose(block: Block): Block {
  const taps = block.height * block.width;
  const [nOut, nIn] = [block.outputs.length, block.inputs.length];
  const data = new Float32Array(block.data.length);
  for (let o = 0; o < nOut; o++) {
    for (let i = 0; i < nIn; i++) {
      data.set(block.data.subarray((o * nIn + i) * taps, (o * nIn + i + 1) * taps), (i * nOut + o) * taps);
    }
  }
  return { ...block, inputs: block.outputs, outputs: block.inputs, image: false, data };
}

/** The part of a block that reads some inputs, by their place. */
export function pickInputs(block: Block, places: readonly number[]): Block {
  const taps = block.height * block.width;
  const nIn = block.inputs.length;
  const data = new Float32Array(block.outputs.length * places.length * taps);
  block.outputs.forEach((_, o) => {
    places.forEach((i, at) => {
      data.set(block.data.subarray((o * nIn + i) * taps, (o * nIn + i + 1) * taps), (o * places.length + at) * taps);
    });
  });
  return { ...block, inputs: places.map((i) => block.inputs[i]!), data };
}

/** The part of a block that leads to some outputs, by their place. */
export function pickOutputs(block: Block, places: readonly number[]): Block {
  const length = block.inputs.length * block.height * block.width;
  const data = new Float32Array(places.length * length);
  places.forEach((o, at) => {
    data.set(block.data.subarray(o * length, (o + 1) * length), at * length);
  });
  return { ...block, outputs: places.map((o) => block.outputs[o]!), data };
}

function networkBlock(net: Network, layer: string, choice: WeightsChoice): Block {
  const reader = layerWeights(net, layer, choice);
  const nIn = reader.sources.length;
  const taps = reader.height * reader.width;
  const image = nIn === 3 && channelsOf(net.input.shape) === 3 && reader.sources.every((s) => s.kind === "input");
  // Weights of the image are brought to red, green and blue in 0…1, so that hues mean the same in every network.
  const colors = image ? channelMap(net.input.preprocessing, 3) : null;
  const data = new Float32Array(reader.outputs * nIn * taps);
  for (let o = 0; o < reader.outputs; o++) {
    const [first, end] = reader.range(o);
    for (let i = first; i < end; i++) {
      const { from, gain } = colors?.[i] ?? { from: i, gain: 1 };
      const kernel = reader.kernel(o, i);
      const at = (o * nIn + from) * taps;
      for (let tap = 0; tap < taps; tap++) data[at + tap] = gain * kernel[tap]!;
    }
  }
  const outputs = Array.from({ length: reader.outputs }, (_, channel) => ({ layer: reader.layer, channel }));
  return {
    height: reader.height,
    width: reader.width,
    inputs: reader.sources.map((s) => s.unit),
    outputs,
    image,
    data,
  };
}

function plainBlock(
  weights: KernelBlock | readonly KernelBlock[],
  wanted: (block: KernelBlock) => boolean,
  layer: string,
): Block {
  const blocks = blocksOf(weights);
  const found = blocks.filter(wanted);
  if (found.length === 1) return openBlock(found[0]!);
  const names = [...new Set(blocks.map((block) => block.to))].join(", ");
  throw new LensError(
    "unknown-layer",
    found.length === 0
      ? `no block of kernels leads to "${layer}"; the blocks lead to ${names}`
      : `${found.length} blocks lead to "${layer}"; join them into one block with all inputs`,
  );
}

function blocksOf(weights: KernelBlock | readonly KernelBlock[]): readonly KernelBlock[] {
  return Array.isArray(weights) ? (weights as readonly KernelBlock[]) : [weights as KernelBlock];
}

function openBlock({ from, to, shape, kernel, inputs, outputs }: KernelBlock): Block {
  const [height, width, nIn, nOut] = shape;
  const count = height * width * nIn * nOut;
  if ((inputs && inputs.length !== nIn) || (outputs && outputs.length !== nOut)) {
    throw new LensError(
      "bad-argument",
      `a block of ${nIn} inputs and ${nOut} outputs takes as many channels; got ${inputs?.length ?? nIn} and ${outputs?.length ?? nOut}`,
    );
  }
  const taps = height * width;
  const data = new Float32Array(count);
  for (let tap = 0; tap < taps; tap++) {
    for (let i = 0; i < nIn; i++) {
      for (let o = 0; o < nOut; o++) data[(o * nIn + i) * taps + tap] = kernel[(tap * nIn + i) * nOut + o]!;
    }
  }
  const unitsOf = (layer: string, n: number, channels: readonly number[] | undefined): Unit[] =>
    Array.from({ length: n }, (_, at) => ({ layer, channel: channels?.[at] ?? at }));
  return {
    height,
    width,
    inputs: unitsOf(from, nIn, inputs),
    outputs: unitsOf(to, nOut, outputs),
    image: from === "image" && nIn === 3,
    data,
  };
}
