/**
 * Pictures with an opacity α, laid over a random background that changes from step to step. What the objective gains counts by
 * how little is covered, so that the picture stays open wherever the objective does not need it (Lucid):
 *
 *     over = α · picture + (1 − α) · background        value · (1 − mean α)
 */
import type { Random } from "../core/random.js";
import type { Canvas, Pictures } from "./param/param.js";

/** Pictures over a background. */
export interface Laid {
  readonly pictures: Pictures;
  /** What the values have become, and the gradient of the pictures with their opacity. */
  readonly back: (values: readonly number[], gradient: Float64Array) => { values: number[]; gradient: Float64Array };
}

/** Noise about a random colour, `[height, width, channels]`. */
export function randomBackground({ height, width, channels }: Omit<Canvas, "count">, random: Random): Float64Array {
  const base = Array.from({ length: channels }, () => random.uniform());
  return Float64Array.from({ length: height * width * channels }, (_, i) => {
    const value = base[i % channels]! + 0.2 * random.normal();
    return Math.min(Math.max(value, 0), 1);
  });
}

/** Lays pictures, whose last channel is their opacity, over a background without one, the same for all. */
export function overBackground(
  { count, height, width, channels: all, data }: Pictures,
  background: Float64Array,
): Laid {
  const c = all - 1;
  const pixels = height * width;
  const out = new Float64Array(count * pixels * c);
  const covered = new Array<number>(count).fill(0);
  for (let p = 0; p < count * pixels; p++) {
    const alpha = data[p * all + c]!;
    covered[Math.floor(p / pixels)]! += alpha / pixels;
    for (let k = 0; k < c; k++) {
      out[p * c + k] = alpha * data[p * all + k]! + (1 - alpha) * background[(p % pixels) * c + k]!;
    }
  }
  return {
    pictures: { count, height, width, channels: c, data: out },
    back(values, gradient) {
      const whole = new Float64Array(data.length);
      for (let p = 0; p < count * pixels; p++) {
        const n = Math.floor(p / pixels);
        const open = 1 - covered[n]!;
        const alpha = data[p * all + c]!;
        let ofAlpha = -values[n]! / pixels;
        for (let k = 0; k < c; k++) {
          const g = open * gradient[p * c + k]!;
          whole[p * all + k] = alpha * g;
          ofAlpha += g * (data[p * all + k]! - background[(p % pixels) * c + k]!);
        }
        whole[p * all + c] = ofAlpha;
      }
      return { values: values.map((value, n) => value * (1 - covered[n]!)), gradient: whole };
    },
  };
}
