/**
 * Pictures with an opacity: one more channel, through a sigmoid. Before each step they are laid over a random background, and
 * the objective counts by how little they cover, so that only what the objective needs is painted (Mordvintsev et al.,
 * "Differentiable Image Parameterizations", 2018).
 */
import { checkArgument, objectWith } from "../../core/check.js";
import { LensError } from "../../core/errors.js";
import { nameOf } from "../name.js";
import { colored } from "./colors.js";
import { fourierPlanes } from "./fourier.js";
import { joined, type Param, type Prepare } from "./param.js";

const paramSchema = objectWith<Param>(["prepare"], "a parameterization such as param.fourier()");

/**
 * Pictures of a parameterization with an opacity of its own, Fourier coefficients again.
 *
 * @throws LensError `bad-argument`, while climbing, when the pictures have an opacity already.
 * @public
 */
export function alpha(pictures: Param): Param {
  checkArgument("pictures", paramSchema, pictures);
  const opacity = colored(fourierPlanes({}), { decorrelate: false });
  const prepare: Prepare = (canvas, random) => {
    const parts = [pictures.prepare(canvas, random), opacity({ ...canvas, channels: 1 }, random)] as const;
    const starts = [parts[0].start(), parts[1].start()] as const;
    const first = starts[0].length;
    const c = canvas.channels;
    return {
      start: () => joined(starts),
      pictures(parameters) {
        const { data: color, channels } = parts[0].pictures(parameters.subarray(0, first));
        if (channels !== c)
          throw new LensError("bad-argument", `the pictures of ${pictures.name} have an opacity already`);
        const { data: opaque } = parts[1].pictures(parameters.subarray(first));
        const data = new Float64Array(color.length + opaque.length);
        for (let p = 0; p < opaque.length; p++) {
          data.set(color.subarray(p * c, (p + 1) * c), p * (c + 1));
          data[p * (c + 1) + c] = opaque[p]!;
        }
        return { ...canvas, channels: c + 1, data };
      },
      adjoint(gradient) {
        const pixels = gradient.length / (c + 1);
        const color = Float64Array.from(
          { length: pixels * c },
          (_, i) => gradient[Math.floor(i / c) * (c + 1) + (i % c)]!,
        );
        const opaque = Float64Array.from({ length: pixels }, (_, p) => gradient[p * (c + 1) + c]!);
        return joined([parts[0].adjoint(color), parts[1].adjoint(opaque)]);
      },
    };
  };
  return { name: nameOf("alpha", [pictures.name]), prepare };
}
