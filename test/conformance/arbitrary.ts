/** Random scenes for every kind of step: small numbers that fast-check can shrink, from which plan and values are built. */
import fc from "fast-check";
import type { AxisRange, Gathering } from "../../src/engine/gather.js";
import type { ConvStep, ConvTransposeStep, DepthwiseStep, Weights } from "../../src/engine/steps.js";
import { type Activation, type ActivationName, linear, type Padding } from "../../src/network/ops.js";
import { type Draft, planOf, type Scene, volume } from "./scene.js";
import { distinct, drawsOf, lattice } from "./values.js";

const small = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
const pair = (max: number): fc.Arbitrary<[number, number]> => fc.tuple(small(max), small(max));
const seed = fc.integer({ min: 0, max: 1e6 });

/** Activations that a step may carry, with constants that lie between the points of the lattice. */
export const fused: readonly Activation[] = [
  linear,
  { name: "relu" },
  { name: "relu", max: 6 },
  { name: "relu", max: 1 },
  { name: "leakyRelu", alpha: 0.2 },
  { name: "sigmoid" },
  { name: "tanh" },
];

/** Every activation at its defaults, and some with constants of their own. Softmax is a scene of its own. */
export const pointwiseNames: readonly ActivationName[] = [
  "linear",
  "relu",
  "clip",
  "leakyRelu",
  "prelu",
  "thresholdedRelu",
  "elu",
  "selu",
  "sigmoid",
  "hardSigmoid",
  "softplus",
  "softsign",
  "tanh",
  "swish",
  "mish",
  "gelu",
  "geluTanh",
];

const padding: fc.Arbitrary<Padding> = fc.oneof(
  fc.constant("same" as const),
  fc.constant("valid" as const),
  fc.record({ top: fc.nat(4), bottom: fc.nat(4), left: fc.nat(4), right: fc.nat(4) }),
);

/** What a convolution looks like; sizes are chosen so that at least one window fits. */
interface WindowShape {
  size: [number, number];
  strides: [number, number];
  dilation: [number, number];
  padding: Padding;
  extra: [number, number];
  count: number;
  groups: number;
  inputs: number;
  outputs: number;
  bias: boolean;
  activation: Activation;
  seed: number;
}

const windowShape: fc.Arbitrary<WindowShape> = fc.record({
  size: pair(5),
  strides: pair(3),
  dilation: pair(2),
  padding,
  extra: fc.tuple(fc.nat(6), fc.nat(6)),
  count: small(2),
  groups: small(3),
  inputs: small(5),
  outputs: small(5),
  bias: fc.boolean(),
  activation: fc.constantFrom(...fused),
  seed,
});

function mapSize({ size, dilation, padding: zeros, extra }: WindowShape): [number, number] {
  const reach = (axis: 0 | 1): number => (zeros === "same" ? 1 : (size[axis] - 1) * dilation[axis] + 1);
  return [reach(0) + extra[0], reach(1) + extra[1]];
}

/** A rectifier needs a bias here, which keeps what it reads off its edge. */
const hasBias = ({ bias, activation }: WindowShape): boolean =>
  bias || activation.name === "relu" || activation.name === "leakyRelu";

/** A convolution: any size, stride, dilation, padding, groups, bias and fused activation. */
export const convScene: fc.Arbitrary<Scene> = windowShape.map((shape) => {
  const random = drawsOf(shape.seed);
  const [cin, cout] = [shape.inputs, shape.outputs * shape.groups];
  const { strides, dilation, padding: zeros, groups, activation } = shape;
  const weights = weightsOf([...shape.size, cin, cout], hasBias(shape) ? cout : 0, shape.seed);
  const step: Draft<ConvStep> = { kind: "conv", weights, strides, dilation, padding: zeros, groups, activation };
  const channels = cin * shape.groups;
  return {
    plan: planOf(channels, [step]),
    input: volume([shape.count, ...mapSize(shape), channels], (n) => lattice(random, n)),
  };
});

/** The same without bias and activation: a linear map. */
export const linearConvScene: fc.Arbitrary<Scene> = convScene.map(withoutRest);

/** A depthwise convolution; `outputs` is its multiplier. */
export const depthwiseScene: fc.Arbitrary<Scene> = windowShape.map((shape) => {
  const random = drawsOf(shape.seed);
  const multiplier = ((shape.outputs - 1) % 3) + 1;
  const { strides, dilation, padding: zeros, activation } = shape;
  const weights = weightsOf(
    [...shape.size, shape.inputs, multiplier],
    hasBias(shape) ? shape.inputs * multiplier : 0,
    shape.seed,
  );
  const step: Draft<DepthwiseStep> = { kind: "depthwise", weights, strides, dilation, padding: zeros, activation };
  return {
    plan: planOf(shape.inputs, [step]),
    input: volume([shape.count, ...mapSize(shape), shape.inputs], (n) => lattice(random, n)),
  };
});

