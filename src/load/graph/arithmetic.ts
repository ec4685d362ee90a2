/**
 * Sums, differences, products and quotients: of two maps, or of a map and a constant, which is a scale and a shift per
 * channel. `x · sigmoid(x)` is put together again as swish.
 */

import { channelsOf, formatShape } from "../../core/shape.js";
import { mergedShape } from "../../network/ops/merge.js";
import type { Activation, NormOp } from "../../network/ops.js";
import { affine } from "../layers/reader.js";
import { alias } from "./alias.js";
import { aligned } from "./aligned.js";
import { shapesOf } from "./builder.js";
import { CannotRead } from "./cannot-read.js";
import { axisAsChannels } from "./layout.js";
import type { NodeToRead } from "./node.js";
import { perChannel } from "./per-channel.js";
import { addActivation } from "./simple.js";
import { fileShape, freeSize, type GraphConstant, type GraphMap, type GraphValue, numberOf } from "./value.js";
import { isFull, viewOfVector, withChannels } from "./view.js";
import { fuseBias } from "./weighted.js";

/** What is done with two values. */
export type Arithmetic = "add" | "subtract" | "multiply" | "divide";

/** Adds a sum, difference, product or quotient; of two constants it is computed. */
export function arithmetic(node: NodeToRead, kind: Arithmetic): GraphValue {
  const [a, b] = node.inputs;
  if (!a || !b) throw new CannotRead("it has fewer than two inputs");
  if (a.kind === "constant" && b.kind === "constant")
    throw new CannotRead("it computes with constants of many numbers");
  if (a.kind === "map" && b.kind === "map") return ofMaps(node, [a, b], kind);
  if (a.kind === "map") return addConstant(node, a, { constant: b as GraphConstant, at: 1 }, kind);
  return addConstant(node, b as GraphMap, { constant: a, at: 0 }, kind);
}

/** Adds a sum, product, maximum or minimum of maps. */
export function ofMaps(
  node: NodeToRead,
  maps: readonly GraphMap[],
  kind: Arithmetic | "maximum" | "minimum",
): GraphMap {
  const { builder, readers } = node;
  if (kind === "divide") return ofMaps(node, [maps[0]!, { ...addPower(node, maps[1]!, -1), readers: 1 }], "multiply");
  const swish = kind === "multiply" && maps.length === 2 ? fuseSwish(node, maps) : null;
  if (swish) return swish;
  const joined = aligned(node, maps);
  if (joined.every(({ sure }) => sure) && !mergedShape(joined.map(({ shape }) => shape))) {
    throw new CannotRead(`it joins maps of different shapes, ${shapesOf(joined)}`);
  }
  const layer = node.layer();
  const axes = joined[0]!.axes.map((_, i) => joined.map((map) => map.axes[i]!).find((axis) => axis.length > 0) ?? []);
  const [first, second] = joined;
  const terms = kind === "subtract" ? [first!, addNegative(node, second!)] : joined;
  const place = builder.place(layer, terms);
  const sum = kind === "subtract" ? "add" : kind;
  return builder.add({ kind: sum, ...place, inputs: terms.map(({ op }) => op) }, terms, { axes, readers });
}

/** Adds each number of a map to a power; a square is a product. */
export function addPower(node: NodeToRead, map: GraphMap, exponent: number): GraphMap {
  if (exponent === 1) return alias(node, map);
  if (exponent === 2) return ofMaps(node, [map, map], "multiply");
  const { builder, readers } = node;
  const place = builder.place(node.layer(), [map]);
  const activation = { name: "power", alpha: exponent } as const;
  return builder.add({ kind: "activation", ...place, inputs: [map.op], activation }, [map], { readers });
}

/** Adds a map to the power of a constant of one number. */
export function power(node: NodeToRead): GraphMap {
  const exponent = numberOf(node.constant(1));
  if (exponent === null || !Number.isFinite(exponent)) throw new CannotRead("its exponent is not one number");
  return addPower(node, node.map(0), exponent);
}

