/**
 * Sums, differences, products and quotients: of two maps, or of a map and a constant, which is a scale and a shift per
 * channel. `x · sigmoid(x)` is put together again as swish.
 */

import { channelsOf } from "../../core/shape.js";
import { mergedShape } from "../../network/ops/merge.js";
import type { Activation, NormOp } from "../../network/ops.js";
import { affine } from "../layers/reader.js";
import { alias } from "./alias.js";
import { aligned } from "./aligned.js";
import { shapesOf } from "./builder.js";
import { CannotRead } from "./cannot-read.js";
import { axisAsChannels } from "./layout.js";
import type { NodeToRead } from "./node.js";
import { addActivation } from "./simple.js";
import { fileShape, floatsOf, type GraphConstant, type GraphMap, type GraphValue } from "./value.js";
import { isFull } from "./view.js";
import { fuseBias, perChannel } from "./weighted.js";

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
  if (kind === "divide") return ofMaps(node, [maps[0]!, inverse(node, maps[1]!)], "multiply");
  const swish = kind === "multiply" && maps.length === 2 ? fuseSwish(node, maps) : null;
  if (swish) return swish;
  const joined = aligned(node, maps);
  if (joined.every(({ sure }) => sure) && !mergedShape(joined.map(({ shape }) => shape))) {
    throw new CannotRead(`it joins maps of different shapes, ${shapesOf(joined)}`);
  }
  const layer = node.layer();
  const axes = joined[0]!.axes.map((_, i) => joined.map((map) => map.axes[i]!).find((axis) => axis.length > 0) ?? []);
  const [first, second] = joined;
  const terms = kind === "subtract" ? [first!, negative(node, layer, second!)] : joined;
  const place = builder.place(layer, terms);
  const sum = kind === "subtract" ? "add" : kind;
  return builder.add({ kind: sum, ...place, inputs: terms.map(({ op }) => op) }, terms, { axes, readers });
}

/** One over a map, for a quotient. */
function inverse(node: NodeToRead, map: GraphMap): GraphMap {
  const { builder } = node;
  const place = builder.place(node.layer(), [map]);
  const activation = { name: "power", alpha: -1 } as const;
  return builder.add({ kind: "activation", ...place, inputs: [map.op], activation }, [map], { readers: 1 });
}

/** Adds the larger or smaller of maps and numbers. */
export function extremum(node: NodeToRead, kind: "maximum" | "minimum"): GraphMap {
  const best = kind === "maximum" ? Math.max : Math.min;
  const numbers = node.inputs.flatMap((value, i) => {
    if (value?.kind !== "constant") return [];
    const values = node.numbers(i);
    if (values.length === 0 || values.some((n) => n !== values[0])) {
      throw new CannotRead(`it takes the ${kind} of a map and different numbers`);
    }
    return [values[0]!];
  });
  const { maps } = node;
  const joined = maps.length > 1 ? ofMaps(node, maps, kind) : maps[0]!;
  if (numbers.length === 0) return joined;
  node.inputs.forEach((value, i) => {
    if (value?.kind !== "constant" || perChannel(joined, value, node.numbers(i))) return;
    throw new CannotRead(`it repeats a map along a constant of ${value.shape.join("×")}`);
  });
  const limit = best(...numbers);
  return addClip(node, joined, kind === "maximum" ? { min: limit } : { max: limit });
}

/** Adds a clip; from 0 on it is a rectifier, and a ceiling behind a rectifier is the rectifier's. */
export function addClip(node: NodeToRead, map: GraphMap, { min, max }: Pick<Activation, "min" | "max">): GraphMap {
  if (min === undefined && max === undefined) return alias(node, map);
  if (min === 0 && (max === undefined || max > 0)) {
    return addActivation(node, map, { name: "relu", ...(max !== undefined && { max }) });
  }
  const { builder, readers } = node;
  const draft = builder.draftOf(map);
  const isRectifier = "activation" in draft && draft.activation.name === "relu" && draft.activation.max === undefined;
  if (min === undefined && isRectifier && map.readers === 1 && max! > 0) {
    builder.replace({ ...draft, activation: { name: "relu", max: max! } });
    return { ...map, readers };
  }
  return addActivation(node, map, {
    name: "clip",
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
  });
}

/** Adds a map times −1. */
export function negated(node: NodeToRead): GraphMap {
  return { ...negative(node, node.layer(), node.map(0)), readers: node.readers };
}

/** A map times −1, for a difference. */
function negative({ builder }: NodeToRead, layer: string, map: GraphMap): GraphMap {
  const place = builder.place(layer, [map]);
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

/** Adds a sum, difference, product or quotient of a map and a constant, which is the node's input `at`. */
export function addConstant(
  node: NodeToRead,
  given: GraphMap,
  { constant, at }: { readonly constant: GraphConstant; readonly at: number },
  kind: Arithmetic,
): GraphMap {
  // A constant of more axes than the map gives the result as many.
  const more = Math.max(0, constant.shape.length - given.axes.length);
  const map = more > 0 ? { ...given, axes: [...Array.from({ length: more }, () => []), ...given.axes] } : given;
  const values = perChannel(map, constant, node.numbers(at));
  const other = values ? null : alongOtherAxis(node, map, constant);
  if (other) return addConstant(node, other, { constant, at }, kind);
  if (!values) throw new CannotRead(`it joins a map with a constant of ${floatsOf(constant).length} numbers`);
  if (kind === "add") {
    const biased = fuseBias(node, map, values);
    if (biased) return biased;
  }
  const { scale, shift } = affineOf(kind, values, at === 0);
  return addAffine(node, map, scale, shift);
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

/** Adds a scale and shift per channel, into the one before it where they belong to one layer. */
export function addAffine(node: NodeToRead, map: GraphMap, scale: Float32Array, shift: Float32Array): GraphMap {
  const { builder, readers } = node;
  const layer = node.layer();
  const before = builder.draftOf(map);
  if (before.kind === "norm" && isPlain(before) && builder.isOf(before.layer, layer) && map.readers === 1) {
    const gamma = before.gamma!.map((g, c) => g * scale[c]!);
    const beta = before.beta!.map((b, c) => b * scale[c]! + shift[c]!);
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
