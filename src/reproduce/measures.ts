/** How each claim is measured: the number that is judged, what it is made of, and the units that were found. */
import { isLensError, LensError } from "../core/errors.js";
import { createRandom } from "../core/random.js";
import { formatUnit, type Unit } from "../core/unit.js";
import { oneSidedNMF } from "../math/factorize.js";
import { correlation, mean } from "../math/statistics.js";
import { type Network, resolveUnit } from "../network/network.js";
import { factor } from "../weights/factor.js";
import { type Input, inputs, moduleInputs } from "../weights/inputs.js";
import { slice } from "../weights/slice.js";
import type { Parts } from "./networks.js";
import type { TestedClaim } from "./reproduction.js";
import { selective, type Tuned, type Tunings } from "./tunings.js";

/** What a measure works with. */
export interface Bench {
  readonly net: Network;
  readonly parts: Parts;
  readonly tuned: Tunings;
}

/** A measured claim. */
export type Measured = Pick<TestedClaim, "parts" | "units"> & { readonly value: number };

/** Measures a claim; it refuses with `unsupported` where the network cannot be asked. */
export type Measure = (bench: Bench) => Promise<Measured>;

/** Curve detectors: most of them are found where the selectivity is this high. */
const curveSelectivity = 0.8;

export const blackAndWhite: Measure = async ({ net, parts: { first } }) => {
  const { factors, sources } = await factor(net, first, { method: "svd", count: 3, weights: "stored" });
  if (sources.length !== 3) throw new LensError("unsupported", "the network reads no colours");
  const greyness = Math.abs(factors[0]!.channels.reduce((sum, w) => sum + w, 0)) / Math.sqrt(3);
  return {
    // A first direction that is a colour (cosine with grey below 0.9) does not count.
    value: greyness >= 0.9 ? factors[0]!.share : 0,
    parts: factors.map(({ share }, i) => ({ label: i === 0 ? "black and white" : `colour ${i}`, value: share })),
    units: [],
  };
};

export const curveFamily: Measure = async (bench) => {
  const found = await noneIsNone(curvesOf(bench));
  const counts = Array.from({ length: 8 }, (_, eighth) => found.filter(({ curve }) => eighthOf(curve.mean) === eighth));
  return {
    value: counts.filter((units) => units.length > 0).length,
    parts: counts.map((units, i) => ({ label: `${45 * i}°`, value: units.length })),
    units: found.map(({ unit }) => unit),
  };
};

export const curveTuning: Measure = async (bench) => {
  const found = await curvesOf(bench);
  const parts = [0, 45, 90, 135, 180].map((turn) => ({
    label: `${turn}°`,
    value: mean(found.map(({ curve }) => (answerAt(curve, turn) + answerAt(curve, -turn)) / 2 / curve.peak)),
  }));
  return { value: (parts[0]!.value - parts[2]!.value) / parts[0]!.value, parts, units: found.map(({ unit }) => unit) };
};

export const earlyCurvesToCurves: Measure = async (bench) => {
  const early = selective(await bench.tuned(bench.parts.early, "arc"), 0.6, "arcs");
  const parts = await byAngle(bench, { sources: early, from: bench.parts.early, period: 360, turn: 0 });
  return { value: Math.min(parts[0]!.value, -parts[4]!.value), parts, units: early.map(({ unit }) => unit) };
};

export const linesToCurves: Measure = async (bench) => {
  const lines = selective(await bench.tuned(bench.parts.lines, "line"), 0.6, "lines");
  // An arc's angle is where it bulges to, and a line along it runs at right angles to that.
  const parts = await byAngle(bench, { sources: lines, from: bench.parts.lines, period: 180, turn: 90 });
  return { value: parts[0]!.value - parts[4]!.value, parts, units: lines.map(({ unit }) => unit) };
};

export const highLowFamily: Measure = async (bench) => {
  const found = await noneIsNone(highLowOf(bench));
  const counts = Array.from({ length: 8 }, (_, eighth) => found.filter(({ curve }) => eighthOf(curve.mean) === eighth));
  return {
    value: found.length,
    parts: counts.map((units, i) => ({ label: `${45 * i}°`, value: units.length })),
    units: found.map(({ unit }) => unit),
  };
};

export const highLowFactors: Measure = async (bench) => {
  const found = (await highLowOf(bench)).map(({ unit }) => ({ unit, read: kernelsOf(bench.net, unit) }));
  const sizes = found.map(({ read }) => read[0]!.kernel.data.length);
  const size = sizes.filter((taps) => taps > 1).sort((a, b) => countOf(sizes, b) - countOf(sizes, a))[0];
  const alike = found.filter((_, i) => sizes[i] === size);
  if (size === undefined || alike.length < 2)
    throw new LensError("unsupported", "no two of the units found have kernels of one size, which factors need");
  const channels = alike[0]!.read.length;
  const matrix = alike.flatMap(({ read }) =>
    Array.from({ length: size }, (_, tap) => {
      const row = new Float64Array(channels);
      for (const { unit, kernel } of read) row[unit.channel] = kernel.data[tap]!;
      return row;
    }),
  );
  const { scores } = await oneSidedNMF(matrix, 2, { random: createRandom(0), sweeps: 200, starts: 3 });
  const parts = alike.map(({ unit }, i) => {
    const [one, other] = scores.map((all) => all.slice(i * size, (i + 1) * size));
    return { label: formatUnit(unit), value: -correlation(one!, other!) };
  });
  return { value: mean(parts.map(({ value }) => value)), parts, units: alike.map(({ unit }) => unit) };
};