/** Adds absolute values: the larger of each number and its negative. */
export function addAbsolute(node: NodeToRead, map: GraphMap): GraphMap {
  return ofMaps(node, [map, addNegative(node, map)], "maximum");
}

/** Adds a map times −1. */
export function negated(node: NodeToRead): GraphMap {
  return { ...addNegative(node, node.map(0)), readers: node.readers };
}

/** Adds a map times −1 that one operation of the same node reads. */
export function addNegative(node: NodeToRead, map: GraphMap): GraphMap {
  const { builder } = node;
  const place = builder.place(node.layer(), [map]);
  const parts = affine(channelsOf(map.shape), [-1], [0]);
  return builder.add({ ...parts, ...place, inputs: [map.op] }, [map], { readers: 1 });
}

/** `x · sigmoid(x)`, where nothing else reads the sigmoid. */
function fuseSwish(node: NodeToRead, maps: readonly GraphMap[]): GraphMap | null {
  const { builder, readers } = node;
  for (const at of [0, 1]) {
    const [x, gate] = [maps[1 - at]!, maps[at]!];
    const draft = builder.draftOf(gate);
    const isGate = draft.kind === "activation" && draft.activation.name === "sigmoid" && draft.inputs[0] === x.op;
    // The very tensor: the same numbers under other axes are another factor.
    if (!isGate || gate.readers !== 1 || node.maker(at)?.inputs[0] !== x) continue;
    const swish = { name: "swish" } as const;
    if (x.readers === 2 && builder.fuseActivation(x, swish, draft.layer)) {
      builder.remove(gate);
      return { ...x, readers };
    }
    builder.replace({ ...draft, activation: swish });
    return { ...gate, readers };
  }
  return null;
}

/** Adds a sum, difference, product or quotient of a map and a constant, which comes first (`at` 0) or second (1). */
export function addConstant(
  node: NodeToRead,
  given: GraphMap,
  { constant, at }: { readonly constant: GraphConstant; readonly at: number },
  kind: Arithmetic,
): GraphMap {
  // A constant of more axes than the map gives the result as many.
  const map = repeatedFor(node, given, constant);
  const values = perChannel(map, constant, node.numbersOf(constant));
  const other = values ? null : alongOtherAxis(node, map, constant);
  if (other) return addConstant(node, other, { constant, at }, kind);
  if (!values) return withEachValue(node, map, { constant, at }, kind);
  if (kind === "add") {
    const biased = fuseBias(node, map, values);
    if (biased) return biased;
  }
  const { scale, shift } = affineOf(kind, values, at === 0);
  return addAffine(node, map, scale, shift);
}

/** A map of as many axes as a constant has, repeated along those of which it has one place and the constant has several. */
export function repeatedFor(node: NodeToRead, map: GraphMap, { shape }: GraphConstant): GraphMap {
  const more = Math.max(0, shape.length - map.axes.length);
  const ranked = more > 0 ? { ...map, axes: [...Array.from({ length: more }, () => []), ...map.axes] } : map;
  const missing = ranked.axes.length - shape.length;
  return shape.reduce<GraphMap>((seen, count, i) => {
    const at = i + missing;
    if (count === 1 || seen.axes[at]!.length > 0) return seen;
    const single = axisAsChannels(node, seen, at);
    if (!single) throw new CannotRead(`it repeats a map along a constant of ${formatShape(shape)}`);
    const channels = Array<number>(count).fill(0);
    const draft = {
      kind: "select",
      ...node.builder.place(node.layer(), [single]),
      inputs: [single.op],
      channels,
    } as const;
    return node.builder.add(draft, [single], { axes: (made) => withChannels(single.axes, at, made), readers: 1 });
  }, ranked);
}

