/**
 * Rotation of a k × k grid of numbers by any angle as an orthogonal matrix: nothing is lost, two turns add up, and turns by
 * multiples of 90° move the numbers exactly. The k functions of one axis are those of the finite oscillator (Kravchuk
 * functions: Hermite functions that live on k points); a product of `nx` and `ny` of them is a mode of level nx + ny.
 * Turning mixes the modes of one level as Wigner's matrix mixes the states of a spin:
 *
 *     level n       0    1     2        …  2k−2          modes n+1 up to n = k−1, then fewer
 *     turns as      0   ±1   0, ±2      …   0            (angular momenta: exp(i·m·φ))
 *
 * Smooth kernels live in the low levels, where the turn is that of the plane; on 3 × 3 only m = 0, ±1, ±2 exist, so that
 * turns by less than 90° say little there. (N. M. Atakishiyev, K. B. Wolf et al., rotations of pixellated images.)
 */
import { wignerSmallD } from "./wigner.js";

/** The matrix `[k², k²]` of a clockwise turn on screen (row 0 on top), for odd k. */
export function gridRotation(size: number, degrees: number): Float64Array {
  const modes = oscillatorModes(size);
  const angle = (degrees * Math.PI) / 180;
  const taps = size * size;
  const matrix = new Float64Array(taps * taps);
  const top = size - 1;
  for (let level = 0; level <= 2 * top; level++) {
    const first = Math.max(0, level - top);
    const states = level - 2 * first;
    // Above the diagonal the missing quanta, not the present ones, make up the spin, and the sense is reversed.
    const d = wignerSmallD(states, level > top ? -2 * angle : 2 * angle);
    for (let a = 0; a <= states; a++) {
      for (let b = 0; b <= states; b++) {
        const weight = d[a * (states + 1) + b]!;
        if (Math.abs(weight) < 1e-15) continue;
        addOuter(
          matrix,
          modeOf(modes, first + a, level - first - a),
          modeOf(modes, first + b, level - first - b),
          weight,
        );
      }
    }
  }
  return matrix;
}

/** Kravchuk functions: row n is the n-th of one axis. */
function oscillatorModes(size: number): Float64Array[] {
  const d = wignerSmallD(size - 1, Math.PI / 2);
  return Array.from({ length: size }, (_, n) => d.slice(n * size, (n + 1) * size));
}

function modeOf(modes: readonly Float64Array[], nx: number, ny: number): Float64Array {
  const [across, down] = [modes[nx]!, modes[ny]!];
  return Float64Array.from(
    { length: across.length ** 2 },
    (_, tap) => down[Math.floor(tap / across.length)]! * across[tap % across.length]!,
  );
}

function addOuter(matrix: Float64Array, to: Float64Array, from: Float64Array, weight: number): void {
  const taps = from.length;
  for (let r = 0; r < taps; r++) for (let c = 0; c < taps; c++) matrix[r * taps + c]! += weight * to[r]! * from[c]!;
}
