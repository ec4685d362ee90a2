/**
 * Random TensorFlow graphs of 3 to 8 nodes behind a first convolution, in the words of a tfjs GraphModel, and what the
 * executor of tfjs computes. Nodes are drawn over axes as well as over values; sizes are few and often equal, so that an axis
 * taken for another does not show in the shapes. The last node is a convolution or a flattening, whose order is the file's.
 */
import { loadGraphModel } from "@tensorflow/tfjs-converter";
import { createRandom, type Random } from "../../../src/core/random.js";
import type { Json, JsonObject } from "../../../src/load/json.js";
import type { StoredWeight } from "../../../src/load/weights.js";
import { noise, tf } from "../tfjs.js";

interface Drawn {
  readonly name: string;
  readonly shape: readonly number[];
}

const countOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);
const base64 = (text: string): JsonObject => ({ s: Buffer.from(text).toString("base64") });
const listOf = (values: readonly number[]): JsonObject => ({ list: { i: values.map(String) } });
const float = { type: "DT_FLOAT" };

/** A graph while it is drawn. */
class Drawing {
  readonly nodes: JsonObject[] = [];
  readonly weights = new Map<string, StoredWeight>();
  readonly tensors: Drawn[] = [];
  readonly #random: Random;
  readonly #seed: number;
  #names = 0;

  constructor(seed: number) {
    this.#seed = seed;
    this.#random = createRandom(seed);
  }

  chance(share: number): boolean {
    return this.#random.uniform() < share;
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.#random.uniform() * items.length)]!;
  }

