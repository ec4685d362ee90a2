/**
 * Pictures of a batch that have something in common: each is its own part plus a part that all of them share, at low
 * resolution, `picture_n = sigmoid(M · (own_n + enlarge(shared)))`. Alike in layout and colour, they differ only where their
 * objectives do (Mordvintsev et al., "Differentiable Image Parameterizations", 2018).
 */
import { LensError } from "../../core/errors.js";
import { type ColorOptions, colored } from "./colors.js";
import { fourierPlanes } from "./fourier.js";
import { enlarged } from "./laplacian.js";
import type { Param } from "./param.js";

/**
 * Options of `shared`.
 *
 * @public
 */
export interface SharedOptions extends ColorOptions {
  /**
   * How many times smaller the shared part is.
   *
   * @defaultValue 4
   */
  readonly factor?: number | undefined;
  /**
   * Standard deviation of the starting coefficients.
   *
   * @defaultValue 0.01
   */
  readonly std?: number | undefined;
}

/**
 * Fourier pictures with a low-resolution part that the whole batch shares.
 *
 * @throws LensError `bad-argument`, unless `factor` is a whole number from 1.
 * @public
 */
export function shared({ factor = 4, std, ...colors }: SharedOptions = {}): Param {
  if (!Number.isInteger(factor) || factor < 1)
    throw new LensError("bad-argument", `factor is a whole number from 1; got ${JSON.stringify(factor)}`);
  return colored((canvas, random) => {
    const own = fourierPlanes({ std })(canvas, random);
    const { small, enlarge, adjoint } = enlarged({ ...canvas, count: 1 }, factor);
    const common = fourierPlanes({ std })(small, random);
    const starts = [own.start(), common.start()] as const;
    const [ownLength, length] = [starts[0].length, starts[0].length + starts[1].length];
    return {
      start() {
        const all = new Float64Array(length);
        all.set(starts[0]);
        all.set(starts[1], ownLength);
        return all;
      },
      pictures(parameters) {
        const { data } = own.pictures(parameters.subarray(0, ownLength));
        const part = enlarge(common.pictures(parameters.subarray(ownLength)).data);
        return { ...canvas, data: data.map((t, i) => t + part[i % part.length]!) };
      },
      adjoint(gradient) {
        const back = new Float64Array(length);
        back.set(own.adjoint(gradient));
        const sum = new Float64Array(gradient.length / canvas.count);
        for (let i = 0; i < gradient.length; i++) sum[i % sum.length]! += gradient[i]!;
        back.set(common.adjoint(adjoint(sum)), ownLength);
        return back;
      },
    };
  }, colors);
}
