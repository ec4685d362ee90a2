/**
 * A circuit at the scale of families: named groups of units per layer, and between two groups the weight that joins their units.
 * What a family reads is then said in percent: "curves = early curves 22 % + lines 16 % + …".
 */
import { looseObject, unknown } from "valibot";
import { checkArgument, checkOptions, listOf, optionsSchema, type Schema, textSchema, where } from "../core/check.js";
import { LensError } from "../core/errors.js";
import { formatUnit, type Unit, type UnitLike } from "../core/unit.js";
import { checkNetwork, type Network, resolveUnit } from "../network/network.js";
import { createResult } from "../network/result.js";
import { inputs } from "../weights/inputs.js";
import { type Strength, strengthSchema } from "../weights/strength.js";
import type { FamilyGraph } from "./family-edges.js";

/**
 * A named group of units of one layer.
 *
 * @public
 */
export interface UnitGroup {
  /** Its name. */
  readonly name: string;
  /** Its units. */
  readonly units: readonly (UnitLike | string)[];
}

const groupsSchema = where(
  listOf<UnitGroup>(
    looseObject(
      { name: textSchema, units: listOf(unknown() as Schema<UnitLike | string>, "a list of units") },
      "a group { name, units }",
    ),
    "a list of groups { name, units }",
  ),
  ({ length }) => length > 0,
  "a list of one group or more, { name, units }",
);
const graphOptions = optionsSchema({ strength: strengthSchema });

/**
 * The graph of some groups; groups of other layers that a group reads take part, units of no group count as the rest.
 *
 * @throws LensError `bad-argument`, when a group is empty, of several layers, or shares a unit or a name with another.
 * @public
 */
export function familyGraph(
  net: Network,
  groups: readonly UnitGroup[],
  options: { readonly strength?: Strength | undefined } = {},
): FamilyGraph {
  checkNetwork(net);
  checkArgument("groups", groupsSchema, groups);
  checkOptions(graphOptions, options);
  const { strength: measure = "l2" } = options;
  const owner = new Map<string, string>();
  const nodes = groups.map(({ name, units }) => {
    const resolved = units.map((unit) => resolveUnit(net, unit));
    const layers = [...new Set(resolved.map(({ layer }) => layer))];
    if (layers.length !== 1)
      throw new LensError(
        "bad-argument",
        `a group is of units of one layer; "${name}" has ${layers.join(", ") || "none"}`,
      );
    for (const unit of resolved) {
      const other = owner.get(formatUnit(unit));
      if (other !== undefined)
        throw new LensError(
          "bad-argument",
          `"${formatUnit(unit)}" is in "${other}" and in "${name}"; a unit has one group`,
        );
      owner.set(formatUnit(unit), name);
    }
    return { name, layer: layers[0]!, count: resolved.length, units: resolved };
  });
  const twice = nodes.find(({ name }, i) => nodes.findIndex((node) => node.name === name) !== i);
  if (twice) throw new LensError("bad-argument", `two groups are called "${twice.name}"`);
  const edges = nodes.flatMap((to) => edgesInto(net, to, { nodes, owner, measure }));
  const settings = { strength: typeof measure === "string" ? measure : "custom" };
  return createResult("family-graph", net, { settings }, { nodes: nodes.map(({ units: _, ...node }) => node), edges });
}

interface Group {
  readonly name: string;
  readonly count: number;
  readonly units: readonly Unit[];
}

function edgesInto(
  net: Network,
  to: Group,
  {
    nodes,
    owner,
    measure,
  }: { readonly nodes: readonly Group[]; readonly owner: Map<string, string>; readonly measure: Strength },
): FamilyGraph["edges"] {
  const totals = new Map<string, number>();
  let all = 0;
  for (const unit of to.units) {
    for (const { unit: from, strength } of inputs(net, unit, { strength: measure })) {
      all += Math.abs(strength);
      const name = owner.get(formatUnit(from));
      if (name !== undefined) totals.set(name, (totals.get(name) ?? 0) + Math.abs(strength));
    }
  }
  return [...totals]
    .map(([from, total]) => {
      const pairs = to.count * nodes.find(({ name }) => name === from)!.count;
      return { from, to: to.name, total, mean: total / pairs, share: all > 0 ? total / all : 0 };
    })
    .sort((a, b) => b.share - a.share);
}
