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
import { type AxisOrder, axisAsChannels, type OrderedVector, turnableImageOf, vectorOf } from "./layout.js";
import type { NodeToRead } from "./node.js";
import { perChannelOf } from "./per-channel.js";
import { turn } from "./strides.js";
import { exchanged, turnedOrder, turnedPadding } from "./turned.js";
import { axisAt, type GraphMap } from "./value.js";
import { channelAxis, covers, describeView, isOfChannels, placesOf, sizeOf, withChannels } from "./view.js";

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

/** Adds a convolution, where one with a group for each channel is depthwise; `order` is that of the axes that the node reads. */
export function addConv(node: NodeToRead, input: GraphMap, order: AxisOrder, parts: ConvParts): GraphMap {
  const { builder, readers } = node;
  const { map, turned } = turnableImageOf(node, input, order);
  const {
    layer,
    kernel,
    shape,
    bias,
    groups,
    strides,
    dilation,
    padding,
    activation = linear,
  } = turned ? turnedConv(parts) : parts;
  const [h, w, cin, cout] = shape;
  if (turned)
    builder.notes.push(
      `layer "${layer}" reads the image with rows and columns exchanged; its kernels and maps are put back`,
    );
  checkGroups(layer, map, [cin, groups, cout]);
  checkLength(bias, cout, `the bias of layer "${layer}"`);
  const shared = { ...builder.place(layer, [map]), inputs: [map.op], bias, strides, dilation, padding };
  const isDepthwise = groups > 1 && cin === 1;
  // [h, w, 1, in · multiplier] is [h, w, in, multiplier] in memory.
  const draft: LayerDraft = isDepthwise
    ? { kind: "depthwise", ...shared, kernel, kernelShape: [h, w, groups, cout / groups], activation }
    : { kind: "conv", ...shared, kernel, kernelShape: [h, w, cin, cout], groups, activation };
  return builder.add(draft, [map], { axes: turned ? turnedOrder(order) : order, readers });
}

function checkGroups(layer: string, map: GraphMap, [cin, groups, cout]: readonly [number, number, number]): void {
  const channels = channelsOf(map.shape);
  if (!Number.isInteger(groups) || groups < 1) {
    throw new LensError(
      "bad-model",
      `layer "${layer}" reads ${channels} channels with weights for ${cin}, which is not a whole number of groups`,
    );
  }
  if (cout % groups !== 0 || (map.sure && channels !== cin * groups)) {
    throw new LensError(
      "bad-model",
      `layer "${layer}" reads ${channels} channels, but its weights are for ${cin * groups} in ${groups} groups`,
    );
  }
}