export const carParts: Measure = async ({ net, parts: { car, windows, wheels } }) => {
  if (car === undefined || windows === undefined || wheels === undefined)
    throw new LensError("unsupported", "no car detector of this network is known");
  const contrast = (from: string): number => {
    const { data, height, width } = slice(net, car, from);
    const rows = Array.from({ length: height }, (_, y) => data.slice(y * width, (y + 1) * width));
    const sum = (row: Float32Array): number => row.reduce((total, w) => total + w, 0);
    return (sum(rows[0]!) - sum(rows.at(-1)!)) / data.reduce((total, w) => total + Math.abs(w), 0);
  };
  const parts = [
    { label: `windows, ${windows}`, value: contrast(windows) },
    { label: `wheels, ${wheels}`, value: contrast(wheels) },
  ];
  const units = [car, windows, wheels].map((unit) => resolveUnit(net, unit));
  return { value: Math.min(parts[0]!.value, -parts[1]!.value), parts, units };
};

export const mirroredHeads: Measure = async ({ net, parts: { heads } }) => {
  if (heads === undefined) throw new LensError("unsupported", "no mirrored heads of this network are known");
  const { union, left, right, below } = heads;
  const weight = (to: string, from: string): number => {
    const sums = inputs(net, to, { from: resolveUnit(net, from).layer }).map(({ unit, kernel }) => ({
      name: formatUnit(unit),
      sum: kernel.data.reduce((total, w) => total + w, 0),
    }));
    return sums.find(({ name }) => name === from)!.sum / mean(sums.map(({ sum }) => Math.abs(sum)));
  };
  const own = mean(below.flatMap(([l, r]) => [weight(left, l), weight(right, r)]));
  const crossed = mean(below.flatMap(([l, r]) => [weight(left, r), weight(right, l)]));
  const parts = [
    { label: "a head reads its own side", value: own },
    { label: "a head reads the other side", value: crossed },
    { label: "the union reads the left head", value: weight(union, left) },
    { label: "the union reads the right head", value: weight(union, right) },
  ];
  const units = [union, left, right, ...below.flat()].map((unit) => resolveUnit(net, unit));
  return { value: Math.min(own, -crossed, parts[2]!.value, parts[3]!.value), parts, units };
};

/** No units where there are none to be found, so that a family of none is counted as such. */
async function noneIsNone(found: Promise<readonly Tuned[]>): Promise<readonly Tuned[]> {
  try {
    return await found;
  } catch (error) {
    if (isLensError(error) && error.code === "unsupported") return [];
    throw error;
  }
}

/** The curve detectors. */
async function curvesOf({ tuned, parts }: Bench): Promise<readonly Tuned[]> {
  return selective(await tuned(parts.curves, "arc"), curveSelectivity, "arcs");
}

/** Units that are tuned to a boundary of frequencies, and answer to it more than to an edge. */
async function highLowOf({ tuned, parts }: Bench): Promise<readonly Tuned[]> {
  const edges = await tuned(parts.highLow, "edge");
  const peaks = new Map(edges.map(({ unit, curve }) => [formatUnit(unit), curve.peak]));
  const found = selective(await tuned(parts.highLow, "highLow"), 0.5, "boundaries of frequencies");
  const more = found.filter(({ unit, curve }) => curve.peak > (peaks.get(formatUnit(unit)) ?? 0));
  if (more.length > 0) return more;
  throw new LensError("unsupported", "no unit answers to a boundary of frequencies more than to an edge");
}

/** The mean weight by which curve detectors read units of a layer, by the angle between the two, in five steps. */
async function byAngle(
  bench: Bench,
  {
    sources,
    from,
    period,
    turn,
  }: {
    readonly sources: readonly Tuned[];
    readonly from: string;
    readonly period: 180 | 360;
    readonly turn: number;
  },
): Promise<Measured["parts"]> {
  const step = period / 8;
  const weights: number[][] = [[], [], [], [], []];
  for (const target of await curvesOf(bench)) {
    const sums = new Map<number, number>();
    for (const { unit, kernel } of inputs(bench.net, target.unit, { from }))
      sums.set(
        unit.channel,
        kernel.data.reduce((sum, w) => sum + w, 0),
      );
    const scale = mean([...sums.values()].map(Math.abs));
    for (const { unit, curve } of sources) {
      const apart = distance(curve.mean + turn, target.curve.mean, period);
      weights[Math.round(apart / step)]!.push(sums.get(unit.channel)! / scale);
    }
  }
  return weights.map((values, i) => ({ label: `${i * step}°`, value: values.length > 0 ? mean(values) : 0 }));
}

/** All inputs of a unit, over the module below where its own weights read a bottleneck. */
function kernelsOf(net: Network, unit: Unit): Input[] {
  return moduleInputs(net, unit, {}) ?? inputs(net, unit);
}

/** Degrees between two angles, from 0 to half a period. */
function distance(a: number, b: number, period: number): number {
  const turned = (((a - b) % period) + period) % period;
  return Math.min(turned, period - turned);
}

/** Which eighth of the circle an angle lies in, those of 0°, 45° … in their middles. */
const eighthOf = (angle: number): number => ((Math.round(angle / 45) % 8) + 8) % 8;

/** A curve's answer at an angle from the preferred one. */
function answerAt({ angles, responses, preferred, sweepPeriod }: Tuned["curve"], turn: number): number {
  const wanted = (((preferred + turn) % sweepPeriod) + sweepPeriod) % sweepPeriod;
  const nearest = angles
    .map((angle, i) => [distance(angle, wanted, sweepPeriod), i] as const)
    .sort((a, b) => a[0] - b[0])[0]!;
  return responses[nearest[1]]!;
}

const countOf = (values: readonly number[], value: number): number => values.filter((other) => other === value).length;
