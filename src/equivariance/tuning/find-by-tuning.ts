/**
 * Families by tuning: units whose answers to a stimulus, as it is swept round a circle, are one curve at different angles. Each
 * unit is asked by several stimuli and compared by the one it is tuned to, over all settings of its other parameters; members are
 * joined by the search that also joins filters, and then aligned between the samples.
 *
 * Two null models, the larger p counts: curves whose harmonics have random phases, row by row, through the whole search; and
 * random-weight twins, whose units the members have to exceed in selectivity.
 */
import { createRandom } from "../../core/random.js";
import { type RunOptions, untilAborted } from "../../core/run.js";
import { formatUnit, type Unit } from "../../core/unit.js";
import { yieldEvery } from "../../core/yield.js";
import { withEngine } from "../../engine/choose.js";
import type { Engine } from "../../engine/engine.js";
import { benjaminiHochberg } from "../../math/statistics.js";
import type { Network } from "../../network/network.js";
import { createResult } from "../../network/result.js";

import type { Affinities } from "../affinity.js";
import type { Candidate } from "../candidates.js";
import type { Families, FamilyList } from "../families.js";
import type { Family, FamilyMember, FamilyTuning } from "../family.js";
import { type Group, tableOf } from "../group.js";
import { rotations } from "../groups/rotations.js";
import type { Judged } from "../search.js";
import type { TunedFamiliesSettings } from "../settings.js";
import { toFamilies } from "../to-families.js";
import { unitGains } from "../unit-gains.js";
import { align } from "./align.js";
import { type AnswerMaps, answersOf, type LayerAnswers } from "./answers.js";
import { circularFamily } from "./circular-family.js";
import { type CurveChange, curvesOf, searchCurves } from "./curves.js";
import { circleOf, mirroredZero, sweptBy, tuningSweeps } from "./sweeps.js";
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
  /** The units that chose the stimulus, with their curves' affinities. */
  readonly members: readonly TunedUnit[];
  readonly affinity: Affinities;
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
  const sweeps = tuningSweeps(net, layer, sweptBy(options.group)!);
  const random = createRandom(seed);
  return withEngine(net, options, async (engine) => {
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
  const isCircle = circleOf(group) !== null;
  for (const [stimulus, maps] of own.stimuli.entries()) {
    const members = chosen.filter((one) => one.stimulus === stimulus);
    if (members.length < (isCircle ? 3 : 2)) continue;
    const curves = members.map(({ unit }) => curvesOf(maps.maps[unit]!, maps.angles));
    const harmonics = Math.ceil(maps.angles / 2) - 1;
    const among = isCircle ? rotations(times * maps.angles) : group;
    const changes = Array.from({ length: among.order }, (_, element): CurveChange => {
      const { mirror = false, degrees = 0 } = among.transformation(element);
      // Of a circle the elements are steps in the stimulus's own circle, so that those of hues and half turns are, too.
      const moved = degrees + (mirror ? mirroredZero(maps.stimulus) : 0);
      return { mirror, shift: (2 * Math.PI * moved) / (isCircle ? 360 : maps.period) };
    });
    const at = { task: `${layer}: ${maps.stimulus}`, done: stimulus, total: own.stimuli.length };
    await untilAborted(signal, onProgress?.(at));
    const search = await searchCurves(curves, {
      harmonics,
      table: tableOf(among),
      changes,
      threshold: leastAlike,
      nullDraws,
      seed,
      breathe,
    });
    for (const judged of search.judged) {
      // Pairs of mirrored units are too few to exceed anything; all units that chose the stimulus did.
      const count = isCircle ? judged.found.members.length : members.length;
      const byTwins = exceedance(count, own.units.length, twins.length * own.units.length);
      const pValues = { phases: judged.pValue, twins: byTwins };
      found.push({ maps, members, affinity: search.affinity, judged, pValues });
    }
  }
  const qValues = benjaminiHochberg(found.map(({ pValues }) => larger(pValues)));
  const families = found.flatMap((one, i) =>
    qValues[i]! <= alpha
      ? [(isCircle ? familyOf : familyByElements)(one, own.units, { layer, group, qValue: qValues[i]! })]
      : [],
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

/** A family under turns and mirrors, by the elements of the group. */
function familyByElements(
  { maps, members, affinity, judged, pValues }: Found,
  units: readonly Unit[],
  { layer, group, qValue }: { readonly layer: string; readonly group: Group; readonly qValue: number },
): Family {
  const result = { affinity, cutoff: leastAlike, families: [{ ...judged, qValue: 0 }], invariant: [] };
  const searched = { units: members.map(({ unit }) => units[unit]!), layer, group, table: tableOf(group), alpha: 1 };
  const { families } = toFamilies(result, searched, { inputs: "fixed", covered: 1, warnings: [] });
  const first = families[0]!.members.find(({ element }) => element === 0)!.unit;
  const map = maps.maps[units.findIndex((unit) => formatUnit(unit) === formatUnit(first))]!;
  const norm = Math.hypot(...map);
  return {
    ...families[0]!,
    tuning: {
      stimulus: maps.stimulus,
      period: maps.period,
      curve: Array.from(map, (answer) => answer / norm),
      pValues,
    },
    pValue: larger(pValues),
    qValue,
  };
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
