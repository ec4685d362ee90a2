/** The larger or smaller of maps and numbers. */
import type { Activation } from "../../network/ops.js";
import { alias } from "./alias.js";
import { addConstant, ofMaps, repeatedFor } from "./arithmetic.js";
import { CannotRead } from "./cannot-read.js";
import type { NodeToRead } from "./node.js";
import { addActivation } from "./simple.js";
import type { GraphConstant, GraphMap } from "./value.js";

type Kind = "maximum" | "minimum";

/** Adds the larger or smaller of maps and numbers. */
export function extremum(node: NodeToRead, kind: Kind): GraphMap {
  const { maps } = node;
  const joined = maps.length > 1 ? ofMaps(node, maps, kind) : maps[0]!;
  return node.inputs.reduce<GraphMap>(
    (map, value) => (value?.kind === "constant" ? withLimit(node, map, value, kind) : map),
    joined,
  );
}

/** The larger or smaller of a map and a constant. */
function withLimit(node: NodeToRead, given: GraphMap, constant: GraphConstant, kind: Kind): GraphMap {
  const map = repeatedFor(node, given, constant);
  const values = node.numbersOf(constant);
  const [limit] = values;
  if (limit === undefined) throw new CannotRead("it joins a map with no numbers");
  if (values.every((n) => n === limit)) {
    return addClip(node, map, kind === "maximum" ? { min: limit } : { max: limit });
  }
  const far = values.find((n) => Math.abs(n) > farthest);
  if (far !== undefined) throw new CannotRead(`it takes the ${kind} of a map and different numbers, ${far} among them`);
  // max(x, k) is the rectified x − k, plus k; min(x, k) is k less the rectified k − x.
  const at = kind === "maximum" ? 1 : 0;
  const above = addConstant(node, map, { constant, at }, "subtract");
  const rectified = addActivation(node, { ...above, readers: 1 }, { name: "relu" });
  return addConstant(node, { ...rectified, readers: 1 }, { constant, at }, kind === "maximum" ? "add" : "subtract");
}

/** Numbers beyond this one would take too many digits from the values that they are subtracted from and added to again. */
const farthest = 1e4;

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
