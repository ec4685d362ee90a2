/**
 * What a network does with a picture first tells how it is given: a layer right behind the image that divides by 255, or takes off a
 * mean of 118 and divides by 58, is there for bytes. The values behind it span 1 for 0…1, 2 for −1…1, about 4 in standard deviations:
 * never a hundredth of that, nor tens of thousands.
 */
import type { Network } from "../network/network.js";
import { normAffine } from "../network/ops/norm.js";
import type { Op } from "../network/ops.js";
import type { Preprocessing } from "../network/preprocessing.js";

/** The scaling that a network begins with. */
export interface InputScaling {
  /** The layer that does it; the last one where several do. */
  readonly layer: string;
  /** What it multiplies by, the mean over channels. */
  readonly gain: number;
}

/** The scaling right behind the image; `null` where there is none. */
export function inputScaling({ ops }: Network): InputScaling | null {
  let layer: string | null = null;
  let gain = 1;
  let at: Op | undefined = ops.find(({ kind }) => kind === "input");
  while (at) {
    const { name } = at;
    const readers: Op[] = ops.filter(({ inputs }) => inputs.includes(name));
    at = readers.length === 1 ? readers[0] : undefined;
    if (at?.kind === "norm") {
      const { scale } = normAffine(at);
      gain *= scale.reduce((sum, value) => sum + Math.abs(value), 0) / scale.length;
      layer = at.layer;
    } else if (at?.kind !== "identity" && at?.kind !== "pad") break;
  }
  return layer === null ? null : { layer, gain };
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
