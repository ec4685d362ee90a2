/** The TensorFlow nodes that compute, by type. */
import type { Activation } from "../../network/ops.js";
import { alias } from "../graph/alias.js";
import { addAbsolute, addConstant, addPower, arithmetic, negated, ofMaps, power } from "../graph/arithmetic.js";
import { concat, reshape, slice, split, squeeze, transpose, unsqueeze } from "../graph/arrange.js";
import { CannotRead } from "../graph/cannot-read.js";
import { shapeOf } from "../graph/constants.js";
import { addClip, extremum } from "../graph/extremum.js";
import { geluOf } from "../graph/gelu.js";
import type { NodeReader, NodeToRead } from "../graph/node.js";
import { slopesOf } from "../graph/per-channel.js";
import { pick } from "../graph/pick.js";
import type { Dialect } from "../graph/read.js";
import { addMinimum, addReduce, addSum, type Reducing } from "../graph/reduce.js";
import { addActivation, addLrn, addPool, addSoftmax } from "../graph/simple.js";
import { blocks, padded, upsample } from "../graph/spatial.js";
import { axisAt, fileShape, type GraphMap, listOf, settingsOf } from "../graph/value.js";
import { folds, isFloat, stridedCuts } from "./constants.js";
import { convTranspose } from "./conv-transpose.js";
import { batchNorm, conv, depthwise, matMul, orderOf, slidingOf, spatial } from "./weighted.js";

const activation =
  (settings: Activation): NodeReader =>
  (node) =>
    addActivation(node, node.map(0), settings);

const identity: NodeReader = (node) => alias(node, node.map(0));

/** `MaxPool`, `AvgPool`. */
function pool(mode: "max" | "average"): NodeReader {
  return (node) => {
    const order = orderOf(node);
    const { strides, padding } = slidingOf(node);
    const size = spatial(node.whole("ksize", 4, { least: 1 }), order);
    return addPool(node, node.map(0), order, { mode, size, strides, padding });
  };
}

/** `Mean`, `Max` over axes. */
function reduce(mode: "max" | "average"): NodeReader {
  return (node) => addReduce(node, node.map(0), { ...reducingOf(node), mode });
}

function reducingOf(node: NodeToRead): Reducing {
  return { axes: settingsOf(node.weight(1)), keep: node.flag("keep_dims", false) };
}

const raised =
  (exponent: number): NodeReader =>
  (node) =>
    addPower(node, node.map(0), exponent);

/** `SquaredDifference` of two maps, or of a map and a constant. */
const squaredDifference: NodeReader = (node) => {
  const difference = arithmetic(node, "subtract") as GraphMap;
  return ofMaps(node, [difference, difference], "multiply");
};

/** `Pad`, `PadV2`: `[before, after]` for each axis. */
const padding: NodeReader = (node) => {
  const given = node.constant(2);
  const value = given ? settingsOf(given)[0]! : 0;
  return padded(node, node.map(0), "NHWC", { sides: sidesOf(node), border: "constant", value });
};

/** `MirrorPad`, with or without the edge pixel repeated. */
const mirrorPad: NodeReader = (node) => {
  const mode = node.word("mode", "REFLECT").toLowerCase();
  if (mode !== "reflect" && mode !== "symmetric") throw new CannotRead(`it mirrors by ${mode}`);
  return padded(node, node.map(0), "NHWC", { sides: sidesOf(node), border: mode, value: 0 });
};

function sidesOf(node: NodeToRead): (readonly [number, number])[] {
  const sides = settingsOf(node.weight(1));
  return Array.from({ length: sides.length / 2 }, (_, i) => [sides[2 * i]!, sides[2 * i + 1]!] as const);
}

/** `DepthToSpace`, `SpaceToDepth`. */
const blocksOf =
  (kind: "depthToSpace" | "spaceToDepth"): NodeReader =>
  (node) => {
    const [block] = node.whole("block_size", 1, { least: 1 });
    return blocks(node, node.map(0), orderOf(node), { kind, block: block!, order: "DCR" });
  };

