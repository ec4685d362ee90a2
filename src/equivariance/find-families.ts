/**
 * Families in a layer, from its weights alone. Two units belong together if one's filter is the other's after a group
 * element: the kernels turned, and the inputs moved as the element moves them. The first layer reads the image, where it is
 * known how inputs move; further up they move as the families below do, which are found first, from the image up.
 */
import { LensError } from "../core/errors.js";
import type { RunOptions } from "../core/run.js";
import type { Unit } from "../core/unit.js";
import { resultOf } from "../network/result.js";
import type { WeightsChoice } from "../weights/layer-weights.js";
import { type Block, hasIncoming, incoming, isNetwork, layerName, modelOf, outgoing, type Weights } from "./block.js";
import type { Families, InputsChoice } from "./families.js";
import type { Family } from "./family.js";
import { familyFilters, fixedFilters } from "./filters.js";
import { type Group, type GroupTable, tableOf } from "./group.js";
import { type NullModel, nullMoves } from "./null.js";
import { search } from "./search.js";
import type { FamiliesSettings } from "./settings.js";
import { toFamilies } from "./to-families.js";

/**
 * Options of `findFamilies`.
 *
 * @public
 */
export interface FindFamiliesOptions extends RunOptions {
  /** The group: `group.rotations(8)`, `group.flip()`, or one of your own. */
  readonly group: Group;
  /**
   * Whether units are compared by what they read or by what reads them.
   *
   * @defaultValue "incoming"
   */
  readonly by?: "incoming" | "outgoing" | undefined;
  /**
   * How the units at the other end of the kernels move under the group.
   *
   * @defaultValue "families" where any are found there; else "fixed"
   */
  readonly inputs?: InputsChoice | undefined;
  /**
   * Families known already, of any layers; those layers are not searched again.
   *
   * @defaultValue none
   */
  readonly families?: readonly Family[] | undefined;
  /**
   * Least mean cosine between members. Where chance reaches higher, up to 0.7, that counts instead.
   *
   * @defaultValue 0.35
   */
  readonly threshold?: number | undefined;
  /**
   * Share of layers without structure in which a finding is accepted.
   *
   * @defaultValue 0.05
   */
  readonly alpha?: number | undefined;
  /**
   * Number of null draws; the smallest p value is 1 / (nullDraws + 1).
   *
   * @defaultValue 49
   */
  readonly nullDraws?: number | undefined;
  /**
   * All chance comes from it.
   *
   * @defaultValue 0
   */
  readonly seed?: number | undefined;
  /**
   * With the batch norm that follows multiplied in, as the network uses them, or as the model file has them.
   *
   * @defaultValue "folded"
   */
  readonly weights?: WeightsChoice | undefined;
}

/**
 * Finds the families of a layer of a network, or of the units that a plain block of kernels leads to or comes from.
 *
 * @throws LensError `unknown-layer`, `bad-argument`, or `unsupported` where the layer has no weights or its kernels cannot be
 * turned by the group; the signal's reason when aborted.
 * @public
 */
export async function findFamilies(weights: Weights, layer: string, options: FindFamiliesOptions): Promise<Families> {
  const settings = { ...options, ...completed(options) };
  const known = new Map<string, readonly Family[]>();
  for (const family of options.families ?? []) known.set(family.layer, [...(known.get(family.layer) ?? []), family]);
  return familiesOf(weights, layerName(weights, layer), { ...settings, table: tableOf(options.group), known });
}

type Settings = FindFamiliesOptions &
  Required<{ [K in "threshold" | "alpha" | "nullDraws" | "seed"]: number }> & {
    readonly table: GroupTable;
    /** Families by layer, filled on the way up. */
    readonly known: Map<string, readonly Family[]>;
  };

/** Options with their defaults; refuses what is out of range. */
export function completed(options: Pick<FindFamiliesOptions, "group" | "threshold" | "alpha" | "nullDraws" | "seed">): {
  threshold: number;
  alpha: number;
  nullDraws: number;
  seed: number;
} {
  const { threshold = 0.35, alpha = 0.05, nullDraws = 49, seed = 0 } = options;
  if (typeof options.group?.multiply !== "function") {
    throw new LensError(
      "bad-argument",
      `give a group, such as { group: group.rotations(8) }; got ${JSON.stringify(options.group)}`,
    );
  }
  if (!(threshold > 0 && threshold < 1))
    throw new LensError("bad-argument", `a threshold lies between 0 and 1; got ${threshold}`);
  if (!(alpha > 0 && alpha < 1)) throw new LensError("bad-argument", `alpha lies between 0 and 1; got ${alpha}`);
  if (!Number.isInteger(nullDraws) || nullDraws < 1 / alpha - 1) {
    throw new LensError(
      "bad-argument",
      `p values down to ${alpha} need at least ${Math.ceil(1 / alpha - 1)} draws; got ${nullDraws}`,
    );
  }
  return { threshold, alpha, nullDraws, seed };
}