/** A convolution of the map with rows and columns exchanged, as one of the map as it is stored. */
function turnedConv(parts: ConvParts): ConvParts {
  const [h, w, cin, cout] = parts.shape;
  return {
    ...parts,
    kernel: turn(parts.kernel, parts.shape, [1, 0, 2, 3]),
    shape: [w, h, cin, cout],
    strides: exchanged(parts.strides),
    dilation: exchanged(parts.dilation),
    padding: turnedPadding(parts.padding),
  };
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

/**
 * Adds the product of a matrix and the tensor along one of its axes. Over all numbers of a map it is a dense layer, whose rows
 * are put into the order in which the numbers are stored; over the channels of many pixels it is a 1 × 1 convolution.
 */
export function addDense(node: NodeToRead, map: GraphMap, at: number, parts: DenseParts): GraphMap {
  const { layer, shape, bias } = parts;
  const [features, outputs] = shape;
  const axis = map.axes[at]!;
  checkLength(bias, outputs, `the bias of layer "${layer}"`);
  const found = sizeOf(axis);
  if (map.sure && found !== null && found !== features) {
    throw new LensError("bad-model", `layer "${layer}" reads ${found} features, but its weights are for ${features}`);
  }
  const whole = vectorOf(node, map, at);
  if (whole) return addVectorDense(node, map.sure ? whole : { ...whole, places: null }, at, parts);
  if (!map.sure) throw new CannotRead("it multiplies a map whose shape is not known");
  if (!covers([axis], map.shape, [channelAxis(map.shape)])) {
    const made = axisAsChannels(node, map, at);
    if (made) return addPixelDense(node, made, at, parts);
    throw new CannotRead(
      `it multiplies axis ${at} of ${describeView(map.axes, map.shape)}, which is neither all numbers nor all channels`,
    );
  }
  return addPixelDense(node, map, at, parts);
}

function addVectorDense(
  { builder, readers }: NodeToRead,
  { vector, places }: OrderedVector,
  at: number,
  { layer, shape, bias, activation = linear, ...parts }: DenseParts,
): GraphMap {
  const kernel = places ? rowsAt(parts.kernel, places, shape[1]) : parts.kernel;
  const place = builder.place(layer, [vector]);
  const draft = { kind: "dense", ...place, inputs: [vector.op], kernel, kernelShape: shape, bias, activation } as const;
  return builder.add(draft, [vector], { axes: (output) => withChannels(vector.axes, at, output), readers });
}

function addPixelDense(
  { builder, readers }: NodeToRead,
  map: GraphMap,
  at: number,
  { layer, shape, bias, activation = linear, ...parts }: DenseParts,
): GraphMap {
  const [features, outputs] = shape;
  const kernel = rowsAt(parts.kernel, placesOf(map.axes[at]!), outputs);
  const draft = {
    kind: "conv",
    ...builder.place(layer, [map]),
    inputs: [map.op],
    kernel,
    kernelShape: [1, 1, features, outputs],
    bias,
    strides: [1, 1],
    dilation: [1, 1],
    padding: "valid",
    groups: 1,
    activation,
  } as const;
  return builder.add(draft, [map], { axes: (output) => withChannels(map.axes, at, output), readers });
}

/** Rows of a matrix, or numbers of a list (one column), moved to their places. */
function rowsAt(kernel: Float32Array, places: readonly number[], columns: number): Float32Array {
  const ordered = new Float32Array(kernel.length);
  places.forEach((place, row) => {
    ordered.set(kernel.subarray(row * columns, (row + 1) * columns), place * columns);
  });
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

/** Adds a batch norm along one axis of the file, which has to be one of channels. */
export function addNorm(
  node: NodeToRead,
  map: GraphMap,
  at: number,
  { layer, ...parts }: NormParts & { layer: string },
): GraphMap {
  const { builder, readers } = node;
  const axis = map.axes[axisAt(map, at)]!;
  const size = map.sure ? (sizeOf(axis) ?? Number.NaN) : parts.mean.length;
  for (const [what, values] of Object.entries(parts)) {
    if (values instanceof Float32Array) checkLength(values, size, `the ${what} of layer "${layer}"`);
  }
  checkVariance(parts.variance, parts.epsilon, layer);
  const isOther = map.sure && !isOfChannels(axis, map.shape);
  const other = isOther ? axisAsChannels(node, map, axisAt(map, at)) : null;
  if (other) return addNorm(node, other, at, { layer, ...parts });
  const ordered = map.sure ? inStoredOrder(map, at, parts) : parts;
  const place = builder.place(layer, [map]);
  return builder.add({ kind: "norm", ...place, inputs: [map.op], ...ordered }, [map], { readers });
}

/** Statistics along an axis of the file as they belong to the channels that are stored. */
function inStoredOrder(map: GraphMap, at: number, parts: NormParts): NormParts {
  const shape = map.axes.map((_, i) => (i === axisAt(map, at) ? parts.mean.length : 1));
  const ordered = (values: Float32Array): Float32Array => {
    const own = perChannelOf(map, shape, values);
    if (own) return own;
    throw new CannotRead(
      `it normalises along axis ${at} of ${describeView(map.axes, map.shape)}, which is not that of the channels`,
    );
  };
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
  if (!("kernel" in draft) || map.readers !== 1 || draft.bias || draft.activation.name !== "linear") return null;
  builder.replace({ ...draft, bias });
  return { ...map, readers };
}

function checkLength(values: Float32Array | null, wanted: number, what: string): void {
  if (values && values.length !== wanted) {
    throw new LensError("bad-model", `${what} has ${values.length} values; ${wanted} are needed`);
  }
}
