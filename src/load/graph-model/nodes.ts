/** The TensorFlow nodes that are known, by type. */
import type { Activation } from "../../network/ops.js";
import { arithmetic, ofMaps } from "../graph/arithmetic.js";
import { alias, concat, pad, reshape, squeeze, transpose, unsqueeze, upsample } from "../graph/arrange.js";
import { CannotRead } from "../graph/cannot-read.js";
import { combined, joined, reshaped, shapeOf, sliced, turned } from "../graph/fold.js";
import type { NodeReader, NodeToRead } from "../graph/node.js";
import type { Dialect } from "../graph/read.js";
import { addActivation, addLrn, addPool, addReduce, addSoftmax } from "../graph/simple.js";
import { constantOf, fileShape, listOf } from "../graph/value.js";
import { perChannel } from "../graph/weighted.js";
import { batchNorm, conv, depthwise, matMul, slidingOf } from "./weighted.js";

const activation =
  (settings: Activation): NodeReader =>
  (node) =>
    addActivation(node, node.map(0), settings);

const identity: NodeReader = (node) => alias(node, node.map(0));

/** Types of numbers that are not whole, by name or by number. */
const isFloat = /^(?:DT_(?:FLOAT|DOUBLE|HALF|BFLOAT16)|1|2|19|14)$/;

/** `MaxPool`, `AvgPool`. */
function pool(mode: "max" | "average"): NodeReader {
  return (node) => {
    const { strides, padding } = slidingOf(node);
    const all = node.whole("ksize", 4, { least: 1 });
    if (all[0] !== 1 || all[3] !== 1) throw new CannotRead("it pools over channels");
    return addPool(node, node.map(0), { mode, size: [all[1]!, all[2]!], strides, padding });
  };
}

/** `Mean`, `Max` over axes. */
function reduce(mode: "max" | "average"): NodeReader {
  return (node) =>
    addReduce(node, node.map(0), { axes: listOf(node.weight(1)), keep: node.flag("keep_dims", false), mode });
}

/** `Pad`, `PadV2`: `[before, after]` for each axis. */
const padding: NodeReader = (node) => {
  const value = node.constant(2);
  if (value && listOf(value)[0] !== 0) throw new CannotRead(`it pads by ${listOf(value)[0]}, not by zeros`);
  const sides = listOf(node.weight(1));
  return pad(
    node,
    node.map(0),
    Array.from({ length: sides.length / 2 }, (_, i) => [sides[2 * i]!, sides[2 * i + 1]!] as const),
  );
};

/** `ResizeNearestNeighbor`, `ResizeBilinear` to a size. */
function resize(interpolation: "nearest" | "bilinear"): NodeReader {
  return (node) => {
    const map = node.map(0);
    const [height, width] = listOf(node.weight(1));
    const [, h, w] = fileShape(map);
    if (node.flag("align_corners", false)) throw new CannotRead("it aligns corners");
    // Copies of pixels are the same either way.
    const centred = interpolation === "bilinear" && node.flag("half_pixel_centers", false);
    const size = [height! / (h ?? Number.NaN), width! / (w ?? Number.NaN)] as const;
    return upsample(node, map, { size, interpolation: centred ? "centred" : interpolation });
  };
}

/** `Maximum` and `Minimum` of a map and a number: the two halves of clipping from 0. */
const maximum: NodeReader = (node) => {
  if (numberBeside(node) !== 0) throw new CannotRead(`it takes the larger of a map and ${numberBeside(node)}, not 0`);
  return addActivation(node, node.maps[0]!, { name: "relu" });
};
const minimum: NodeReader = (node) => {
  const [map] = node.maps;
  const draft = node.builder.draftOf(map!);
  const max = numberBeside(node);
  const isRelu = "activation" in draft && draft.activation.name === "relu" && draft.activation.max === undefined;
  if (!isRelu || map!.readers !== 1 || !(max > 0)) throw new CannotRead("it takes the smaller of a map and a number");
  node.builder.replace({ ...draft, activation: { name: "relu", max } });
  return alias(node, map!);
};

function numberBeside(node: NodeToRead): number {
  const constant = node.inputs.find((value) => value?.kind === "constant");
  const list = constant?.kind === "constant" ? listOf(constant) : [];
  if (list.length === 0 || list.some((n) => n !== list[0])) throw new CannotRead("it compares two maps");
  return list[0]!;
}