async function familiesOf(weights: Weights, layer: string, settings: Settings): Promise<Families> {
  const { group, known } = settings;
  const back = settings.by === "outgoing" || !hasIncoming(weights, layer);
  const block = back ? outgoing(weights, layer, settings.weights) : incoming(weights, layer, settings.weights);
  // A layer that plain blocks neither lead to nor come from is answered with the layers there are.
  if (!block && !hasIncoming(weights, layer)) incoming(weights, layer);
  if (!block)
    throw new LensError(
      "unsupported",
      `nothing that can be read reads "${layer}"; compare its units by what they read`,
    );
  if (!block.image && settings.inputs !== "fixed") {
    for (const below of new Set(block.inputs.map((unit) => unit.layer))) {
      if (!known.has(below)) known.set(below, back ? [] : await familiesBelow(weights, below, settings));
    }
  }
  const inputFamilies =
    settings.inputs === "fixed" || block.image
      ? []
      : block.inputs
          .map((u) => u.layer)
          .filter(firsts)
          .flatMap((name) => known.get(name) ?? []);
  const moved = inputFamilies.length > 0 ? familyFilters(block, inputFamilies, settings) : null;
  if (!moved && settings.inputs === "families") {
    throw new LensError(
      "unsupported",
      `no families are known among the inputs of "${layer}"; find those first, or take { inputs: "fixed" }`,
    );
  }
  const filters = moved?.filters ?? fixedFilters(block, group);
  const models: NullModel[] = block.image && block.outputs.length >= 16 ? ["shuffle", "mix"] : ["shuffle"];
  const result = await search(filters, settings.table, {
    moves: nullMoves(block, filters.slots, group),
    models,
    threshold: settings.threshold,
    nullDraws: settings.nullDraws,
    seed: settings.seed,
    task: layer,
    signal: settings.signal,
    onProgress: settings.onProgress,
  });
  const { threshold, alpha, nullDraws, seed } = settings;
  const record: FamiliesSettings = {
    group: group.name,
    by: back ? "outgoing" : "incoming",
    weights: settings.weights ?? "folded",
    threshold,
    alpha,
    nullDraws,
    seed,
  };
  const found = toFamilies(
    result,
    { ...settings, units: block.outputs, layer },
    {
      inputs: moved ? "families" : "fixed",
      covered: moved?.covered ?? 1,
      warnings: warningsOn(block, group, moved?.covered ?? 1),
    },
  );
  return resultOf("families", modelOf(weights), { settings: record }, found);
}

const firsts = (name: string, at: number, all: readonly string[]): boolean => all.indexOf(name) === at;

/** Families of a layer below; none where it cannot be searched, such as a sum. */
async function familiesBelow(weights: Weights, layer: string, settings: Settings): Promise<readonly Family[]> {
  if (!isNetwork(weights) && !hasIncoming(weights, layer)) return [];
  try {
    const { families } = await familiesOf(weights, layer, { ...settings, by: "incoming", inputs: undefined });
    return families;
  } catch (error) {
    if (error instanceof LensError && error.code === "unsupported") return [];
    throw error;
  }
}

function warningsOn({ height, width }: Block, group: Group, covered: number): string[] {
  const fine = Array.from({ length: group.order }, (_, g) => group.transformation(g).degrees ?? 0).some(
    (degrees) => degrees % 90 !== 0,
  );
  const warnings: string[] = [];
  if (fine && Math.min(height, width) <= 3) {
    warnings.push(
      `${height}×${width} kernels hardly tell turns between multiples of 90° apart; only how the inputs move can support such angles`,
    );
  }
  if (covered < 0.5)
    warnings.push(
      `only ${Math.round(100 * covered)} % of the weights' energy reads units in known families; the rest was not compared`,
    );
  return warnings;
}
