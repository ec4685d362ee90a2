/** What groups of units read of each other, as data, and in words. Needs neither a network nor an engine. */

import { checkArgument, checkKind, textSchema } from "../core/check.js";
import type { NetworkResult } from "../network/result.js";

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

/**
 * What a group reads, in words: `"curves = early curves 22 % + lines 16 %"`.
 *
 * @public
 */
export function describeFamily(graph: FamilyGraph, name: string): string {
  checkKind("family-graph", graph);
  checkArgument("name", textSchema, name);
  const { edges } = graph;
  const parts = edges.filter(({ to }) => to === name).map(({ from, share }) => `${from} ${Math.round(100 * share)} %`);
  return `${name} = ${parts.join(" + ") || "none of the groups"}`;
}