  shuffled<T>(items: readonly T[]): T[] {
    const left = [...items];
    return items.map(() => left.splice(Math.floor(this.#random.uniform() * left.length), 1)[0]!);
  }

  #const(shape: readonly number[], values: Float32Array, whole: boolean): string {
    const name = `w${this.#names++}`;
    this.nodes.push({ name, op: "Const", attr: { dtype: { type: whole ? "DT_INT32" : "DT_FLOAT" } } });
    this.weights.set(name, { name, shape, whole, values: () => values });
    return name;
  }

  floats(shape: readonly number[], positive = false): string {
    const values = noise(countOf(shape), this.#seed * 100 + this.#names);
    return this.#const(shape, positive ? values.map((v) => Math.abs(v) + 0.5) : values, false);
  }

  /** A number. */
  scalar(value: number): string {
    return this.#const([], Float32Array.of(value), false);
  }

  ints(values: readonly number[], shape: readonly number[] = [values.length]): string {
    return this.#const(shape, Float32Array.from(values), true);
  }

  add(op: string, input: readonly string[], shapes: readonly (readonly number[])[], attr: JsonObject = {}): string {
    const name = `${op.toLowerCase()}${this.#names++}`;
    this.nodes.push({ name, op, input, attr: { T: float, ...attr } });
    shapes.forEach((shape, i) => this.tensors.push({ name: i === 0 ? name : `${name}:${i}`, shape }));
    return name;
  }
}

/** Adds nodes that read a tensor; does nothing where they cannot. */
type Move = (draw: Drawing, x: Drawn) => void;

const windowAttr = (strides: readonly number[], padding: string): JsonObject => ({
  strides: listOf([1, ...strides, 1]),
  padding: base64(padding),
  data_format: base64("NHWC"),
  dilations: listOf([1, 1, 1, 1]),
});

function windows(n: number, size: number, stride: number, padding: string): number {
  return padding === "SAME" ? Math.ceil(n / stride) : Math.floor((n - size) / stride) + 1;
}

const conv =
  (last: boolean): Move =>
  (d, { name, shape }) => {
    const [n, h, w, c] = shape;
    if (shape.length !== 4) return;
    const size = last ? [1, 1] : [d.pick([1, 2, 3]), d.pick([1, 2, 3])];
    const strides = last ? [1, 1] : [d.pick([1, 1, 2]), d.pick([1, 1, 2])];
    const padding = d.pick(["SAME", "VALID"]);
    const [oh, ow] = [h!, w!].map((m, i) => windows(m, size[i]!, strides[i]!, padding));
    if (oh! < 1 || ow! < 1) return;
    const attr = windowAttr(strides, padding);
    if (!last && d.chance(0.25) && strides[0] === strides[1]) {
      const k = d.floats([...size, c!, d.pick([1, 2])]);
      d.add("DepthwiseConv2dNative", [name, k], [[n!, oh!, ow!, c! * d.weights.get(k)!.shape[3]!]], attr);
      return;
    }
    const out = d.pick([2, 3, 4, 6]);
    const kernel = d.floats([...size, c!, out]);
    if (d.chance(0.3)) {
      const fused = { list: { s: ["BiasAdd", "Relu"].map((word) => base64(word).s as string) } };
      const all = { ...attr, fused_ops: fused, num_args: { i: "1" }, epsilon: { f: 0 } };
      d.add("_FusedConv2D", [name, kernel, d.floats([out])], [[n!, oh!, ow!, out]], all);
    } else d.add("Conv2D", [name, kernel], [[n!, oh!, ow!, out]], attr);
  };

const pool: Move = (d, { name, shape }) => {
  const [n, h, w, c] = shape;
  if (shape.length !== 4) return;
  const [size, strides] = [
    [d.pick([1, 2, 3]), d.pick([1, 2, 3])],
    [d.pick([1, 2]), d.pick([1, 2])],
  ];
  const padding = d.pick(["SAME", "VALID"]);
  const [oh, ow] = [h!, w!].map((m, i) => windows(m, size[i]!, strides[i]!, padding));
  if (oh! < 1 || ow! < 1) return;
  const attr = { ...windowAttr(strides, padding), ksize: listOf([1, ...size, 1]) };
  d.add(d.pick(["MaxPool", "AvgPool"]), [name], [[n!, oh!, ow!, c!]], attr);
};

const unary: Move = (d, { name, shape }) => {
  d.add(d.pick(["Relu", "Relu6", "Sigmoid", "Tanh", "Elu", "Identity", "Neg", "Abs", "Selu"]), [name], [shape]);
};

const withConstant: Move = (d, { name, shape }) => {
  const drawn = shape.map((n) => (d.chance(0.4) ? n : 1));
  const at = d.pick(shape.map((_, i) => i));
  const wanted = d.chance(0.5) ? shape.slice(at).map((n, i) => (i === 0 ? n : 1)) : drawn;
  const one = shape.indexOf(1);
  // Now and then the map is repeated along the constant.
  const size = one >= 0 && d.chance(0.1) ? [d.pick([2, 3]), ...shape.slice(one + 1).map(() => 1)] : wanted;
  const k = d.floats(size, true);
  const op = d.pick(["AddV2", "Mul", "Sub", "RealDiv", "Maximum", "Minimum"]);
  d.add(op, d.chance(0.7) || op === "RealDiv" ? [name, k] : [k, name], [together(shape, size)!]);
};

const bias: Move = (d, { name, shape }) => {
  if (shape.length >= 2) d.add("BiasAdd", [name, d.floats([shape.at(-1)!])], [shape], { data_format: base64("NHWC") });
};

function together(a: readonly number[], b: readonly number[]): number[] | null {
  const rank = Math.max(a.length, b.length);
  const [x, y] = [a, b].map((sizes) => [...Array<number>(rank - sizes.length).fill(1), ...sizes]);
  return x!.every((n, i) => n === y![i] || n === 1 || y![i] === 1) ? x!.map((n, i) => Math.max(n, y![i]!)) : null;
}

const ofTwo: Move = (d, x) => {
  const others = d.tensors.filter(({ shape }) => together(shape, x.shape));
  const y = d.pick(others);
  const shape = together(x.shape, y.shape)!;
  if (countOf(shape) > 3000 || shape.length > 4) return;
  d.add(d.pick(["AddV2", "Mul", "Sub", "Maximum"]), d.chance(0.5) ? [x.name, y.name] : [y.name, x.name], [shape]);
};

const transpose: Move = (d, { name, shape }) => {
  const usual = shape.length === 4 && d.chance(0.5);
  const common = [
    [0, 2, 1, 3],
    [0, 3, 1, 2],
    [0, 2, 3, 1],
  ];
  const order = usual ? d.pick(common) : d.shuffled(shape.map((_, i) => i));
  d.add("Transpose", [name, d.ints(order)], [order.map((i) => shape[i]!)]);
};

const divisors = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1).filter((f) => n % f === 0);

const reshape: Move = (d, { name, shape }) => {
  const total = countOf(shape);
  const i = d.pick(shape.map((_, k) => k));
  const f = d.pick(divisors(shape[i]!));
  const first = d.pick(divisors(total));
  const ways: readonly number[][] = [
    [1, total],
    [total / shape.at(-1)!, shape.at(-1)!],
    [...shape.slice(0, i), f, shape[i]! / f, ...shape.slice(i + 1)],
    i + 1 < shape.length ? [...shape.slice(0, i), shape[i]! * shape[i + 1]!, ...shape.slice(i + 2)] : [...shape],
    d.shuffled(shape),
    [1, first, total / first],
    [1, ...d.shuffled([first, total / first, 1])],
  ];
  const target = d.pick(ways);
  if (target.length > 5) return;
  const asked = d.chance(0.5) ? target.with(d.pick(target.map((_, k) => k)), -1) : target;
  d.add("Reshape", [name, d.ints(asked)], [target]);
};

const squeeze: Move = (d, { name, shape }) => {
  const ones = shape.flatMap((n, i) => (n === 1 ? [i] : []));
  if (d.chance(0.5) && ones.length > 0 && shape.length > 1) {
    const gone = d.pick(ones);
    d.add("Squeeze", [name], [shape.filter((_, i) => i !== gone)], { squeeze_dims: listOf([gone]) });
  } else if (shape.length < 5) {
    const at = d.pick([0, ...shape.map((_, i) => i + 1)]);
    d.add("ExpandDims", [name, d.ints([at], [])], [shape.toSpliced(at, 0, 1)]);
  }
};

const split: Move = (d, { name, shape }) => {
  const axes = shape.flatMap((n, i) => (n > 1 ? [i] : []));
  if (axes.length === 0) return;
  const at = d.chance(0.4) && shape.at(-1)! > 1 ? shape.length - 1 : d.pick(axes);
  const n = shape[at]!;
  if (d.chance(0.5) && n % 2 === 0) {
    const half = shape.with(at, n / 2);
    d.add("Split", [d.ints([at], []), name], [half, half], { num_split: { i: "2" } });
    return;
  }
  const cut = d.pick(Array.from({ length: n - 1 }, (_, i) => i + 1));
  const shapes = [shape.with(at, cut), shape.with(at, n - cut)];
  d.add("SplitV", [name, d.ints([cut, n - cut]), d.ints([at], [])], shapes, { num_split: { i: "2" } });
};

const slice: Move = (d, { name, shape }) => {
  const at = d.chance(0.4) ? shape.length - 1 : d.pick(shape.map((_, i) => i));
  const n = shape[at]!;
  const start = d.pick(Array.from({ length: n }, (_, i) => i));
  if (d.chance(0.4)) {
    const size = d.pick(Array.from({ length: n - start }, (_, i) => i + 1));
    const [starts, sizes] = [shape.map((_, i) => (i === at ? start : 0)), shape.map((m, i) => (i === at ? size : m))];
    d.add("Slice", [name, d.ints(starts), d.ints(sizes)], [sizes]);
    return;
  }
  const step = d.pick([1, 1, 2]);
  const begin = shape.map((_, i) => (i === at ? start : 0));
  const steps = shape.map((_, i) => (i === at ? step : 1));
  const shrink = d.chance(0.2) && shape.length > 1;
  const end = shape.map((m, i) => (i === at && shrink ? start + 1 : m));
  const mask = d.chance(0.4) && !shrink ? (1 << shape.length) - 1 : 0;
  const made = shrink ? shape.filter((_, i) => i !== at) : shape.with(at, Math.ceil((n - start) / step));
  const attr = {
    begin_mask: { i: "0" },
    end_mask: { i: String(mask) },
    ellipsis_mask: { i: "0" },
    new_axis_mask: { i: "0" },
    shrink_axis_mask: { i: String(shrink ? 1 << at : 0) },
  };
  d.add("StridedSlice", [name, d.ints(begin), d.ints(end), d.ints(steps)], [made], attr);
};

const gather: Move = (d, { name, shape }) => {
  const at = d.chance(0.5) ? shape.length - 1 : d.pick(shape.map((_, i) => i));
  const places = Array.from({ length: d.pick([1, 2, 3]) }, () =>
    d.pick(Array.from({ length: shape[at]! }, (_, i) => i)),
  );
  const made = shape.with(at, places.length);
  d.add("GatherV2", [name, d.ints(places), d.ints([at], [])], [made], { batch_dims: { i: "0" } });
};

const concat: Move = (d, x) => {
  const at = d.chance(0.5) ? x.shape.length - 1 : d.pick(x.shape.map((_, i) => i));
  const y = d.pick(
    d.tensors.filter(
      ({ shape }) => shape.length === x.shape.length && shape.every((n, i) => i === at || n === x.shape[i]),
    ),
  );
  const axis = d.ints([d.chance(0.3) ? at - x.shape.length : at], []);
  const made = x.shape.with(at, x.shape[at]! + y.shape[at]!);
  const old = d.chance(0.3);
  const maps = [x.name, y.name];
  d.add(old ? "Concat" : "ConcatV2", old ? [axis, ...maps] : [...maps, axis], [made], { N: { i: "2" } });
};

const softmax: Move = (d, { name, shape }) => {
  d.add("Softmax", [name], [shape]);
};

const matMul: Move = (d, { name, shape }) => {
  if (shape.length !== 2) return;
  const out = d.pick([2, 3, 4]);
  const turned = d.chance(0.4);
  const turnedInput = d.chance(0.15);
  const [m, k] = turnedInput ? [shape[1]!, shape[0]!] : [shape[0]!, shape[1]!];
  const weight = d.floats(turned ? [out, k] : [k, out]);
  d.add("MatMul", [name, weight], [[m, out]], { transpose_a: { b: turnedInput }, transpose_b: { b: turned } });
};

const norm: Move = (d, { name, shape }) => {
  const c = shape.at(-1)!;
  if (shape.length !== 4) return;
  const parts = [d.floats([c]), d.floats([c]), d.floats([c]), d.floats([c], true)];
  const attr = { is_training: { b: false }, epsilon: { f: 1e-3 }, data_format: base64("NHWC") };
  d.add("FusedBatchNormV3", [name, ...parts], [shape], attr);
};

const reduce: Move = (d, { name, shape }) => {
  const image = shape.length === 4 && d.chance(0.5);
  const axes = image ? [1, 2] : shape.flatMap((_, i) => (d.chance(0.4) ? [i] : []));
  if (axes.length === 0 || axes.length === shape.length) return;
  const keep = d.chance(0.5);
  const made = keep ? shape.map((n, i) => (axes.includes(i) ? 1 : n)) : shape.filter((_, i) => !axes.includes(i));
  d.add(d.pick(["Mean", "Max", "Sum", "Min"]), [name, d.ints(axes)], [made], { keep_dims: { b: keep } });
};

/** Powers of numbers from 1/2 on, or of any sign where the exponent is whole. */
const power: Move = (d, { name, shape }) => {
  const op = d.pick(["Square", "Pow", "Sqrt", "Rsqrt", "Reciprocal"]);
  const positive = (): string => d.add("AddV2", [d.add("Abs", [name], [shape]), d.floats([], true)], [shape]);
  if (op === "Square") d.add(op, [name], [shape]);
  else if (op === "Pow") d.add(op, [name, d.scalar(d.pick([2, 3]))], [shape]);
  else d.add(op, [positive()], [shape]);
};

/** Normalisation over some axes, in the words of Keras: moments, and the reciprocal of a root. */
const writtenNorm: Move = (d, { name, shape }) => {
  const axes = d.pick([[shape.length - 1], shape.length === 4 ? [1, 2] : [0], shape.map((_, i) => i)]);
  const one = shape.map((n, i) => (axes.includes(i) ? 1 : n));
  const mean = (of: string): string => d.add("Mean", [of, d.ints(axes)], [one], { keep_dims: { b: true } });
  const centre = mean(name);
  const variance = mean(d.add("SquaredDifference", [name, centre], [shape]));
  const root = d.add("Rsqrt", [d.add("AddV2", [variance, d.scalar(0.01)], [one])], [one]);
  const scale = d.add("Mul", [root, d.floats([shape.at(-1)!], true)], [shape]);
  const shift = d.add("Sub", [d.floats([shape.at(-1)!]), d.add("Mul", [centre, scale], [shape])], [shape]);
  d.add("AddV2", [d.add("Mul", [name, scale], [shape]), shift], [shape]);
};

const pad: Move = (d, { name, shape }) => {
  const sides = shape.map((_, i) =>
    d.chance(shape.length === 4 && (i === 1 || i === 2) ? 0.5 : 0.05) ? [d.pick([0, 1]), d.pick([0, 1, 2])] : [0, 0],
  );
  const made = shape.map((n, i) => n + sides[i]![0]! + sides[i]![1]!);
  d.add("Pad", [name, d.ints(sides.flat(), [shape.length, 2])], [made]);
};

const resize: Move = (d, { name, shape }) => {
  const [n, h, w, c] = shape;
  if (shape.length !== 4 || countOf(shape) > 400) return;
  const size = [h! * d.pick([1, 2]), w! * d.pick([1, 2, 3])];
  const op = d.pick(["ResizeNearestNeighbor", "ResizeBilinear"]);
  const attr = { align_corners: { b: false }, half_pixel_centers: { b: op === "ResizeBilinear" && d.chance(0.5) } };
  d.add(op, [name, d.ints(size)], [[n!, size[0]!, size[1]!, c!]], attr);
};

/** A shape as a little program: the first size of the map and −1, side by side. */
const computedShape: Move = (d, { name, shape }) => {
  const measured = d.add("Shape", [name], [[shape.length]]);
  d.tensors.pop();
  const masks = { begin_mask: { i: "0" }, end_mask: { i: "0" }, ellipsis_mask: { i: "0" }, new_axis_mask: { i: "0" } };
  const at = d.pick(shape.map((_, i) => i));
  const cut = [d.ints([at]), d.ints([at + 1]), d.ints([1])];
  const size = d.add("StridedSlice", [measured, ...cut], [[]], { ...masks, shrink_axis_mask: { i: "1" } });
  d.tensors.pop();
  const target = d.add("Pack", [size, d.ints([-1], [])], [[2]], { axis: { i: "0" }, N: { i: "2" } });
  d.tensors.pop();
  d.add("Reshape", [name, target], [[shape[at]!, countOf(shape) / shape[at]!]]);
};

const convTranspose: Move = (d, { name, shape }) => {
  const [n, h, w, c] = shape;
  if (shape.length !== 4 || countOf(shape) > 400) return;
  const size = [d.pick([1, 2, 3]), d.pick([1, 2, 3, 4])];
  const strides = [d.pick([1, 2, 3]), d.pick([1, 2])];
  const padding = d.pick(["SAME", "VALID"]);
  // Any size whose convolution has the size of the map.
  const [oh, ow] = [h!, w!].map((m, i) =>
    padding === "SAME"
      ? Math.max(1, m * strides[i]! - d.pick([0, strides[i]! - 1]))
      : (m - 1) * strides[i]! + size[i]! + d.pick([0, strides[i]! - 1]),
  );
  const made = [n!, oh!, ow!, d.pick([2, 3])];
  const kernel = d.floats([...size, made[3]!, c!]);
  d.add("Conv2DBackpropInput", [d.ints(made), kernel, name], [made], windowAttr(strides, padding));
};

const mirror: Move = (d, { name, shape }) => {
  if (shape.length !== 4) return;
  const sides = shape.map((n, i) => (i === 1 || i === 2 ? [0, 1].map(() => d.pick([0, 1, n - 1])) : [0, 0]));
  const made = shape.map((n, i) => n + sides[i]![0]! + sides[i]![1]!);
  const attr = { mode: base64(d.pick(["REFLECT", "SYMMETRIC"])) };
  d.add("MirrorPad", [name, d.ints(sides.flat(), [4, 2])], [made], attr);
};

const depthToSpace: Move = (d, { name, shape }) => {
  const [n, h, w, c] = shape;
  if (shape.length !== 4 || c! % 4 !== 0) return;
  const attr = { block_size: { i: "2" }, data_format: base64("NHWC") };
  d.add("DepthToSpace", [name], [[n!, 2 * h!, 2 * w!, c! / 4]], attr);
};

const extreme: Move = (d, x) => {
  const op = d.pick(["Maximum", "Minimum"]);
  const other = d.pick([x, ...d.tensors]);
  const made = together(x.shape, other.shape);
  if (d.chance(0.4) || !made) d.add(op, d.shuffled([x.name, d.floats([])]), [x.shape]);
  else d.add(op, [x.name, other.name], [made]);
};

const clip: Move = (d, { name, shape }) => {
  d.add("ClipByValue", [name, d.floats([]), d.floats([], true)], [shape]);
};

const prelu: Move = (d, { name, shape }) => {
  d.add("Prelu", [name, d.floats(d.pick([shape.slice(1), [shape.at(-1)!]]))], [shape]);
};

const moves: readonly Move[] = [
  ...Array<Move>(3).fill(conv(false)),
  ...[pool, pool, unary, unary, withConstant, withConstant, bias, ofTwo, ofTwo, ofTwo],
  ...Array<Move>(5).fill(transpose),
  ...Array<Move>(5).fill(reshape),
  ...[squeeze, squeeze, split, split, slice, slice, gather, concat, concat, concat, softmax, softmax],
  ...[matMul, matMul, matMul, norm, norm, reduce, reduce, power, writtenNorm, writtenNorm, pad, resize, computedShape],
  ...[convTranspose, convTranspose, mirror, depthToSpace, extreme, extreme, clip, prelu],
];

/** A graph, as a GraphModel has it. */
export interface RandomGraph {
  readonly topology: JsonObject;
  readonly weights: ReadonlyMap<string, StoredWeight>;
  /** Shape of the image in the file's order, with the batch. */
  readonly image: readonly number[];
  /** Whether the file has channels before rows. */
  readonly channelsFirst: boolean;
  readonly output: string;
}

/** The graph of a seed; `null` where it came to nothing. */
export function randomGraph(seed: number): RandomGraph | null {
  const d = new Drawing(seed);
  const channelsFirst = d.chance(0.2);
  const [h, w, c] = [d.pick([4, 6]), d.pick([4, 6]), d.pick([1, 3])];
  const image = channelsFirst ? [1, c, h, w] : [1, h, w, c];
  const dims = image.map((n) => ({ size: String(n) }));
  d.nodes.push({ name: "image", op: "Placeholder", attr: { dtype: float, shape: { shape: { dim: dims } } } });
  d.tensors.push({ name: "image", shape: image });
  if (channelsFirst) d.add("Transpose", ["image", d.ints([0, 2, 3, 1])], [[1, h, w, c]]);
  const before = d.tensors.length;
  conv(false)(d, d.tensors.at(-1)!);
  if (d.tensors.length === before) return null;
  d.tensors.splice(0, before);
  const wanted = d.pick([3, 4, 5, 6, 7, 8]);
  for (let tries = 0; tries < 60 && d.tensors.length <= wanted; tries++) {
    const x = d.chance(0.75) ? d.tensors.at(-1)! : d.pick(d.tensors);
    if (x.shape.length > 0 && countOf(x.shape) <= 2000) d.pick(moves)(d, x);
  }
  const x = d.tensors.at(-1)!;
  const count = d.tensors.length;
  if (x.shape.length === 4 && x.shape[0] === 1 && d.chance(0.5)) conv(true)(d, x);
  if (d.tensors.length === count) d.add("Reshape", [x.name, d.ints([1, -1])], [[1, countOf(x.shape)]]);
  if (countOf(x.shape) > 1000) return null;
  const topology = { node: d.nodes as readonly Json[], versions: { producer: 1 } };
  return { topology, weights: d.weights, image, channelsFirst, output: d.tensors.at(-1)!.name };
}

/** What the executor of tfjs computes for an image; `null` where it refuses the graph. */
export async function executed(
  { topology, weights, image, output }: RandomGraph,
  data: Float32Array,
): Promise<{ output: Float32Array; shape: readonly number[] } | null> {
  const all = [...weights.values()];
  const weightSpecs = all.map(({ name, shape, whole }) => ({
    name,
    shape: [...shape],
    dtype: whole ? ("int32" as const) : ("float32" as const),
  }));
  const bytes = all.map(({ whole, values }) => new Uint8Array((whole ? Int32Array.from(values()) : values()).buffer));
  const weightData = Uint8Array.from(Buffer.concat(bytes)).buffer;
  const artifacts = { modelTopology: topology, weightSpecs, weightData, format: "graph-model" };
  try {
    const model = await loadGraphModel({ load: async () => artifacts as tf.io.ModelArtifacts });
    const made = tf.tidy(() => {
      const tensor = model.execute({ [model.inputs[0]!.name]: tf.tensor(data, [...image]) }, output) as tf.Tensor;
      return { output: Float32Array.from(tensor.dataSync()), shape: tensor.shape };
    });
    model.dispose();
    return made;
  } catch {
    return null;
  }
}
