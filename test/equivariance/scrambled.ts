/**
 * A kernel of the same spectrum without its structure: at each frequency its colours are turned by one random phase,
 *
 *     decoy^(f) = kernel^(f) · z(f) / |z(f)|,     z the transform of white noise,
 *
 * which leaves the power of every frequency, the relation of its colours and the norm as they were.
 */
import type { Random } from "../../src/core/random.js";

/** `kernel` is `[size, size, colors]`. */
export function scrambled(kernel: Float32Array, size: number, colors: number, random: Random): Float32Array {
  const noise = transform(
    Float64Array.from({ length: size * size }, () => random.normal()),
    size,
  );
  const out = new Float32Array(kernel.length);
  for (let color = 0; color < colors; color++) {
    const own = transform(
      Float64Array.from({ length: size * size }, (_, tap) => kernel[tap * colors + color]!),
      size,
    );
    const turned = own.map(([re, im], f) => {
      const [zr, zi] = noise[f]!;
      const length = Math.hypot(zr, zi);
      return [(re * zr - im * zi) / length, (re * zi + im * zr) / length] as const;
    });
    back(turned, size).forEach((value, tap) => {
      out[tap * colors + color] = value;
    });
  }
  return out;
}

type Complex = readonly [re: number, im: number];

/** Sums of `values · e^(−2πi (k·x) / size)`. */
function transform(values: Float64Array, size: number): Complex[] {
  return Array.from({ length: size * size }, (_, f) => {
    let [re, im] = [0, 0];
    values.forEach((value, tap) => {
      const angle = (-2 * Math.PI * phase(f, tap, size)) / size;
      re += value * Math.cos(angle);
      im += value * Math.sin(angle);
    });
    return [re, im];
  });
}

/** The transform's inverse, of a real kernel's spectrum. */
function back(spectrum: readonly Complex[], size: number): number[] {
  return Array.from({ length: size * size }, (_, tap) =>
    spectrum.reduce((sum, [re, im], f) => {
      const angle = (2 * Math.PI * phase(f, tap, size)) / size;
      return sum + (re * Math.cos(angle) - im * Math.sin(angle)) / size ** 2;
    }, 0),
  );
}

/** `k·x` of a frequency and a tap, both counted row by row. */
function phase(frequency: number, tap: number, size: number): number {
  return Math.floor(frequency / size) * Math.floor(tap / size) + (frequency % size) * (tap % size);
}
