/** `Cast` to another type: of floats to floats the same numbers, to whole numbers those cut off. */
import { alias } from "../graph/alias.js";
import { CannotRead } from "../graph/cannot-read.js";
import { mapped } from "../graph/constant-arithmetic.js";
import type { NodeReader, NodeToRead } from "../graph/node.js";
import { types } from "./tensor.js";

/** Of a map. */
export const castMap: NodeReader = (node) => {
  const type = typeOf(node);
  if (!type.includes("float")) throw new CannotRead(`it makes ${type} of its numbers`);
  return alias(node, node.map(0));
};

/** Of a constant. */
export const castConstant: NodeReader = (node) => {
  const constant = node.weight(0);
  const type = typeOf(node);
  if (type.includes("float")) return { ...constant, whole: false };
  return mapped(constant, type === "bool" ? (value) => Number(value !== 0) : Math.trunc, { whole: true });
};

function typeOf(node: NodeToRead): string {
  const type = types[node.number("to")];
  if (!type) throw new CannotRead(`it casts to type ${node.number("to")}`);
  return type;
}
