/**
 * Families by tuning: units whose answers to a stimulus, as it is swept round a circle, are one curve at different angles. Each
 * unit is asked by several stimuli and compared by the one it is tuned to, over all settings of its other parameters; members are
 * joined by the search that also joins filters, and then aligned between the samples.
 *
 * Two null models, the larger p counts: curves whose harmonics have random phases, row by row, through the whole search; and
 * random-weight twins, whose units the members have to exceed in selectivity.
 */
import { createRandom } from "../../core/random.js";
import type { RunOptions } from "../../core/run.js";
import { formatUnit, type Unit } from "../../core/unit.js";
import { yieldEvery } from "../../core/yield.js";
import { withEngine } from "../../engine/choose.js";
import type { Engine } from "../../engine/engine.js";
import { benjaminiHochberg } from "../../math/statistics.js";
import type { Network } from "../../network/network.js";
import { createResult } from "../../network/result.js";

import type { Candidate } from "../candidates.js";
import type { Families, FamilyList } from "../families.js";
import type { Family, FamilyMember, FamilyTuning } from "../family.js";
import { type Group, tableOf } from "../group.js";
import { rotations } from "../groups/rotations.js";
import type { Judged } from "../search.js";
import type { TunedFamiliesSettings } from "../settings.js";
import { unitGains } from "../unit-gains.js";
import { align } from "./align.js";
import { type AnswerMaps, answersOf, type LayerAnswers } from "./answers.js";
import { circularFamily } from "./circular-family.js";
import { curvesOf, searchCurves } from "./curves.js";
import { circleOf, tuningSweeps } from "./sweeps.js";
import { choices, exceedance, gates, type TunedUnit } from "./tuned-units.js";
import { twinOf } from "./twin.js";

/** What decides. */
export interface TuningOptions extends RunOptions {
  readonly group: Group;
  readonly alpha: number;
  readonly nullDraws: number;
  readonly seed: number;
  readonly engine?: Engine | undefined;
}

/** Steps between two angles shown in which curves are compared: sharp curves that are half an angle apart differ. */
const times = 2;

/** Random-weight twins. */
const twinCount = 2;

/** Least mean cosine of curves that belong together; curves are smooth, and alike sooner than filters are. */
const leastAlike = 0.65;

interface Found {
  readonly maps: AnswerMaps;
  readonly members: readonly TunedUnit[];
  readonly judged: Judged<Candidate>;
  readonly pValues: FamilyTuning["pValues"];
}

/**
 * The families of a layer by the tuning of its units.
 *
 * @throws LensError `unsupported` for a layer without a receptive field of its own.
 */
export async function findByTuning(net: Network, layer: string, options: TuningOptions): Promise<Families> {
  const { seed, signal, onProgress } = options;
  const sweeps = tuningSweeps(net, layer, circleOf(options.group)!);
  const random = createRandom(seed);
  return withEngine(net, options.engine, async (engine) => {
    const run = { engine, signal, onProgress };
    const own = await scaledAnswers(net, layer, sweeps, run);
    const twins: ScaledAnswers[] = [];
    for (let i = 0; i < twinCount; i++) twins.push(await scaledAnswers(twinOf(net, layer, random), layer, sweeps, run));
    const { group, alpha, nullDraws } = options;
    const settings: TunedFamiliesSettings = {
      group: group.name,
      by: "tuning",
      stimuli: sweeps.map(({ name }) => name),
      twins: twinCount,
      threshold: leastAlike,
      alpha,
      nullDraws,
      seed,
    };
    const found = await familiesOfAnswers(layer, own, twins, options);
    return createResult("families", net, { engine, settings }, found);
  });
}

/** Answers with the gain of each unit, by which they are compared across units. */
export interface ScaledAnswers extends LayerAnswers {
  readonly gains: readonly number[];
}

async function scaledAnswers(...asked: Parameters<typeof answersOf>): Promise<ScaledAnswers> {
  const answers = await answersOf(...asked);
  const gain = unitGains(asked[0]);
  return { ...answers, gains: answers.units.map((unit) => gain(unit) || 1) };
}