/** `ClipByValue` to two numbers. */
const clipByValue: NodeReader = (node) =>
  addClip(node, node.map(0), { min: settingsOf(node.weight(1))[0]!, max: settingsOf(node.weight(2))[0]! });

/** `ResizeNearestNeighbor`, `ResizeBilinear` to a size. */
function resize(interpolation: "nearest" | "bilinear"): NodeReader {
  return (node) => {
    const map = node.map(0);
    const [height, width] = settingsOf(node.weight(1));
    const [, h, w] = fileShape(map);
    if (node.flag("align_corners", false)) throw new CannotRead("it aligns corners");
    // Copies of pixels are the same either way.
    const centred = interpolation === "bilinear" && node.flag("half_pixel_centers", false);
    const size = [height! / (h ?? Number.NaN), width! / (w ?? Number.NaN)] as const;
    return upsample(node, map, "NHWC", { size, interpolation: centred ? "centred" : interpolation });
  };
}

/** `ConcatV2`, whose axis is its last input, and `Concat`, whose axis is its first. */
function concatenation(axisLast: boolean): NodeReader {
  return (node) => {
    const last = node.inputs.length - 1;
    const [axis] = settingsOf(node.weight(axisLast ? last : 0));
    const maps = node.inputs.map((_, i) => i).filter((i) => i !== (axisLast ? last : 0));
    return concat(
      node,
      maps.map((i) => node.map(i)),
      axis!,
    );
  };
}

/** `Split` into equal parts, `SplitV` into parts of given sizes, one of which may be −1. */
function splitting(bySizes: boolean): NodeReader {
  return (node) => {
    const map = node.map(bySizes ? 0 : 1);
    const [axis] = settingsOf(node.weight(bySizes ? 2 : 0));
    const size = fileShape(map)[axisAt(map, axis!)] ?? Number.NaN;
    const parts = bySizes ? settingsOf(node.weight(1)) : Array<number>(node.number("num_split")).fill(-1);
    if (!bySizes) return split(node, map, axis!, parts.fill(size / parts.length));
    const known = parts.reduce((sum, n) => (n === -1 ? sum : sum + n), 0);
    return split(
      node,
      map,
      axis!,
      parts.map((n) => (n === -1 ? size - known : n)),
    );
  };
}

/** `StridedSlice`: some places of some axes. */
const stridedSlice: NodeReader = (node) => {
  const map = node.map(0);
  const { cuts, added } = stridedCuts(node, fileShape(map));
  const cut = slice(node, map, cuts);
  return added.length > 0 ? unsqueeze(node, cut, added) : cut;
};

/** `Slice`: a start and a size for each axis; −1 is to the end. */
const plainSlice: NodeReader = (node) => {
  const map = node.map(0);
  const sizes = settingsOf(node.weight(2));
  return slice(
    node,
    map,
    settingsOf(node.weight(1)).map((start, axis) => {
      const end = sizes[axis] === -1 ? Number.MAX_SAFE_INTEGER : start + sizes[axis]!;
      return { axis, start, end, step: 1 };
    }),
  );
};

/** `GatherV2` by a list or a number. */
const gather: NodeReader = (node) => {
  const map = node.map(0);
  const places = node.weight(1);
  if (places.shape.length > 1 || node.number("batch_dims", 0) !== 0) throw new CannotRead("it picks by a table");
  const [axis] = node.constant(2) ? settingsOf(node.weight(2)) : [0];
  const drop = places.shape.length === 0;
  return pick(node, map, { at: axisAt(map, axis!), chosen: settingsOf(places), drop, readers: node.readers });
};

/** `BiasAdd`: a list along the axis of the channels, which is the last one or, by its setting, the second. */
const biasAdd: NodeReader = (node) => {
  const map = node.map(0);
  const rank = map.axes.length;
  const bias = node.weight(1, 1);
  const at = orderOf(node) === "NCHW" ? 1 : rank - 1;
  const shape = map.axes.map((_, i) => (i === at ? bias.shape[0]! : 1));
  return addConstant(node, map, { constant: { ...bias, shape }, at: 1 }, "add");
};

