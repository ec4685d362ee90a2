/** The objectives that JSON holds by name, each with its maker. */
import { alignment, diversity } from "./batches.js";
import { caricature } from "./caricature.js";
import { direction, directionAt, tensorDirection } from "./directions.js";
import { activationDifference } from "./inversion.js";
import { blur, boundary, l1, l2, totalVariation } from "./penalties.js";
import { channel, interaction, layer, logit, neuron, position } from "./units.js";

/** Makers by name. */
export interface Makers {
  readonly channel: typeof channel;
  readonly neuron: typeof neuron;
  readonly position: typeof position;
  readonly logit: typeof logit;
  readonly layer: typeof layer;
  readonly interaction: typeof interaction;
  readonly direction: typeof direction;
  readonly directionAt: typeof directionAt;
  readonly tensorDirection: typeof tensorDirection;
  readonly caricature: typeof caricature;
  readonly activationDifference: typeof activationDifference;
  readonly diversity: typeof diversity;
  readonly alignment: typeof alignment;
  readonly l1: typeof l1;
  readonly l2: typeof l2;
  readonly totalVariation: typeof totalVariation;
  readonly blur: typeof blur;
  readonly boundary: typeof boundary;
}

/** All of them. */
export const makers: Makers = {
  channel,
  neuron,
  position,
  logit,
  layer,
  interaction,
  direction,
  directionAt,
  tensorDirection,
  caricature,
  activationDifference,
  diversity,
  alignment,
  l1,
  l2,
  totalVariation,
  blur,
  boundary,
};