/** The families that answers show, against those of random-weight twins. */
export async function familiesOfAnswers(
  layer: string,
  own: ScaledAnswers,
  twins: readonly ScaledAnswers[],
  { group, alpha, nullDraws, seed, signal, onProgress }: TuningOptions,
): Promise<FamilyList> {
  const gate = gates(own.stimuli.length, twins.map(choices));
  const chosen = choices(own).filter(({ stimulus, strength }) => strength > gate[stimulus]!);
  const found: Found[] = [];
  const breathe = yieldEvery(signal);
  for (const [stimulus, maps] of own.stimuli.entries()) {
    const members = chosen.filter((one) => one.stimulus === stimulus);
    if (members.length < 3) continue;
    const curves = members.map(({ unit }) => curvesOf(maps.maps[unit]!, maps.angles));
    const harmonics = Math.ceil(maps.angles / 2) - 1;
    const table = tableOf(rotations(times * maps.angles));
    onProgress?.({ task: `${layer}: ${maps.stimulus}`, done: stimulus, total: own.stimuli.length });
    for (const judged of await searchCurves(curves, {
      harmonics,
      table,
      threshold: leastAlike,
      nullDraws,
      seed,
      breathe,
    })) {
      const byTwins = exceedance(judged.found.members.length, own.units.length, twins.length * own.units.length);
      found.push({ maps, members, judged, pValues: { phases: judged.pValue, twins: byTwins } });
    }
  }
  const qValues = benjaminiHochberg(found.map(({ pValues }) => larger(pValues)));
  const families = found.flatMap((one, i) =>
    qValues[i]! <= alpha ? [familyOf(one, own.units, { layer, group, qValue: qValues[i]! })] : [],
  );
  families.sort((a, b) => b.members.length - a.members.length || b.affinity - a.affinity);
  const placed = new Set(families.flatMap(({ members }) => members.map(({ unit }) => formatUnit(unit))));
  return {
    layer,
    families,
    unassigned: own.units.filter((unit) => !placed.has(formatUnit(unit))),
    candidates: found.length,
    cutoff: leastAlike,
    inputs: "fixed",
    covered: 1,
    warnings: [],
  };
}

function familyOf(
  { maps, members: among, judged, pValues }: Found,
  units: readonly Unit[],
  { layer, group, qValue }: { readonly layer: string; readonly group: Group; readonly qValue: number },
): Family {
  const { found } = judged;
  const members = found.members.map((m) => among[m]!);
  const { shifts, errors, cosines, template } = align(
    members.map(({ unit }) => maps.maps[unit]!),
    maps.angles,
    found.elements.map((element) => element / times),
  );
  const step = maps.period / maps.angles;
  const period = maps.period / found.stabiliser.length;
  const anchor = directionOf(template, maps.angles, maps.period / period) * step;
  const rows = members.map(
    ({ unit, curve }, i): Omit<FamilyMember, "element" | "label"> => ({
      unit: units[unit]!,
      prediction: cosines[i]!,
      angle: (((anchor + step * shifts[i]!) % period) + period) % period,
      angleError: step * errors[i]!,
      selectivity: curve.selectivity,
    }),
  );
  return circularFamily(rows, {
    layer,
    group,
    period,
    tuning: { stimulus: maps.stimulus, period, curve: Array.from(template), pValues },
    affinity: found.support.reduce((sum, s) => sum + s, 0) / found.support.length,
    pValue: larger(pValues),
    qValue,
  });
}

function larger({ phases, twins }: FamilyTuning["pValues"]): number {
  return Math.max(phases, twins);
}

/** Mean direction, in samples, of the row with the largest answer, by the harmonic that the curve repeats with. */
function directionOf(template: Float64Array, samples: number, harmonic: number): number {
  const peak = template.indexOf(Math.max(...template));
  const start = Math.floor(peak / samples) * samples;
  let [x, y] = [0, 0];
  for (let k = 0; k < samples; k++) {
    const angle = (2 * Math.PI * harmonic * k) / samples;
    x += template[start + k]! * Math.cos(angle);
    y += template[start + k]! * Math.sin(angle);
  }
  return (Math.atan2(y, x) / (2 * Math.PI * harmonic)) * samples;
}
