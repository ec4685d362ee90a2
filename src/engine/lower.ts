/**
 * Lowering: from operations to plain steps, whose values are still named. What engines need no kernel for is put together
 * from what they have:
 *
 *     batch norm                 →  scale and shift
 *     dense layer                →  1 × 1 convolution
 *     map of size 1 along axes   →  rows and columns enlarged to those of the others, channels by a 1 × 1 convolution of ones
 *     local response norm        →  squares, summed over neighbours by a 1 × 1 convolution with a band of ones, to a power
 */
import { LensError } from "../core/errors.js";
import { channelsOf, type Shape } from "../core/shape.js";
import { leadingTo, type Network, opsByName, outputOp } from "../network/network.js";
import { isFull } from "../network/ops/merge.js";
import { normAffine } from "../network/ops/norm.js";
import {
  type ConvOp,
  type DepthwiseOp,
  type LrnOp,
  linear,
  type MergeOp,
  type NormalizeOp,
  type Op,
  type OpOf,
} from "../network/ops.js";
import type { WeightedOp } from "../network/weighted-op.js";
import { once, transposedWeights, weightsOf } from "./fold.js";
import { gatheringOf } from "./gatherings.js";
import type { Step, Weights } from "./steps.js";

/** A layer whose output is wanted. */
export interface Target {
  /** Layer name. */
  readonly layer: string;
  /** Only these channels, in this order; all when absent. */
  readonly channels?: readonly number[] | undefined;
  /** The value before the layer's own activation. */
  readonly preActivation?: boolean | undefined;
}

/** A step whose values still have names. */
export type Draft<S extends Step = Step> = S extends Step
  ? Omit<S, "inputs" | "output" | "like"> & { reads: readonly string[]; writes: string; like?: string }
  : never;

/** Steps, and the names of the values that targets are. */
export interface Lowering {
  readonly steps: readonly Draft[];
  valueOf(target: Target): string;
}

const before = (name: string): string => `${name} before its activation`;

/** Lowers the operations that lead to the targets. */
export function lower(net: Network, targets: readonly Target[]): Lowering {
  const needed = leadingTo(
    net,
    targets.map(({ layer }) => outputOp(net, layer).name),
  );
  const steps = net.ops.filter((op) => needed.has(op.name)).flatMap((op) => lowerOp(op, net));
  const written = new Set(steps.map((step) => step.writes));
  return {
    steps,
    valueOf({ layer, preActivation }) {
      const op = outputOp(net, layer);
      if (!preActivation) return op.name;
      // The activation is part of the layer, or the layer is nothing but an activation.
      const value = op.kind === "activation" ? op.inputs[0]! : before(op.name);
      return written.has(value) ? value : op.name;
    },
  };
}

function lowerOp(op: Op, net: Network): Draft[] {
  const lowering = lowerings[op.kind] as (op: Op, net: Network) => Draft[];
  return lowering(op, net);
}

/** The steps of each kind of operation; a new kind without any does not compile. */
const lowerings: { readonly [K in Op["kind"]]: (op: OpOf<K>, net: Network) => Draft[] } = {
  input: () => [],
  conv: (op) => withActivation(op, { ...slidingStep(op), kind: "conv", groups: op.groups }),
  depthwise: (op) => withActivation(op, { ...slidingStep(op), kind: "depthwise" }),
  dense: (op) => withActivation(op, { ...stepOf(op), kind: "conv", weights: weightsOf(op), ...onePixel, groups: 1 }),
  convTranspose: (op) => {
    const { strides, dilation, padding, outputPadding, groups } = op;
    const weights = transposedWeights(op);
    const shared = { ...stepOf(op), weights, strides, dilation, padding, outputPadding, groups };
    return withActivation(op, { ...shared, kind: "convTranspose", activation: linear });
  },
  normalize: (op) => lowerNormalize(op),
  norm: (op) => [{ ...stepOf(op), kind: "affine", ...normAffine(op), activation: linear }],
  activation: (op) => [{ ...stepOf(op), kind: "activation", activation: op.activation }],
  pool: (op) => {
    const { mode, size, strides, padding } = op;
    return [{ ...stepOf(op), kind: "pool", mode, size, strides, padding }];
  },
  globalPool: (op) => [{ ...stepOf(op), kind: "pool", mode: op.mode, size: null, strides: [1, 1], padding: "valid" }],
  pad: (op) => [{ ...stepOf(op), kind: "pad", padding: op.padding }],
  extend: (op) => [{ ...stepOf(op), kind: "gather", gathering: gatheringOf(op) }],
  crop: (op) => [{ ...stepOf(op), kind: "gather", gathering: gatheringOf(op) }],
  depthToSpace: (op) => [{ ...stepOf(op), kind: "gather", gathering: gatheringOf(op) }],
  spaceToDepth: (op) => [{ ...stepOf(op), kind: "gather", gathering: gatheringOf(op) }],
  permute: (op) => [{ ...stepOf(op), kind: "gather", gathering: gatheringOf(op) }],
  lrn: (op) => lowerLrn(op),
  add: (op, net) => {
    const { reads, steps } = spread(op, net);
    return [...steps, { ...stepOf(op), reads, kind: "add", activation: linear }];
  },
  multiply: (op, net) => lowerMerge(op, "multiply", net),
  maximum: (op, net) => lowerMerge(op, "maximum", net),
  minimum: (op, net) => lowerMerge(op, "minimum", net),
  concat: (op) => [{ ...stepOf(op), kind: "concat" }],
  select: (op) => [{ ...stepOf(op), kind: "gather", gathering: gatheringOf(op) }],
  upsample: (op) => [{ ...stepOf(op), kind: "resize", factor: op.size, interpolation: op.interpolation }],
  reshape: (op, net) => [{ ...stepOf(op), kind: "reshape", to: asMap(op, net) }],
  identity: (op) => [{ ...stepOf(op), kind: "activation", activation: linear }],
  opaque: (op) => {
    throw new LensError(
      "unsupported",
      `layer "${op.layer}" (${op.className}) cannot be computed: ${op.reason}; choose a layer before it`,
    );
  },
};

