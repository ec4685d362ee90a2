/**
 * Pictures with an opacity: one more channel, through a sigmoid. Before each step they are laid over a random background, and
 * the objective counts by how little they cover, so that only what the objective needs is painted (Mordvintsev et al.,
 * "Differentiable Image Parameterizations", 2018).
 */
import { colored } from "./colors.js";
import { fourierPlanes } from "./fourier.js";
import type { Param } from "./param.js";

/**
 * Pictures of a parameterization with an opacity of its own, Fourier coefficients again.
 *
 * @public
 */
export function alpha(pictures: Param): Param {
  return (canvas, random) => {
    const opacity = colored(fourierPlanes({}), { decorrelate: false });
    const parts = [pictures(canvas, random), opacity({ ...canvas, channels: 1 }, random)] as const;
    const starts = [parts[0].start(), parts[1].start()] as const;
    const first = starts[0].length;
    const c = canvas.channels;
    return {
      start() {
        const all = new Float64Array(first + starts[1].length);
        all.set(starts[0]);
        all.set(starts[1], first);
        return all;
      },
      pictures(parameters) {
        const { data: color } = parts[0].pictures(parameters.subarray(0, first));
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
        const back = new Float64Array(first + starts[1].length);
        back.set(parts[0].adjoint(color));
        back.set(parts[1].adjoint(opaque), first);
        return back;
      },
    };
  };
}