const readers: Readonly<Record<string, NodeReader>> = {
  Conv2D: conv,
  _FusedConv2D: conv,
  Conv2DBackpropInput: convTranspose,
  DepthwiseConv2dNative: depthwise,
  FusedDepthwiseConv2dNative: depthwise,
  _FusedDepthwiseConv2dNative: depthwise,
  MatMul: matMul,
  BatchMatMul: matMul,
  BatchMatMulV2: matMul,
  _FusedMatMul: matMul,
  FusedBatchNorm: batchNorm,
  FusedBatchNormV2: batchNorm,
  FusedBatchNormV3: batchNorm,
  BiasAdd: biasAdd,
  Add: (node) => arithmetic(node, "add"),
  AddV2: (node) => arithmetic(node, "add"),
  AddN: (node) =>
    ofMaps(
      node,
      node.inputs.map((_, i) => node.map(i)),
      "add",
    ),
  Sub: (node) => arithmetic(node, "subtract"),
  Mul: (node) => geluOf(node) ?? arithmetic(node, "multiply"),
  RealDiv: (node) => arithmetic(node, "divide"),
  Div: (node) => arithmetic(node, "divide"),
  Neg: negated,
  Abs: (node) => addAbsolute(node, node.map(0)),
  Pow: power,
  Square: raised(2),
  Sqrt: raised(0.5),
  Rsqrt: raised(-0.5),
  Reciprocal: raised(-1),
  Inv: raised(-1),
  SquaredDifference: squaredDifference,
  Relu: activation({ name: "relu" }),
  Relu6: activation({ name: "relu", max: 6 }),
  LeakyRelu: (node) => addActivation(node, node.map(0), { name: "leakyRelu", alpha: node.number("alpha", 0.2) }),
  Prelu: (node) => {
    const slopes = slopesOf(node.map(0), node.weight(1), node.numbers(1));
    return addActivation(node, node.map(0), { name: "prelu", slopes });
  },
  Elu: activation({ name: "elu" }),
  Selu: activation({ name: "selu" }),
  Sigmoid: activation({ name: "sigmoid" }),
  Tanh: activation({ name: "tanh" }),
  Softplus: activation({ name: "softplus" }),
  Softsign: activation({ name: "softsign" }),
  Softmax: (node) => addSoftmax(node, node.map(0), [-1]),
  Maximum: (node) => extremum(node, "maximum"),
  Minimum: (node) => extremum(node, "minimum"),
  ClipByValue: clipByValue,
  MaxPool: pool("max"),
  AvgPool: pool("average"),
  Mean: reduce("average"),
  Max: reduce("max"),
  Sum: (node) => addSum(node, node.map(0), reducingOf(node)),
  Min: (node) => addMinimum(node, node.map(0), reducingOf(node)),
  MirrorPad: mirrorPad,
  DepthToSpace: blocksOf("depthToSpace"),
  SpaceToDepth: blocksOf("spaceToDepth"),
  Pad: padding,
  PadV2: padding,
  ConcatV2: concatenation(true),
  Concat: concatenation(false),
  Split: splitting(false),
  SplitV: splitting(true),
  StridedSlice: stridedSlice,
  Slice: plainSlice,
  GatherV2: gather,
  Gather: gather,
  Reshape: (node) => reshape(node, node.map(0), listOf(node.weight(1))),
  Squeeze: (node) => {
    const axes = node.list("squeeze_dims");
    return squeeze(node, node.map(0), axes?.length ? axes : undefined);
  },
  ExpandDims: (node) => unsqueeze(node, node.map(0), settingsOf(node.weight(1))),
  Transpose: (node) => transpose(node, node.map(0), settingsOf(node.weight(1))),
  ResizeNearestNeighbor: resize("nearest"),
  ResizeBilinear: resize("bilinear"),
  LRN: (node) =>
    addLrn(node, node.map(0), -1, {
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

/** TensorFlow. */
export const tensorFlowDialect: Dialect = { readers, folds };
