/**
 * The search with its evidence. A few null draws tell how alike two units become by chance; that, or the least affinity
 * asked for, is the cutoff. Then the whole search runs on the weights and on every null draw, and a finding's p value is
 * the share of draws whose best finding is as strong (maximum statistic). Where two null models apply, the larger p counts.
 */
import { createRandom } from "../core/random.js";
import { type RunOptions, untilAborted } from "../core/run.js";
import { yieldEvery } from "../core/yield.js";
import { benjaminiHochberg, drawnPValue, quantile } from "../math/statistics.js";
import { type Affinities, affinities } from "./affinity.js";
import { type Candidate, type Found, findCandidates } from "./candidates.js";
import type { Filters } from "./filters.js";
import type { GroupTable } from "./group.js";
import { drawNull, type NullModel } from "./null.js";

/** What a search works on. */
export interface SearchOptions extends RunOptions {
  /** Symmetries of the grid by which null draws turn kernels. */
  readonly moves: readonly Int32Array[];
  readonly models: readonly NullModel[];
  readonly threshold: number;
  readonly nullDraws: number;
  readonly seed: number;
  readonly task: string;
}

/** A candidate with its evidence. */
export interface Judged<T> {
  readonly found: T;
  readonly pValue: number;
  readonly qValue: number;
}

/** What a search found. */
export interface SearchResult {
  readonly affinity: Affinities;
  readonly cutoff: number;
  readonly families: readonly Judged<Candidate>[];
  readonly invariant: readonly Judged<Found["invariant"][number]>[];
}

/** Draws that only serve to set the cutoff. */
const pilots = 3;

/** Two units may always be linked above this affinity, however often chance brings two so near: the p value decides. */
const highestCutoff = 0.7;

/** Searches filters for families and invariant units. */
export async function search(filters: Filters, table: GroupTable, options: SearchOptions): Promise<SearchResult> {
  const { models, nullDraws, seed, task, threshold } = options;
  const total = models.length * (pilots + nullDraws) + 1;
  let done = 0;
  const breathe = yieldEvery(options.signal);
  const step = async (count = 1): Promise<void> => {
    done += count;
    await untilAborted(options.signal, options.onProgress?.({ task, done, total }));
    await breathe();
  };
  await breathe();
  const affinity = await affinities(filters, table, breathe);
  await step();

  const random = createRandom(seed);
  const chance: number[] = [];
  const nullOf = async (model: NullModel): Promise<{ drawn: Filters; alike: Affinities }> => {
    const drawn = drawNull(filters, model, { random, moves: options.moves });
    return { drawn, alike: await affinities(drawn, table, breathe) };
  };
  for (const model of models) {
    const best: number[] = [];
    for (let i = 0; i < pilots; i++) {
      best.push(...bestPartners((await nullOf(model)).alike, filters.units, table.order));
      await step();
    }
    chance.push(quantile(best, 0.95));
  }
  const byChance = Math.max(...chance);
  const limits = {
    cutoff: Math.max(threshold, Math.min(highestCutoff, byChance)),
    chance: Math.min(highestCutoff, byChance),
  };
  const found = findCandidates(affinity, filters.units, table, limits);
  const nothing = found.candidates.length === 0 && found.invariant.length === 0;
  if (nothing) await step(models.length * nullDraws);
  const strengths: number[][] = [];
  const sames: number[][] = [];
  for (const model of nothing ? [] : models) {
    const strongest: number[] = [];
    const same: number[] = [];
    for (let i = 0; i < nullDraws; i++) {
      const none = findCandidates((await nullOf(model)).alike, filters.units, table, limits);
      strongest.push(Math.max(0, ...none.candidates.map((c) => c.strength)));
      same.push(Math.max(0, ...none.invariant.map((c) => c.affinity)));
      await step();
    }
    strengths.push(strongest);
    sames.push(same);
  }
  return { affinity, cutoff: limits.cutoff, ...judge(found, strengths, sames) };
}

/**
 * P values by the strongest of each draw; q values over the families and over the invariant units, each for themselves: a
 * layer has many units that are nearly invariant, and their number says nothing about families.
 */
function judge(
  { candidates, invariant }: Found,
  strengths: readonly (readonly number[])[],
  sames: readonly (readonly number[])[],
): Pick<SearchResult, "families" | "invariant"> {
  const judged = <T>(
    list: readonly T[],
    strength: (item: T) => number,
    nulls: readonly (readonly number[])[],
  ): Judged<T>[] => {
    const pValues = list.map((item) => Math.max(...nulls.map((draws) => drawnPValue(strength(item), draws))));
    const qValues = benjaminiHochberg(pValues);
    return list.map((found, i) => ({ found, pValue: pValues[i]!, qValue: qValues[i]! }));
  };
  return {
    families: judged(candidates, (c) => c.strength, strengths),
    invariant: judged(invariant, (c) => c.affinity, sames),
  };
}

/** For each unit its best affinity to another. */
function bestPartners(affinity: Affinities, units: number, order: number): number[] {
  return Array.from({ length: units }, (_, a) => {
    let best = 0;
    for (let at = a * units * order; at < (a + 1) * units * order; at++) {
      if (Math.floor(at / order) % units !== a) best = Math.max(best, affinity[at]!);
    }
    return best;
  });
}
