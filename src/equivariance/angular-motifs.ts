/**
 * Motifs between families whose members have angles of their own, such as those found by tuning. Each pair is measured by the law
 * of `angular-law.ts` as each kind of motif; the simplest kind that explains it is taken. In every null draw the angles change
 * places among the members of each end and the law is fitted again; as the angles do not come from these weights, nothing else has
 * to be searched for. Benjamini and Hochberg adjust for the number of pairs.
 */
import { createRandom, type Random } from "../core/random.js";
import type { Unit } from "../core/unit.js";
import type { Yield } from "../core/yield.js";
import { gridRotation } from "../math/grid-rotation.js";
import { benjaminiHochberg, drawnPValue } from "../math/statistics.js";
import { type AngularPair, fitAngular, type Places } from "./angular-law.js";
import type { Block } from "./block.js";
import type { Commuting } from "./commute.js";
import type { Family } from "./family.js";
import type { Group } from "./group.js";
import { type KernelSum, meanKernels } from "./mean-kernels.js";
import type { CanonicalKernel, MotifKind } from "./motif.js";
import { type PairBlock, pairBlock } from "./pair-block.js";

/** A pair with what was measured. */
export interface AngularMotif extends Commuting {
  readonly source: Family;
  readonly target: Family;
  readonly kernels: PairBlock;
  readonly kind: MotifKind;
  readonly nullScore: number;
  readonly permutedScore: number;
  readonly pValue: number;
  readonly qValue: number;
}

/** What decides. */
export interface AngularOptions {
  readonly circle: "degrees" | "hue";
  readonly threshold: number;
  readonly nullDraws: number;
  readonly seed: number;
  readonly breathe: Yield;
}

const kinds: readonly MotifKind[] = ["invariant→equivariant", "equivariant→invariant", "equivariant→equivariant"];

/** A kind that explains this part of what the best one does is taken if it is simpler. */
const simpler = 0.95;

/** Draws are cheap here: a p value of 1 / 200 can be reached. */
const leastDraws = 199;

/** Orders in which the angles of what is read are put, to see how much they matter. */
const orders = 16;

/** Whether every member of a family has an angle of its own. */
export function hasAngles(family: Family): boolean {
  return family.members.length > 1 && family.members.every(({ angle }) => angle !== undefined);
}

/** Whether kernels of this size can be turned by any angle; hues turn none. */
export function turnsFreely({ height, width }: Block, circle: "degrees" | "hue"): boolean {
  return circle === "hue" || (height === width && height % 2 === 1);
}

/** All pairs of families, measured; those below the threshold of prediction are left out. */
export async function angularMotifs(
  block: Block,
  ends: { readonly sources: readonly Family[]; readonly targets: readonly Family[] },
  { circle, threshold, nullDraws, seed, breathe }: AngularOptions,
): Promise<AngularMotif[]> {
  const random = createRandom(seed);
  const found: Omit<AngularMotif, "qValue">[] = [];
  let considered = 0;
  for (const target of ends.targets) {
    for (const source of ends.sources) {
      await breathe();
      const kernels = pairBlock(block, { source, target });
      if (kernels.source.places.length < 2 || kernels.target.places.length < 2) continue;
      considered++;
      const pair = angularPair(kernels, { source, target, circle });
      const own: Places = { sources: identity(pair.sources.length), targets: identity(pair.targets.length) };
      const fits = kinds.map((kind) => ({ kind, ...fitAngular(kind, pair, own) }));
      const best = Math.max(...fits.map(({ prediction }) => prediction));
      if (best < threshold) continue;
      const fit = fits.find(({ prediction }) => prediction >= simpler * best)!;
      const nulls: Commuting[] = [];
      for (let draw = 0; draw < Math.max(leastDraws, nullDraws); draw++) {
        nulls.push(
          fitAngular(fit.kind, pair, {
            sources: shuffled(pair.sources.length, random),
            targets: shuffled(pair.targets.length, random),
          }),
        );
        await breathe();
      }
      const permuted = Array.from(
        { length: orders },
        () => fitAngular(fit.kind, pair, permutedRead(fit.kind, own, random)).score,
      );
      found.push({
        source,
        target,
        kernels,
        ...fit,
        nullScore: mean(nulls.map(({ score }) => score)),
        permutedScore: mean(permuted),
        pValue: drawnPValue(
          fit.prediction,
          nulls.map(({ prediction }) => prediction),
        ),
      });
    }
  }
  const unmeasured = new Array<number>(considered - found.length).fill(1);
  const qValues = benjaminiHochberg([...found.map(({ pValue }) => pValue), ...unmeasured]);
  return found.map((one, i) => ({ ...one, qValue: qValues[i]! }));
}