/** Name and values of the step that an operation becomes. */
function stepOf({ name, inputs }: Op): { name: string; reads: readonly string[]; writes: string } {
  return { name, reads: inputs, writes: name };
}

/** The window of a 1 × 1 convolution. */
const onePixel = { strides: [1, 1], dilation: [1, 1], padding: "valid", activation: linear } as const;

function slidingStep(op: ConvOp | DepthwiseOp) {
  const { strides, dilation, padding } = op;
  return { ...stepOf(op), weights: weightsOf(op), strides, dilation, padding, activation: linear };
}

/** A step and, where the operation has an activation, another that applies it. */
function withActivation({ name, activation }: WeightedOp, step: Draft): Draft[] {
  if (activation.name === "linear") return [step];
  return [
    { ...step, writes: before(name) },
    { kind: "activation", name, reads: [before(name)], writes: name, activation },
  ];
}

/** The three sizes of a reshape's output; vectors are 1 × 1 maps. */
function asMap(op: Op, net: Network): [number, number, number] {
  const sizes = op.output.map((n) => {
    if (n === null) {
      throw new LensError(
        "unsupported",
        `"${op.layer}" reshapes a map of free size; open the model of ${net.name} with a fixed input size`,
      );
    }
    return n;
  });
  if (sizes.length > 3)
    throw new LensError("unsupported", `"${op.layer}" reshapes to ${sizes.length} axes; at most 3 can be computed`);
  return [
    sizes.length === 3 ? sizes[0]! : 1,
    sizes.length === 3 ? sizes[1]! : sizes.length === 2 ? sizes[0]! : 1,
    channelsOf(sizes),
  ];
}

function lowerMerge(op: MergeOp, kind: "multiply" | "maximum" | "minimum", net: Network): Draft[] {
  const { reads, steps } = spread(op, net);
  return [...steps, { ...stepOf(op), reads, kind }];
}

/** Maps of size 1 along an axis that join larger ones are spread along it first. */
function spread(op: MergeOp, net: Network): { reads: readonly string[]; steps: readonly Draft[] } {
  const ops = opsByName(net);
  const shapeOf = (name: string): Shape => ops.get(name)!.output;
  const { name, output } = op;
  const full = op.inputs.find((input) => isFull(shapeOf(input), output))!;
  const channels = channelsOf(output);
  const steps: Draft[] = [];
  const reads = op.inputs.map((input, i) => {
    const shape = shapeOf(input);
    let read = input;
    if (!isFull(shape, output)) {
      const writes = `${name} input ${i} at every pixel`;
      const factor = [1, 1] as const;
      steps.push({ kind: "resize", name, reads: [read], writes, factor, interpolation: "nearest", like: full });
      read = writes;
    }
    if (channelsOf(shape) !== channels) {
      const writes = `${name} input ${i} in every channel`;
      steps.push({ kind: "conv", name, reads: [read], writes, weights: onesFor(op, channels), ...onePixel, groups: 1 });
      read = writes;
    }
    return read;
  });
  return { reads, steps };
}

/** One channel in every channel. */
function onesFor(op: MergeOp, channels: number): Weights {
  return once(op, "ones", () => ({
    kernel: new Float32Array(channels).fill(1),
    shape: [1, 1, 1, channels],
    bias: null,
  }));
}

/** `(x − mean) / deviation`, then gamma and beta where there are any. */
function lowerNormalize(op: NormalizeOp): Draft[] {
  const { over, groups, epsilon, gamma, beta } = op;
  const normalized = { ...stepOf(op), kind: "normalize", over, groups, epsilon } as const;
  if (!gamma && !beta) return [normalized];
  const channels = (gamma ?? beta)!.length;
  const inner = `${op.name} before its scale`;
  const scale = gamma ?? new Float32Array(channels).fill(1);
  const shift = beta ?? new Float32Array(channels);
  return [
    { ...normalized, writes: inner },
    { ...stepOf(op), reads: [inner], kind: "affine", scale, shift, activation: linear },
  ];
}

/** `x · (bias + alpha · Σ x²)^−beta`, the sum over neighbouring channels. */
function lowerLrn(op: LrnOp): Draft[] {
  const { name, inputs } = op;
  const part = (of: string): string => `${name} ${of}`;
  const channels = channelsOf(op.output);
  const weights = once(op, "band", () => ({
    kernel: Float32Array.from({ length: channels * channels }, (_, at) =>
      Math.abs(Math.floor(at / channels) - (at % channels)) <= op.radius ? op.alpha : 0,
    ),
    shape: [1, 1, channels, channels],
    bias: new Float32Array(channels).fill(op.bias),
  }));
  const power = { name: "power", alpha: -op.beta } as const;
  return [
    { kind: "multiply", name, reads: [inputs[0]!, inputs[0]!], writes: part("squares") },
    { kind: "conv", name, weights, ...onePixel, groups: 1, reads: [part("squares")], writes: part("sums") },
    { kind: "activation", name, activation: power, reads: [part("sums")], writes: part("shares") },
    { kind: "multiply", name, reads: [inputs[0]!, part("shares")], writes: name },
  ];
}
