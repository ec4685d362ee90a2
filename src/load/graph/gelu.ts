/**
 * GELU where a graph writes it out with the error function, `x · ½ · (1 + erf(x / √2))`, its factors in any order and grouping.
 */
import type { NodeToRead } from "./node.js";
import { addActivation } from "./simple.js";
import { type GraphMap, numberOf } from "./value.js";

/** A factor of a product: a tensor, and the node that makes it. */
interface Factor {
  readonly map: GraphMap;
  readonly maker: NodeToRead | undefined;
}

/** The activation that a product amounts to; `null` for any other product. */
export function geluOf(node: NodeToRead): GraphMap | null {
  const { constant, factors } = factorsOf(node);
  if (!isNear(constant, 0.5) || factors.length !== 2) return null;
  for (const [one, other] of [factors, factors.toReversed()] as [Factor, Factor][]) {
    if (other.maker && erfArgument(other.maker) === one.map) return addActivation(node, one.map, { name: "gelu" });
  }
  return null;
}

/** The factors of a product of products and quotients; numbers are multiplied together. */
function factorsOf(node: NodeToRead): { constant: number; factors: Factor[] } {
  let constant = 1;
  const factors: Factor[] = [];
  node.inputs.forEach((value, i) => {
    const number = numberOf(value);
    if (number !== null) constant *= node.node.type === "Mul" ? number : i === 0 ? Number.NaN : 1 / number;
    else if (value?.kind === "map") {
      const maker = node.maker(i);
      const inner = maker && isProduct(maker) && value.readers === 1 ? factorsOf(maker) : null;
      constant *= inner?.constant ?? 1;
      factors.push(...(inner?.factors ?? [{ map: value, maker }]));
    } else constant = Number.NaN;
  });
  return { constant, factors };
}

/** Whether a node is a product, or a quotient by a number. */
function isProduct({ node: { type }, inputs }: NodeToRead): boolean {
  return type === "Mul" || (/^(?:Real)?Div$/.test(type) && numberOf(inputs[1]) !== null);
}

/** The x of `1 + erf(x / √2)`. */
function erfArgument(sum: NodeToRead): GraphMap | null {
  const one = sum.inputs.findIndex((value) => isNear(numberOf(value) ?? Number.NaN, 1));
  if (!/^Add(?:V2)?$/.test(sum.node.type) || one < 0) return null;
  const erf = sum.maker(1 - one);
  const scaled = erf?.node.type === "Erf" ? erf.maker(0) : undefined;
  if (!scaled || !isProduct(scaled)) return null;
  const { constant, factors } = factorsOf(scaled);
  return isNear(constant, Math.SQRT1_2) && factors.length === 1 ? factors[0]!.map : null;
}

const isNear = (value: number, wanted: number): boolean => Math.abs(value - wanted) <= 1e-4 * wanted;