const readers: Readonly<Record<string, NodeReader>> = {
  Conv2D: conv,
  _FusedConv2D: conv,
  DepthwiseConv2dNative: depthwise,
  FusedDepthwiseConv2dNative: depthwise,
  _FusedDepthwiseConv2dNative: depthwise,
  MatMul: matMul,
  _FusedMatMul: matMul,
  FusedBatchNorm: batchNorm,
  FusedBatchNormV2: batchNorm,
  FusedBatchNormV3: batchNorm,
  BiasAdd: (node) => arithmetic(node, "add"),
  Add: (node) => arithmetic(node, "add"),
  AddV2: (node) => arithmetic(node, "add"),
  AddN: (node) =>
    ofMaps(
      node,
      node.inputs.map((_, i) => node.map(i)),
      "add",
    ),
  Sub: (node) => arithmetic(node, "subtract"),
  Mul: (node) => arithmetic(node, "multiply"),
  RealDiv: (node) => arithmetic(node, "divide"),
  Div: (node) => arithmetic(node, "divide"),
  Relu: activation({ name: "relu" }),
  Relu6: activation({ name: "relu", max: 6 }),
  LeakyRelu: (node) => addActivation(node, node.map(0), { name: "leakyRelu", alpha: node.number("alpha", 0.2) }),
  Prelu: (node) => {
    const slopes = perChannel(node.map(0), node.weight(1), node.numbers(1));
    if (!slopes) throw new CannotRead("its slopes are shared in another way than over rows and columns");
    return addActivation(node, node.map(0), { name: "prelu", slopes });
  },
  Elu: activation({ name: "elu" }),
  Selu: activation({ name: "selu" }),
  Sigmoid: activation({ name: "sigmoid" }),
  Tanh: activation({ name: "tanh" }),
  Softplus: activation({ name: "softplus" }),
  Softsign: activation({ name: "softsign" }),
  Softmax: (node) => addSoftmax(node, node.map(0), -1),
  Maximum: maximum,
  Minimum: minimum,
  MaxPool: pool("max"),
  AvgPool: pool("average"),
  Mean: reduce("average"),
  Max: reduce("max"),
  Pad: padding,
  PadV2: padding,
  ConcatV2: (node) => {
    const axis = listOf(node.weight(node.inputs.length - 1))[0]!;
    return concat(
      node,
      node.inputs.slice(0, -1).map((_, i) => node.map(i)),
      axis,
    );
  },
  Reshape: (node) => reshape(node, node.map(0), listOf(node.weight(1)), "NHWC"),
  Squeeze: (node) => {
    const axes = node.list("squeeze_dims");
    return squeeze(node, node.map(0), axes?.length ? axes : undefined);
  },
  ExpandDims: (node) => expand(node),
  Transpose: (node) => transpose(node, node.map(0), listOf(node.weight(1))),
  ResizeNearestNeighbor: resize("nearest"),
  ResizeBilinear: resize("bilinear"),
  LRN: (node) =>
    addLrn(node, node.map(0), {
      radius: node.whole("depth_radius", 1, { fallback: [5] })[0]!,
      alpha: node.number("alpha", 1),
      beta: node.number("beta", 0.5),
      bias: node.number("bias", 1),
    }),
  Identity: identity,
  StopGradient: identity,
  Snapshot: identity,
  Cast: (node) => {
    const type = node.word("DstT", "");
    if (!isFloat.test(type)) throw new CannotRead(`it makes ${type || "an unknown type"} of its numbers`);
    return identity(node);
  },
  PreventGradient: identity,
  Shape: shapeOf,
};

/** One axis more; a vector becomes a map of one pixel in two steps. */
function expand(node: NodeToRead): ReturnType<NodeReader> {
  const map = node.map(0);
  const [axis] = listOf(node.weight(1));
  if (map.axes === "NC" && axis === 1) return alias(node, map, { axes: "NWC" });
  if (map.axes === "NWC" && axis === 1) return alias(node, map, { axes: "NHWC" });
  return unsqueeze(node, map, [axis!]);
}

const folds: Readonly<Record<string, NodeReader>> = {
  Shape: shapeOf,
  Identity: (node) => node.weight(0),
  Cast: (node) => {
    const constant = node.weight(0);
    return isFloat.test(node.word("DstT", ""))
      ? constant
      : { ...constant, read: () => constant.read().map(Math.trunc) };
  },
  Pack: (node) => joined(node, node.inputs.length),
  ConcatV2: (node) => joined(node, node.inputs.length - 1),
  StridedSlice: (node) => {
    const of = (i: number): number => listOf(node.weight(i))[0]!;
    const end = node.number("end_mask", 0) & 1 ? Number.MAX_SAFE_INTEGER : of(2);
    const rows = sliced(node, { start: of(1), end, step: of(3) });
    return node.number("shrink_axis_mask", 0) & 1 ? { ...rows, shape: [] } : rows;
  },
  Prod: (node) => {
    const product = listOf(node.weight(0)).reduce((all, n) => all * n, 1);
    return constantOf(node.node.name, [], { values: [product] });
  },
  Reshape: (node) => reshaped(node.weight(0), listOf(node.weight(1))),
  Transpose: (node) => turned(node.weight(0), listOf(node.weight(1))),
  ExpandDims: (node) => {
    const constant = node.weight(0);
    const [axis] = listOf(node.weight(1));
    const shape = [...constant.shape];
    shape.splice(axis! < 0 ? axis! + shape.length + 1 : axis!, 0, 1);
    return reshaped(constant, shape);
  },
  Add: (node) => combined(node, (a, b) => a + b),
  AddV2: (node) => combined(node, (a, b) => a + b),
  Sub: (node) => combined(node, (a, b) => a - b),
  Mul: (node) => combined(node, (a, b) => a * b),
  FloorDiv: (node) => combined(node, (a, b) => Math.floor(a / b)),
};

/** TensorFlow. */
export const tensorFlowDialect: Dialect = { readers, folds };
