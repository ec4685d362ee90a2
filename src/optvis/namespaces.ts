/** The parts of an ascent one picks from, under the names of their kinds. */
import { each } from "./objective/batches.js";
import { from } from "./objective/from.js";
import { type Makers, makers } from "./objective/makers.js";
import { custom } from "./objective/objective.js";
import { adam, nadam } from "./optimizer/adam.js";
import { rmsprop } from "./optimizer/rmsprop.js";
import { sgd } from "./optimizer/sgd.js";
import { alpha } from "./param/alpha.js";
import { cppn } from "./param/cppn.js";
import { fourier } from "./param/fourier.js";
import { from as fromImage } from "./param/from.js";
import { grey } from "./param/grey.js";
import { laplacian } from "./param/laplacian.js";
import { maco, spectrum } from "./param/maco.js";
import { pixels } from "./param/pixels.js";
import { shared } from "./param/shared.js";
import { crops, rotate, scale } from "./transform/resample.js";
import { flip, jitter, pad } from "./transform/shift.js";
import { blur as blurred, noise } from "./transform/soften.js";
import { compose } from "./transform/transform.js";

/**
 * Objectives: what a picture should do.
 *
 * @public
 */
export const objective: Makers & {
  readonly each: typeof each;
  readonly custom: typeof custom;
  readonly from: typeof from;
} = { ...makers, each, custom, from };

/**
 * Parameterizations: the numbers that ascent moves.
 *
 * @public
 */
export const param: {
  readonly pixels: typeof pixels;
  readonly fourier: typeof fourier;
  readonly laplacian: typeof laplacian;
  readonly shared: typeof shared;
  readonly alpha: typeof alpha;
  readonly maco: typeof maco;
  readonly spectrum: typeof spectrum;
  readonly cppn: typeof cppn;
  readonly from: typeof fromImage;
  readonly grey: typeof grey;
} = { pixels, fourier, laplacian, shared, alpha, maco, spectrum, cppn, from: fromImage, grey };

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
  readonly crops: typeof crops;
  readonly flip: typeof flip;
  readonly blur: typeof blurred;
  readonly noise: typeof noise;
  readonly compose: typeof compose;
} = { pad, jitter, scale, rotate, crops, flip, blur: blurred, noise, compose };

/**
 * Optimizers: how the parameters move along the gradient.
 *
 * @public
 */
export const optimizer: {
  readonly sgd: typeof sgd;
  readonly adam: typeof adam;
  readonly nadam: typeof nadam;
  readonly rmsprop: typeof rmsprop;
} = { sgd, adam, nadam, rmsprop };