/** The same without bias and activation. */
export const linearDepthwiseScene: fc.Arbitrary<Scene> = depthwiseScene.map(withoutRest);

/** A transposed convolution: any size, stride, dilation, padding, output padding, groups, bias and fused activation. */
export const convTransposeScene: fc.Arbitrary<Scene> = fc
  .tuple(windowShape, fc.tuple(fc.nat(2), fc.nat(2)), fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2)))
  .map(([shape, outputPadding, zeros]) => {
    const random = drawsOf(shape.seed);
    const { strides, dilation, groups, activation, size: kernel } = shape;
    const [written, read] = [shape.outputs, shape.inputs * groups];
    const weights = weightsOf([...kernel, written, read], 0, shape.seed);
    const bias = hasBias(shape) ? lattice(random, written * groups, { offset: 1 / 32 }) : null;
    const [h, w] = [shape.extra[0] + 1, shape.extra[1] + 1];
    // Zeros that leave something to put out.
    const room = (axis: 0 | 1, n: number): number =>
      (n - 1) * strides[axis] + (kernel[axis] - 1) * dilation[axis] + outputPadding[axis];
    const top = Math.min(zeros[0], room(0, h));
    const left = Math.min(zeros[2], room(1, w));
    const step: Draft<ConvTransposeStep> = {
      kind: "convTranspose",
      weights: { ...weights, bias },
      strides,
      dilation,
      padding: {
        top,
        bottom: Math.min(zeros[1], room(0, h) - top),
        left,
        right: Math.min(zeros[3], room(1, w) - left),
      },
      outputPadding,
      groups,
      activation,
    };
    return { plan: planOf(read, [step]), input: volume([shape.count, h, w, read], (n) => lattice(random, n)) };
  });

/** The same without bias and activation. */
export const linearConvTransposeScene: fc.Arbitrary<Scene> = convTransposeScene.map(withoutRest);

const axisRange: fc.Arbitrary<AxisRange> = fc.record({
  before: fc.integer({ min: -1, max: 3 }),
  after: fc.integer({ min: -1, max: 3 }),
  stride: small(3),
});

/** Any selection of rows, columns and channels, beyond the edge too, where a constant may lie. */
export function selectScene(value: number): fc.Arbitrary<Scene> {
  return fc
    .record({
      shape: fc.tuple(small(2), fc.integer({ min: 3, max: 6 }), fc.integer({ min: 3, max: 6 }), small(9)),
      rows: axisRange,
      columns: axisRange,
      border: fc.constantFrom("constant" as const, "reflect" as const, "symmetric" as const, "edge" as const),
      picked: fc.option(fc.array(fc.integer({ min: -1, max: 8 }), { minLength: 1, maxLength: 10 })),
      seed,
    })
    .map(({ shape, rows, columns, border, picked, seed: from }) => {
      const channels = picked && picked.map((channel) => Math.min(channel, shape[3] - 1));
      const gathering: Gathering = { kind: "select", rows, columns, border, value, channels };
      return {
        plan: planOf(shape[3], [{ kind: "gather", gathering }]),
        input: volume(shape, (n) => lattice(drawsOf(from), n)),
      };
    });
}

/** The axes split, permuted and joined in any way. */
export const transposeScene: fc.Arbitrary<Scene> = fc
  .record({
    count: small(2),
    factors: fc.tuple(
      fc.array(small(3), { minLength: 1, maxLength: 2 }),
      fc.array(small(3), { minLength: 1, maxLength: 2 }),
      fc.array(small(4), { minLength: 1, maxLength: 3 }),
    ),
    cuts: fc.tuple(fc.nat(9), fc.nat(9)),
    seed,
  })
  .chain(({ factors, ...rest }) => {
    const axes = factors.flat().map((_, axis) => axis);
    return fc.shuffledSubarray(axes, { minLength: axes.length }).map((order) => ({ factors, order, ...rest }));
  })
  .map(({ count, factors, order, cuts, seed: from }) => {
    const rows = 1 + (cuts[0] % (order.length - 2));
    const columns = 1 + (cuts[1] % (order.length - rows - 1));
    const join = [rows, columns, order.length - rows - columns] as const;
    const split = factors.map((sizes, axis) => (axis === 0 ? [-1, ...sizes.slice(1)] : sizes)) as [
      number[],
      number[],
      number[],
    ];
    const [h, w, c] = factors.map((sizes) => sizes.reduce((a, b) => a * b)) as [number, number, number];
    return {
      plan: planOf(c, [{ kind: "gather", gathering: { kind: "transpose", split, order, join } }]),
      input: volume([count, h, w, c], (n) => lattice(drawsOf(from), n)),
    };
  });

