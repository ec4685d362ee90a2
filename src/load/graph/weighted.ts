/**
 * Nodes with weights: convolutions, dense layers, batch norms, a bias on its own. Readers hand the weights over in our
 * order, `[height, width, in, out]` and `[in, out]`; what is left is to find out what the numbers meet.
 */
import { LensError } from "../../core/errors.js";
import { channelsOf } from "../../core/shape.js";
import { type Activation, linear, type NormOp, type Padding } from "../../network/ops.js";
import { checkVariance } from "../weights.js";
import type { LayerDraft } from "./builder.js";
import { CannotRead } from "./cannot-read.js";
import type { NodeToRead } from "./node.js";
import type { GraphConstant, GraphMap } from "./value.js";

/** How a window slides. */
export interface Sliding {
  readonly strides: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly padding: Padding;
}

/** A convolution to be added. */
export interface ConvParts extends Sliding {
  readonly layer: string;
  /** `[height, width, in / groups, out]`. */
  readonly kernel: Float32Array;
  readonly shape: readonly [number, number, number, number];
  readonly bias: Float32Array | null;
  readonly groups: number;
  readonly activation?: Activation;
}

/** Adds a convolution; one with a group for each channel is depthwise. */
export function addConv(node: NodeToRead, input: GraphMap, parts: ConvParts): GraphMap {
  const { builder, readers } = node;
  const map = builder.asMap(input);
  const { layer, kernel, shape, bias, groups, strides, dilation, padding, activation = linear } = parts;
  const [h, w, cin, cout] = shape;
  if (groups < 1 || cout % groups !== 0 || (map.sure && channelsOf(map.shape) !== cin * groups)) {
    throw new LensError(
      "bad-model",
      `layer "${layer}" reads ${channelsOf(map.shape)} channels, but its weights are for ${cin * groups} in ${groups} groups`,
    );
  }
  checkLength(bias, cout, `the bias of layer "${layer}"`);
  const shared = { ...builder.place(layer, [map]), inputs: [map.op], bias, strides, dilation, padding };
  const isDepthwise = groups > 1 && cin === 1;
  // [h, w, 1, in · multiplier] is [h, w, in, multiplier] in memory.
  const draft: LayerDraft = isDepthwise
    ? { kind: "depthwise", ...shared, kernel, kernelShape: [h, w, groups, cout / groups], activation }
    : { kind: "conv", ...shared, kernel, kernelShape: [h, w, cin, cout], groups, activation };
  return builder.add(draft, [map], { readers });
}

/** A dense layer to be added. */
export interface DenseParts {
  readonly layer: string;
  /** `[in, out]`, `in` as the file orders it. */
  readonly kernel: Float32Array;
  readonly shape: readonly [number, number];
  readonly bias: Float32Array | null;
  readonly activation?: Activation;
}

/** Adds a dense layer; where its input was flattened channel by channel, its rows are put into our order. */
export function addDense(node: NodeToRead, input: GraphMap, parts: DenseParts): GraphMap {
  const { builder, readers } = node;
  const vector = builder.asVector(input);
  if (!vector) throw new CannotRead("it multiplies a map whose pixels are not flattened");
  const { layer, shape, bias, activation = linear } = parts;
  const [features, outputs] = shape;
  if (vector.sure && channelsOf(vector.shape) !== features) {
    throw new LensError(
      "bad-model",
      `layer "${layer}" reads ${channelsOf(vector.shape)} features, but its weights are for ${features}`,
    );
  }
  checkLength(bias, outputs, `the bias of layer "${layer}"`);
  const kernel = vector.packed ? rowsInOurOrder(parts.kernel, vector.packed, outputs) : parts.kernel;
  const place = builder.place(layer, [vector]);
  return builder.add(
    { kind: "dense", ...place, inputs: [vector.op], kernel, kernelShape: shape, bias, activation },
    [vector],
    { axes: "NC", readers },
  );
}

