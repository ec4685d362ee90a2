/** The parts of an ascent one picks from, under the names of their kinds. */
import { channel, custom, neuron } from "./objective.js";
import { fourier } from "./param.js";
import { compose, jitter, pad, rotate, scale } from "./transform.js";

/**
 * Objectives: what a picture should do.
 *
 * @public
 */
export const objective: {
  readonly channel: typeof channel;
  readonly neuron: typeof neuron;
  readonly custom: typeof custom;
} = { channel, neuron, custom };

/**
 * Parameterizations: the numbers that ascent moves.
 *
 * @public
 */
export const param: { readonly fourier: typeof fourier } = { fourier };

/**
 * Transforms: how a picture is moved about before each step.
 *
 * @public
 */
export const transform: {
  readonly pad: typeof pad;
  readonly jitter: typeof jitter;
  readonly scale: typeof scale;
  readonly rotate: typeof rotate;
  readonly compose: typeof compose;
} = { pad, jitter, scale, rotate, compose };
