/** Normalisation by the statistics of the example itself: layer, group and instance normalisation. */
import type { OpBase } from "./base.js";
import { mismatch, type OpSemantics, passesOn } from "./semantics.js";

/**
 * `y = gamma · (x − mean) / √(variance + epsilon) + beta` with gamma and beta per channel. Mean and variance are those of the
 * example: over the channels of each pixel (`over: "pixel"`, layer normalisation as in ConvNeXt), or over the whole map
 * (`over: "map"`) with all channels of a group together. One group is layer normalisation over the map, as many groups as
 * channels is instance normalisation, and any number between is group normalisation.
 *
 * @public
 */
export interface NormalizeOp extends OpBase {
  readonly kind: "normalize";
  /** Whether statistics are taken at each pixel or over the map. */
  readonly over: "pixel" | "map";
  /** Groups of neighbouring channels that are normalised apart. */
  readonly groups: number;
  /** `null` stands for ones. */
  readonly gamma: Float32Array | null;
  /** `null` stands for zeros. */
  readonly beta: Float32Array | null;
  /** Added to the variance. */
  readonly epsilon: number;
}

export const normalize: OpSemantics<NormalizeOp> = {
  ...passesOn<NormalizeOp>(),
  shape: (op, [input = []]) => {
    if (!(op.groups >= 1) || (input.at(-1) ?? 0) % op.groups !== 0)
      throw mismatch(op, `channels in ${op.groups} groups`, input);
    return input;
  },
  channelsRead: (op) => op.gamma?.length ?? op.beta?.length ?? null,
  field: (op, [field]) => (op.over === "map" ? { ...field!, whole: true } : field!),
  parameters: (op) => (op.gamma?.length ?? 0) + (op.beta?.length ?? 0),
  sign: () => "signed",
  linear: () => null,
};