/** Normalisation of any groups of channels, at each pixel or over the map. */
export function normalizeScene(over: "pixel" | "map"): fc.Arbitrary<Scene> {
  return fc
    .record({ shape: fc.tuple(small(2), small(4), small(4), small(5)), groups: small(3), seed })
    .map(({ shape: [n, h, w, c], groups, seed: from }) => ({
      plan: planOf(c * groups, [{ kind: "normalize", over, groups, epsilon: 0.5 }]),
      input: volume([n, h, w, c * groups], (length) => lattice(drawsOf(from), length)),
    }));
}

function withoutRest({ plan, input }: Scene): Scene {
  const steps = plan.steps.map((step) =>
    step.kind === "conv" || step.kind === "depthwise" || step.kind === "convTranspose"
      ? { ...step, weights: { ...step.weights, bias: null }, activation: linear }
      : step,
  );
  return { plan: { ...plan, steps }, input };
}

/** Pooling with windows that overlap, tile or leave gaps, or the whole map. */
export function poolScene(mode: "max" | "average", ties = false): fc.Arbitrary<Scene> {
  return fc
    .record({
      size: fc.option(pair(4)),
      strides: pair(3),
      padding: fc.oneof(
        fc.constantFrom("same" as const, "valid" as const),
        fc.record({ top: fc.nat(3), bottom: fc.nat(3), left: fc.nat(3), right: fc.nat(3) }),
      ),
      extra: pair(6),
      count: small(2),
      channels: small(5),
      seed,
    })
    .map(({ size, strides, padding: zeros, extra, count, channels, seed: from }) => {
      const random = drawsOf(from);
      const whole = size === null;
      const step: Draft = {
        kind: "pool",
        mode,
        size,
        strides: whole ? [1, 1] : strides,
        padding: whole ? "valid" : withinWindow(zeros, size),
      };
      const [h, w] = [(size?.[0] ?? 0) + extra[0], (size?.[1] ?? 0) + extra[1]];
      return {
        plan: planOf(channels, [step]),
        input: volume([count, h, w, channels], (n) => (ties ? lattice(random, n) : distinct(random, n))),
      };
    });
}

/** Zeros that leave a pixel under every window. */
function withinWindow(zeros: Padding, [h, w]: readonly [number, number]): Padding {
  if (typeof zeros === "string") return zeros;
  const { top, bottom, left, right } = zeros;
  return { top: top % h, bottom: bottom % h, left: left % w, right: right % w };
}

/** An activation of its own on one map. */
export function activationScene(name: ActivationName): fc.Arbitrary<Scene> {
  return fc
    .record({ shape: fc.tuple(small(2), small(4), small(4), small(5)), own: fc.boolean(), seed })
    .map(({ shape, own, seed: from }) => {
      const random = drawsOf(from);
      const [, h, w, c] = shape;
      const slopes = lattice(random, own ? h * w * c : from % 2 ? c : 1);
      const constants: Record<string, Omit<Activation, "name">> = {
        relu: { max: 1 },
        clip: { min: -1, ...(from % 2 && { max: 1.5 }) },
        leakyRelu: { alpha: 0.1 },
        thresholdedRelu: { threshold: 0.5 },
        elu: { alpha: 0.7 },
        swish: { alpha: 1.5 },
        hardSigmoid: { alpha: 1 / 6 },
      };
      const activation: Activation = { name, ...(name === "prelu" ? { slopes } : own ? constants[name] : {}) };
      // An eighth beside the quarters, where all edges (0, 1/2, 1, 6, ±5/2) lie.
      return {
        plan: planOf(c, [{ kind: "activation", activation }]),
        input: volume(shape, (n) => lattice(random, n, { span: 4, offset: 1 / 8 })),
      };
    });
}

/** Any map through any list of steps. */
export function stepScene(drafts: (channels: number, from: number) => readonly Draft[]): fc.Arbitrary<Scene> {
  return fc.record({ shape: fc.tuple(small(2), small(5), small(5), small(5)), seed }).map(({ shape, seed: from }) => ({
    plan: planOf(shape[3], drafts(shape[3], from)),
    input: volume(shape, (n) => lattice(drawsOf(from), n)),
  }));
}

/** Weights on the lattice, their bias beside it. */
export function weightsOf(shape: Weights["shape"], biases: number, from: number): Weights {
  const random = drawsOf(from + 1);
  const kernel = lattice(random, shape[0] * shape[1] * shape[2] * shape[3], { span: 1 / 2 });
  return { shape, kernel, bias: biases ? lattice(random, biases, { offset: 1 / 32 }) : null };
}
