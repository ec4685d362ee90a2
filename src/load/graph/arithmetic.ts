/**
 * Sums, differences, products and quotients: of two maps, or of a map and a constant, which is a scale and a shift per
 * channel. `x · sigmoid(x)` is put together again as swish.
 */

import { mergedShape } from "../../network/ops/merge.js";
import type { NormOp } from "../../network/ops.js";
import { affine } from "../layers/reader.js";
import { shapesOf } from "./builder.js";
import { CannotRead } from "./cannot-read.js";
import type { NodeToRead } from "./node.js";
import { floatsOf, type GraphMap, type GraphValue } from "./value.js";
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
  return withConstant(node, a.kind === "map" ? a : (b as GraphMap), kind);
}

/** Adds a sum or product of maps. */
export function ofMaps(node: NodeToRead, maps: readonly GraphMap[], kind: Arithmetic): GraphMap {
  const { builder, readers } = node;
  if (kind !== "add" && kind !== "multiply") throw new CannotRead(`it ${kind}s two maps`);
  const swish = kind === "multiply" && maps.length === 2 ? fuseSwish(node, maps) : null;
  if (swish) return swish;
  const isMap = maps.some(({ shape }) => shape.length === 3);
  const joined = isMap ? maps.map((map) => builder.asMap(map)) : maps;
  const [first] = joined;
  if (joined.some((map) => map.packed?.join() !== first!.packed?.join())) {
    throw new CannotRead("it joins vectors that were flattened in different orders");
  }
  if (joined.every(({ sure }) => sure) && !mergedShape(joined.map(({ shape }) => shape))) {
    throw new CannotRead(`it joins maps of different shapes, ${shapesOf(joined)}`);
  }
  const layer = node.layer();
  const largest = joined.find(({ shape }) => shape[0] !== 1) ?? first!;
  return builder.add({ kind, ...builder.place(layer, joined), inputs: joined.map(({ op }) => op) }, joined, {
    axes: largest.axes,
    packed: first!.packed,
    readers,
  });
}

/** `x · sigmoid(x)`, where nothing else reads the sigmoid. */
function fuseSwish(node: NodeToRead, maps: readonly GraphMap[]): GraphMap | null {
  const { builder, readers } = node;
  for (const [x, gate] of [maps, maps.toReversed()] as [GraphMap, GraphMap][]) {
    const draft = builder.draftOf(gate);
    const isGate = draft.kind === "activation" && draft.activation.name === "sigmoid" && draft.inputs[0] === x.op;
    if (!isGate || gate.readers !== 1) continue;
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

function withConstant(node: NodeToRead, map: GraphMap, kind: Arithmetic): GraphMap {
  const at = node.inputs[0] === map ? 1 : 0;
  const constant = node.weight(at);
  const values = perChannel(map, constant, node.numbers(at));
  if (!values) throw new CannotRead(`it joins a map with a constant of ${floatsOf(constant).length} numbers`);
  if (kind === "add") {
    const biased = fuseBias(node, map, values);
    if (biased) return biased;
  }
  const { scale, shift } = affineOf(kind, values, at === 0);
  return addAffine(node, map, scale, shift);
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
  return builder.add({ ...parts, ...builder.place(layer, [map]), inputs: [map.op] }, [map], {
    packed: map.packed,
    readers,
  });
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
