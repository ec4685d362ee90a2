/** What groups of units read of each other, as data, and in words. Needs neither a network nor an engine. */

import { checkArgument, listOf, type Schema, textSchema, where } from "../core/check.js";
import { LensError } from "../core/errors.js";
import { shortList } from "../core/names.js";
import { shown } from "../core/numbers.js";
import { anyNumber, countSchema, objectOf, roundedShareSchema } from "../core/schemas.js";
import type { NetworkResult } from "../network/result.js";
import { resultSchema } from "../network/schemas.js";

/**
 * A graph of groups.
 *
 * @public
 */
export interface FamilyGraph extends NetworkResult<"family-graph", { readonly strength: string }> {
  /** The groups. */
  readonly nodes: readonly { readonly name: string; readonly layer: string; readonly count: number }[];
  /** What groups read of each other, the largest share first. */
  readonly edges: readonly {
    /** The group read. */
    readonly from: string;
    /** The group that reads. */
    readonly to: string;
    /** Sum of the strengths of all kernels from one group to the other. */
    readonly total: number;
    /** Mean over the pairs. */
    readonly mean: number;
    /** Part of all that the reading group reads, named or not. */
    readonly share: number;
  }[];
}

/** A graph of families, all of whose edges join nodes of it. */
export const familyGraphSchema: Schema<FamilyGraph> = where(
  resultSchema<FamilyGraph>(
    "family-graph",
    { engine: "never" },
    {
      settings: objectOf<FamilyGraph["settings"]>({ strength: textSchema }, "settings of a family graph"),
      nodes: listOf(
        objectOf<FamilyGraph["nodes"][number]>({ name: textSchema, layer: textSchema, count: countSchema }, "a node"),
      ),
      edges: listOf(
        objectOf<FamilyGraph["edges"][number]>(
          { from: textSchema, to: textSchema, total: anyNumber, mean: anyNumber, share: roundedShareSchema },
          "an edge",
        ),
      ),
    },
  ),
  ({ nodes, edges }) => {
    const names = new Set(nodes.map(({ name }) => name));
    return names.size === nodes.length && edges.every(({ from, to }) => names.has(from) && names.has(to));
  },
  "a family graph whose edges name groups of it, each group once",
);

/**
 * What a group reads, in words: `"curves = early curves 22 % + lines 16 %"`.
 *
 * @public
 */
export function describeFamily(graph: FamilyGraph, name: string): string {
  checkArgument("graph", familyGraphSchema, graph);
  checkArgument("name", textSchema, name);
  const { nodes, edges } = graph;
  if (!nodes.some((node) => node.name === name))
    throw new LensError(
      "bad-argument",
      `name is that of a group of the graph, ${shortList(nodes.map((node) => node.name))}; got ${shown(name)}`,
    );
  const parts = edges.filter(({ to }) => to === name).map(({ from, share }) => `${from} ${Math.round(100 * share)} %`);
  return `${name} = ${parts.join(" + ") || "none of the groups"}`;
}
