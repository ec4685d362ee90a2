/** Grey pictures for a network that reads colours: one plane for all channels, so that only form is left to climb. */
import { checkArgument, objectWith } from "../../core/check.js";
import { nameOf } from "../name.js";
import type { Param } from "./param.js";

const paramSchema = objectWith<Param>(["prepare"], "a parameterization such as param.fourier()");

/**
 * Grey pictures of a parameterization, such as `param.grey(param.fourier())`, for a network of any number of channels.
 *
 * @public
 */
export function grey(pictures: Param): Param {
  checkArgument("pictures", paramSchema, pictures);
  return {
    ...pictures,
    name: nameOf("grey", [pictures.name]),
    prepare(canvas, random) {
      const { channels } = canvas;
      const inner = pictures.prepare({ ...canvas, channels: 1 }, random);
      return {
        start: () => inner.start(),
        pictures(parameters) {
          const { data } = inner.pictures(parameters);
          return {
            ...canvas,
            data: Float64Array.from({ length: data.length * channels }, (_, i) => data[Math.floor(i / channels)]!),
          };
        },
        adjoint(gradient) {
          const sum = new Float64Array(gradient.length / channels);
          for (let i = 0; i < gradient.length; i++) sum[Math.floor(i / channels)]! += gradient[i]!;
          return inner.adjoint(sum);
        },
      };
    },
  };
}