/** The map stored so that the one axis along which a constant varies is that of its channels; `null` where there is none. */
function alongOtherAxis(node: NodeToRead, map: GraphMap, { shape }: GraphConstant): GraphMap | null {
  const missing = map.axes.length - shape.length;
  const varying = shape.flatMap((n, i) => (n === 1 ? [] : [i + missing]));
  const [at] = varying;
  if (missing < 0 || varying.length !== 1 || fileShape(map)[at!] !== shape[at! - missing]) return null;
  const made = axisAsChannels(node, map, at!);
  return made && isFull(made.axes[at!]!, made.shape, 2) && made.op !== map.op ? made : null;
}

/**
 * The same with a constant that varies along several axes, as a mean image does: the map is laid out as one vector, whose
 * features have a scale and a shift each, and back.
 */
function withEachValue(
  node: NodeToRead,
  map: GraphMap,
  { constant, at }: { readonly constant: GraphConstant; readonly at: number },
  kind: Arithmetic,
): GraphMap {
  const { builder, readers } = node;
  const { shape } = map;
  const view = viewOfVector(map.axes, shape);
  if (!map.sure || !view) throw new CannotRead(map.sure ? freeSize : "the size of the map is not known");
  const output = [shape.reduce<number>((product, n) => product * n!, 1)];
  const values = perChannel({ ...map, shape: output, axes: view }, constant, node.numbersOf(constant));
  if (!values) {
    throw new CannotRead(
      `it joins a map of ${formatShape(fileShape(map))} with a constant of ${formatShape(constant.shape)}`,
    );
  }
  const { scale, shift } = affineOf(kind, values, at === 0);
  const steps = [
    { kind: "reshape", output },
    affine(scale.length, scale, shift),
    { kind: "reshape", output: shape },
  ] as const;
  return steps.reduce<GraphMap>((read, step, i) => {
    const isLast = i === steps.length - 1;
    const draft = { ...step, ...builder.place(node.layer(), [read]), inputs: [read.op] };
    return builder.add(draft, [read], { axes: isLast ? map.axes : view, readers: isLast ? readers : 1 });
  }, map);
}

/** `x ∘ k`, or `k ∘ x` where the constant comes first, as scale and shift. */
function affineOf(
  kind: Arithmetic,
  values: Float32Array,
  constantFirst: boolean,
): { scale: Float32Array; shift: Float32Array } {
  const all = (value: number): Float32Array => new Float32Array(values.length).fill(value);
  switch (kind) {
    case "add":
      return { scale: all(1), shift: values };
    case "subtract":
      return constantFirst ? { scale: all(-1), shift: values } : { scale: all(1), shift: values.map((v) => -v) };
    case "multiply":
      return { scale: values, shift: all(0) };
    case "divide": {
      if (constantFirst) throw new CannotRead("it divides by a map");
      if (values.includes(0)) throw new CannotRead("it divides by zero");
      return { scale: values.map((v) => 1 / v), shift: all(0) };
    }
  }
}

/** Adds a scale and shift per channel, into the one before it, or into a normalisation, where they belong to one layer. */
export function addAffine(node: NodeToRead, map: GraphMap, scale: Float32Array, shift: Float32Array): GraphMap {
  const { builder, readers } = node;
  const layer = node.layer();
  const before = builder.draftOf(map);
  const takes = before.kind === "normalize" || (before.kind === "norm" && isPlain(before));
  if (takes && builder.isOf(before.layer, layer) && map.readers === 1) {
    const gamma = scale.map((s, c) => s * (before.gamma?.[c] ?? 1));
    const beta = shift.map((b, c) => b + scale[c]! * (before.beta?.[c] ?? 0));
    builder.replace({ ...before, gamma, beta });
    return { ...map, readers };
  }
  const parts = affine(scale.length, scale, shift);
  return builder.add({ ...parts, ...builder.place(layer, [map]), inputs: [map.op] }, [map], { readers });
}

/** Whether a norm is only a scale and shift. */
function isPlain({
  gamma,
  beta,
  mean,
  variance,
  epsilon,
}: Pick<NormOp, "gamma" | "beta" | "mean" | "variance" | "epsilon">): boolean {
  return (
    gamma !== null && beta !== null && epsilon === 0 && mean.every((m) => m === 0) && variance.every((v) => v === 1)
  );
}