/** Rows `(channel, row, column)` of a `[in, out]` matrix put in the order `(row, column, channel)`. */
function rowsInOurOrder(
  kernel: Float32Array,
  [h, w, c]: readonly [number, number, number],
  outputs: number,
): Float32Array {
  const ordered = new Float32Array(kernel.length);
  for (let pixel = 0; pixel < h * w; pixel++) {
    for (let channel = 0; channel < c; channel++) {
      const from = (channel * h * w + pixel) * outputs;
      ordered.set(kernel.subarray(from, from + outputs), (pixel * c + channel) * outputs);
    }
  }
  return ordered;
}

/** A matrix with its rows and columns exchanged: `[rows, columns]` to `[columns, rows]`. */
export function transposed(values: Float32Array, [rows, columns]: readonly [number, number]): Float32Array {
  const out = new Float32Array(values.length);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out[c * rows + r] = values[r * columns + c]!;
  return out;
}

/** Statistics and parameters of a batch norm. */
export type NormParts = Pick<NormOp, "gamma" | "beta" | "mean" | "variance" | "epsilon">;

/** Adds a batch norm over channels. */
export function addNorm(
  node: NodeToRead,
  input: GraphMap,
  { layer, ...parts }: NormParts & { layer: string },
): GraphMap {
  const { builder, readers } = node;
  const channels = input.sure ? channelsOf(input.shape) : parts.mean.length;
  for (const [what, values] of Object.entries(parts)) {
    if (values instanceof Float32Array) checkLength(values, channels, `the ${what} of layer "${layer}"`);
  }
  checkVariance(parts.variance, parts.epsilon, layer);
  const place = builder.place(layer, [input]);
  const ordered = input.packed ? inOurOrder(parts, input.packed) : parts;
  return builder.add({ kind: "norm", ...place, inputs: [input.op], ...ordered }, [input], {
    packed: input.packed,
    readers,
  });
}

/** Statistics of a vector that was flattened channel by channel, in our order. */
function inOurOrder(parts: NormParts, packed: readonly [number, number, number]): NormParts {
  const ordered = (values: Float32Array): Float32Array => rowsInOurOrder(values, packed, 1);
  const { gamma, beta, mean, variance, epsilon } = parts;
  return {
    gamma: gamma && ordered(gamma),
    beta: beta && ordered(beta),
    mean: ordered(mean),
    variance: ordered(variance),
    epsilon,
  };
}

/** Gives the convolution or dense layer that alone makes a map its bias; `null` where it has one or an activation. */
export function fuseBias({ builder, readers }: NodeToRead, map: GraphMap, bias: Float32Array): GraphMap | null {
  const draft = builder.draftOf(map);
  const weighted = draft.kind === "conv" || draft.kind === "depthwise" || draft.kind === "dense";
  if (!weighted || map.readers !== 1 || draft.bias || draft.activation.name !== "linear") return null;
  builder.replace({ ...draft, bias });
  return { ...map, readers };
}

/** A number for each channel of a map, from a constant that the file spreads over it; `null` for any other constant. */
export function perChannel(map: GraphMap, constant: GraphConstant, values: Float32Array): Float32Array | null {
  const channels = channelsOf(map.shape);
  const sizes = [...constant.shape];
  while (sizes.length < map.axes.length) sizes.unshift(1);
  if (sizes.length !== map.axes.length) return null;
  const others = sizes.filter((_, i) => map.axes[i] !== "C");
  const own = sizes[map.axes.indexOf("C")];
  if (map.packed || others.some((n) => n !== 1) || (own !== 1 && own !== channels)) return null;
  return own === 1 ? new Float32Array(channels).fill(values[0]!) : values;
}

function checkLength(values: Float32Array | null, wanted: number, what: string): void {
  if (values && values.length !== wanted) {
    throw new LensError("bad-model", `${what} has ${values.length} values; ${wanted} are needed`);
  }
}
