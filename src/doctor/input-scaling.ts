/**
 * What a network does with a picture first tells how it is given: a layer right behind the image that divides by 255, or takes off a
 * mean of 118 and divides by 58, is there for bytes. The values behind it span 1 for 0…1, 2 for −1…1, about 4 in standard deviations:
 * never a hundredth of that, nor tens of thousands.
 */
import type { Network } from "../network/network.js";
import { normAffine } from "../network/ops/norm.js";
import type { NormOp, Op } from "../network/ops.js";
import type { Preprocessing } from "../network/preprocessing.js";
import { type Candidate, lineOf } from "./candidates.js";

/** The scaling that a network begins with. */
export interface InputScaling {
  /** The layer that does it; the last one where several do. */
  readonly layer: string;
  /** What it multiplies by, the mean over channels. */
  readonly gain: number;
}

/** The scaling right behind the image; `null` where there is none. */
export function inputScaling(net: Network): InputScaling | null {
  const norms = firstNorms(net);
  const gain = norms.reduce((product, op) => {
    const { scale } = normAffine(op);
    return (product * scale.reduce((sum, value) => sum + Math.abs(value), 0)) / scale.length;
  }, 1);
  return norms.length === 0 ? null : { layer: norms.at(-1)!.layer, gain };
}

/** The operations right behind the image that scale and shift each channel. */
function firstNorms({ ops }: Network): NormOp[] {
  const norms: NormOp[] = [];
  let at: Op | undefined = ops.find(({ kind }) => kind === "input");
  while (at) {
    const { name } = at;
    const readers: Op[] = ops.filter(({ inputs }) => inputs.includes(name));
    at = readers.length === 1 ? readers[0] : undefined;
    if (at?.kind === "norm") norms.push(at);
    else if (at?.kind !== "identity" && at?.kind !== "pad") break;
  }
  return norms;
}

/** The most that the scaling says against a preprocessing, in nats: more than all hints together. */
const decisive = 20;

/** What speaks against a preprocessing that shifts pictures which the network shifts or scales again, in nats. */
const shiftedTwice = 3;

/**
 * What the network's own scaling says against each candidate, in nats. The candidate and the scaling together should make a
 * usual preprocessing: gains and offsets that differ from the nearest one by a tenth count as one standard deviation. Batch
 * norms with learned statistics are left out, since their scale may be anything.
 */
export function againstScaling(net: Network, candidates: readonly Candidate[]): number[] {
  const norms = firstNorms(net);
  const learned = norms.findIndex(({ epsilon }) => epsilon > 0);
  const affines = (learned < 0 ? norms : norms.slice(0, learned)).map(normAffine);
  const isPlain = affines.every(({ scale, shift }) => scale.every((s) => s === 1) && shift.every((s) => s === 0));
  if (isPlain) return candidates.map(() => 0);
  const channels = affines[0]!.scale.length;
  const scaled = (p: Preprocessing, k: number): [number, number] =>
    affines.reduce(
      ([gain, offset], { scale, shift }) => [gain * scale[k]!, offset * scale[k]! - shift[k]!],
      lineOf(p, k),
    );
  return candidates.map(({ preprocessing }) => {
    const distances = candidates
      .filter((usual) => usual.preprocessing.order === preprocessing.order)
      .map((usual) => {
        let sum = 0;
        for (let k = 0; k < channels; k++) {
          const [[gain, offset], [usualGain, usualOffset]] = [scaled(preprocessing, k), lineOf(usual.preprocessing, k)];
          sum += Math.log(Math.abs(gain) / usualGain) ** 2 + ((offset - usualOffset) / usualGain) ** 2;
        }
        return (sum / channels) * 50;
      });
    const shifts = preprocessing.mean.some((value) => value !== 0);
    return Math.min(decisive, ...distances) + (shifts ? shiftedTwice : 0);
  });
}

/** How far values of pictures may span behind the scaling: as much as those of bytes that were left alone. */
const span = { least: 0.3, most: 300 } as const;

const fits = (wide: number): boolean => wide >= span.least && wide <= span.most;

/** Whether a scaling may be made for pictures under a preprocessing. */
export function isFor({ gain }: InputScaling, { scale, std }: Preprocessing): boolean {
  const deviation = std.reduce((sum, value) => sum + Math.abs(value), 0) / std.length;
  return fits((gain * Math.abs(scale)) / deviation);
}

/** The largest value of the pictures that a scaling is made for; `null` where it is neither for 0…1 nor for bytes. */
export function fittingRange({ gain }: InputScaling): 1 | 255 | null {
  return fits(gain) ? 1 : fits(255 * gain) ? 255 : null;
}
