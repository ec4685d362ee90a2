/** Which families may be the two ends of a motif, and which of their angles were fitted to the weights between them. */
import { formatUnit, type Unit } from "../core/unit.js";
import type { Yield } from "../core/yield.js";
import { type Block, hasIncoming, pickOutputs, type Weights } from "./block.js";
import { coset } from "./candidates.js";
import { type Family, isInvariant } from "./family.js";
import { familyFilters } from "./filters.js";
import { type FindFamiliesOptions, findFamilies } from "./find-families.js";
import { fitElements } from "./fit-elements.js";
import { type Group, relative, tableOf } from "./group.js";
import { sideOf } from "./pair-block.js";

/** Two families that may make a motif. */
export interface FamilyPair {
  readonly source: Family;
  readonly target: Family;
  /**
   * The end whose elements were found in these weights, which null draws have to find again; neither where the target's
   * other inputs give the same elements by themselves.
   */
  readonly fitted: "source" | "target" | "neither";
  /** Whether one end is held still without evidence of its own. */
  readonly assumedInvariant: boolean;
}

/** What may make motifs. */
export interface Ends {
  /** A target that `fitsWithout` the source is not fitted after all; that is asked of those that are worth it. */
  readonly pairs: readonly FamilyPair[];
  /** Families below whose elements come from other weights. */
  readonly sources: readonly Family[];
}

/** All pairs that are worth measuring. */
export async function familyPairs(
  weights: Weights,
  block: Block,
  options: Omit<FindFamiliesOptions, "by" | "inputs">,
): Promise<Ends> {
  const { group } = options;
  const [from, to] = [block.inputs[0]!.layer, block.outputs[0]!.layer];
  const given = options.families ?? [];
  const known = (layer: string): readonly Family[] => given.filter((family) => family.layer === layer);
  const backwards = known(from).length === 0 && !hasIncoming(weights, from);
  const sources =
    known(from).length > 0
      ? known(from)
      : (await findFamilies(weights, from, { ...options, ...(backwards ? { inputs: "fixed", by: "outgoing" } : {}) }))
          .families;
  const below = [...given.filter((family) => family.layer !== from), ...sources];
  const found = known(to).length > 0 ? null : await findFamilies(weights, to, { ...options, families: below });
  const targets = found?.families ?? known(to);

  const fitted = backwards ? "source" : "target";
  const pairs = targets.flatMap((target) =>
    sources.map((source): FamilyPair => ({ source, target, fitted, assumedInvariant: false })),
  );
  if (!backwards && sources.length > 0) {
    const placed = new Set(sources.flatMap(({ members }) => members.map(({ unit }) => formatUnit(unit))));
    const still = block.inputs.filter((unit) => !placed.has(formatUnit(unit))).map((unit) => heldStill([unit], group));
    for (const target of targets)
      pairs.push(...still.map((source): FamilyPair => ({ source, target, fitted, assumedInvariant: true })));
    // The families below are known by other weights, so a unit that reads one alike after every turn needs no more to show it.
    const alone = new Set(
      targets.filter((family) => isInvariant(family, group.order)).map((family) => formatUnit(family.members[0]!.unit)),
    );
    const readers = block.outputs
      .filter((unit) => !alone.has(formatUnit(unit)))
      .map((unit) => heldStill([unit], group));
    for (const source of sources.filter((family) => !isInvariant(family, group.order)))
      pairs.push(
        ...readers.map((target): FamilyPair => ({ source, target, fitted: "neither", assumedInvariant: true })),
      );
  }
  if (backwards) {
    // The search behind `sources` held every reading unit still, so each of them may be an invariant end.
    const taken = new Set(
      targets.filter((family) => isInvariant(family, group.order)).map((family) => formatUnit(family.members[0]!.unit)),
    );
    const still = block.outputs.filter((unit) => !taken.has(formatUnit(unit))).map((unit) => heldStill([unit], group));
    for (const source of sources)
      pairs.push(...still.map((target): FamilyPair => ({ source, target, fitted, assumedInvariant: true })));
  }
  // The other way round, with every unit that is read held still.
  const asRead =
    !found || (found.inputs === "families" && !backwards)
      ? []
      : found.inputs === "fixed"
        ? targets
        : (await findFamilies(weights, to, { ...options, inputs: "fixed" })).families;
  const everyInput = heldStill(block.inputs, group);
  pairs.push(
    ...asRead.map((target): FamilyPair => ({ source: everyInput, target, fitted: "target", assumedInvariant: true })),
  );
  const moves = (family: Family): boolean => !isInvariant(family, group.order);
  return {
    pairs: pairs.filter(({ source, target }) => moves(source) || moves(target)),
    sources: backwards ? [] : sources,
  };
}

/** Whether what the target reads of the other families puts its members at the same elements. */
export async function fitsWithout(
  source: Family,
  target: Family,
  {
    block,
    sources,
    group,
    breathe,
  }: { readonly block: Block; readonly sources: readonly Family[]; readonly group: Group; readonly breathe: Yield },
): Promise<boolean> {
  const table = tableOf(group);
  if (isInvariant(target, group.order)) return true;
  const places = sideOf(target, block.outputs).places;
  const rest = sources.filter((family) => family !== source);
  const { filters } = familyFilters(pickOutputs(block, places), rest, { group, table });
  if (filters.slots === 0) return false;
  const fitted = await fitElements(filters, table, breathe);
  // Both are known up to an element on the right, which the first member fixes.
  const seen = (elements: readonly number[], i: number): number =>
    coset(relative(table, elements[0]!, elements[i]!), target.stabiliser, table);
  const given = target.members.map(({ element }) => element);
  return given.every((_, i) => seen(fitted, i) === seen(given, i));
}

/** Units that are taken to be invariant without evidence of their own. */
export function heldStill(units: readonly Unit[], group: Group): Family {
  return {
    layer: units[0]!.layer,
    group: group.name,
    members: units.map((unit) => ({ unit, element: 0, label: group.label(0), prediction: 0 })),
    stabiliser: Array.from({ length: group.order }, (_, element) => element),
    missing: [],
    duplicates: [],
    affinity: 0,
    prediction: 0,
    closure: 1,
    pValue: 1,
    qValue: 1,
  };
}