/** The order of what is read is changed; with an invariant source that of what reads. */
function permutedRead(kind: MotifKind, { sources, targets }: Places, random: Random): Places {
  return kind === "invariant→equivariant"
    ? { sources, targets: shuffled(targets.length, random) }
    : { sources: shuffled(sources.length, random), targets };
}

function angularPair(
  kernels: PairBlock,
  { source, target, circle }: { readonly source: Family; readonly target: Family; readonly circle: "degrees" | "hue" },
): AngularPair {
  const taps = kernels.height * kernels.width;
  const sources = anglesOf(source, kernels.source.places.length);
  const targets = anglesOf(target, kernels.target.places.length);
  const maps = {
    target: targets.map((angle) => turnBack(angle, kernels, circle)),
    source: sources.map((angle) => turnBack(angle, kernels, circle)),
  };
  const known = new Map<number, Float64Array>();
  const back: AngularPair["back"] = (t, s, end, by) => {
    const key = ((end === "target" ? by : targets.length + by) * targets.length + t) * sources.length + s;
    const found = known.get(key);
    if (found) return found;
    const kernel = kernels.data.subarray((t * sources.length + s) * taps, (t * sources.length + s + 1) * taps);
    const turned = applied(maps[end][by]!, kernel);
    known.set(key, turned);
    return turned;
  };
  return { taps, sources, targets, period: periodOf(source), back };
}

/** The map of the taps that turns a kernel back by an angle; `null` where nothing moves. */
function turnBack(
  angle: number,
  { width }: { readonly width: number },
  circle: "degrees" | "hue",
): Float64Array | null {
  return circle === "hue" || width === 1 ? null : gridRotation(width, -angle);
}

function applied(map: Float64Array | null, kernel: Float32Array): Float64Array {
  const taps = kernel.length;
  if (!map) return Float64Array.from(kernel);
  return Float64Array.from({ length: taps }, (_, row) => {
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) sum += map[row * taps + tap]! * kernel[tap]!;
    return sum;
  });
}

/** One kernel for each relative angle, to the nearest element: every kernel is turned back first, by its own angle. */
export function canonicalAtAngles(
  kernels: PairBlock,
  { source, target, kind }: Pick<AngularMotif, "source" | "target" | "kind">,
  { group, circle }: { readonly group: Group; readonly circle: "degrees" | "hue" },
): CanonicalKernel[] {
  const pair = angularPair(kernels, { source, target, circle });
  const step = 360 / group.order;
  const places = Math.round(periodOf(source) / step);
  const unitAt = (relative: number): Unit | null =>
    source.members.find(({ element }) => element % places === relative)?.unit ?? null;
  const sums = new Map<number, KernelSum>();
  pair.targets.forEach((beta, t) => {
    pair.sources.forEach((alpha, s) => {
      const byTarget = kind !== "equivariant→invariant";
      const turned = byTarget ? pair.back(t, s, "target", t) : pair.back(t, s, "source", s);
      const steps = byTarget && kind === "equivariant→equivariant" ? Math.round((alpha - beta) / step) : 0;
      const relative = ((steps % places) + places) % places;
      // Units that stay in place are each a case of their own.
      const key = kind === "invariant→equivariant" ? s : kind === "equivariant→invariant" ? t : relative;
      const unit = kind === "invariant→equivariant" ? source.members[s]!.unit : unitAt(relative);
      const known = sums.get(key) ?? { unit, sum: new Float64Array(pair.taps), relative, members: [] };
      turned.forEach((weight, tap) => (known.sum[tap]! += weight));
      known.members.push([source.members[s]!.unit, target.members[t]!.unit]);
      sums.set(key, known);
    });
  });
  return meanKernels([...sums.values()], { group, height: kernels.height, width: kernels.width });
}

function anglesOf({ members }: Family, present: number): number[] {
  return members.slice(0, present).map(({ angle }) => angle!);
}

/** Degrees after which the members of a family are the same again. */
export function periodOf({ tuning, stabiliser }: Family): number {
  return tuning?.period ?? 360 / stabiliser.length;
}

function identity(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

function shuffled(count: number, random: Random): number[] {
  const list = identity(count);
  for (let i = count - 1; i > 0; i--) {
    const j = random.int(i + 1);
    [list[i], list[j]] = [list[j]!, list[i]!];
  }
  return list;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
