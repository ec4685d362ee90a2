/**
 * The discrete Fourier transform of any length, by splitting n = p · m into p transforms of length m (Cooley and Tukey):
 *
 *     X[k] = Σ_r exp(∓2πi rk/n) · X_r[k mod m]        X_r: transform of x[r], x[r + p], x[r + 2p], …
 *
 * Lengths with small prime factors are fast; a prime length costs n². Complex numbers are pairs (re, im) in one array.
 */

/** Transforms `n` complex numbers in place; call as often as wanted, it owns its scratch memory. */
export interface Fft {
  /** Number of complex values. */
  readonly length: number;
  /** `X[k] = Σ x[j] e^{−2πi jk/n}`, on `n` pairs starting at pair `offset`, `stride` pairs apart. */
  forward(values: Float64Array, offset?: number, stride?: number): void;
  /** `x[j] = Σ X[k] e^{+2πi jk/n}`, not divided by n. */
  backward(values: Float64Array, offset?: number, stride?: number): void;
}

/** Prepares the transform of a length. */
export function createFft(length: number): Fft {
  const factors = smallFactors(length);
  const cos = Float64Array.from({ length }, (_, k) => Math.cos((2 * Math.PI * k) / length));
  const sin = Float64Array.from({ length }, (_, k) => Math.sin((2 * Math.PI * k) / length));
  const input = new Float64Array(2 * length);
  const output = new Float64Array(2 * length);
  const parts = new Float64Array(2 * Math.max(1, ...factors));

  /** Transform of the `n` values from `from`, `step` apart in `input`, to `to` in `output`. */
  const split = (n: number, depth: number, from: number, step: number, to: number, sign: number): void => {
    if (n === 1) {
      output[2 * to] = input[2 * from]!;
      output[2 * to + 1] = input[2 * from + 1]!;
      return;
    }
    const p = factors[depth]!;
    const m = n / p;
    for (let r = 0; r < p; r++) split(m, depth + 1, from + r * step, step * p, to + r * m, sign);
    const turn = length / n;
    if (p === 4) joinFour(m, to, turn, sign);
    else join(p, m, to, turn, sign);
  };

  /** Joins `p` transforms of length `m` that lie one after the other from `to`, by the formula above. */
  const join = (p: number, m: number, to: number, turn: number, sign: number): void => {
    for (let k = 0; k < m; k++) {
      for (let r = 0; r < p; r++) {
        parts[2 * r] = output[2 * (to + r * m + k)]!;
        parts[2 * r + 1] = output[2 * (to + r * m + k) + 1]!;
      }
      for (let q = 0; q < p; q++) {
        let re = parts[0]!;
        let im = parts[1]!;
        for (let r = 1; r < p; r++) {
          const at = (r * (k + q * m) * turn) % length;
          const c = cos[at]!;
          const s = sign * sin[at]!;
          re += parts[2 * r]! * c - parts[2 * r + 1]! * s;
          im += parts[2 * r]! * s + parts[2 * r + 1]! * c;
        }
        output[2 * (to + k + q * m)] = re;
        output[2 * (to + k + q * m) + 1] = im;
      }
    }
  };

  /** The same for p = 4, whose inner factors are 1, ±i and −1: three complex products per k instead of twelve. */
  const joinFour = (m: number, to: number, turn: number, sign: number): void => {
    for (let k = 0; k < m; k++) {
      const [i0, i1, i2, i3] = [2 * (to + k), 2 * (to + m + k), 2 * (to + 2 * m + k), 2 * (to + 3 * m + k)];
      const [c1, s1] = [cos[k * turn]!, sign * sin[k * turn]!];
      const [c2, s2] = [cos[2 * k * turn]!, sign * sin[2 * k * turn]!];
      const [c3, s3] = [cos[3 * k * turn]!, sign * sin[3 * k * turn]!];
      const re1 = output[i1]! * c1 - output[i1 + 1]! * s1;
      const im1 = output[i1]! * s1 + output[i1 + 1]! * c1;
      const re2 = output[i2]! * c2 - output[i2 + 1]! * s2;
      const im2 = output[i2]! * s2 + output[i2 + 1]! * c2;
      const re3 = output[i3]! * c3 - output[i3 + 1]! * s3;
      const im3 = output[i3]! * s3 + output[i3 + 1]! * c3;
      const evenRe = output[i0]! + re2;
      const evenIm = output[i0 + 1]! + im2;
      const oddRe = output[i0]! - re2;
      const oddIm = output[i0 + 1]! - im2;
      const sumRe = re1 + re3;
      const sumIm = im1 + im3;
      const turnedRe = -sign * (im1 - im3);
      const turnedIm = sign * (re1 - re3);
      output[i0] = evenRe + sumRe;
      output[i0 + 1] = evenIm + sumIm;
      output[i1] = oddRe + turnedRe;
      output[i1 + 1] = oddIm + turnedIm;
      output[i2] = evenRe - sumRe;
      output[i2 + 1] = evenIm - sumIm;
      output[i3] = oddRe - turnedRe;
      output[i3 + 1] = oddIm - turnedIm;
    }
  };

  const transform = (values: Float64Array, offset: number, stride: number, sign: number): void => {
    for (let j = 0; j < length; j++) {
      input[2 * j] = values[2 * (offset + j * stride)]!;
      input[2 * j + 1] = values[2 * (offset + j * stride) + 1]!;
    }
    split(length, 0, 0, 1, 0, sign);
    for (let j = 0; j < length; j++) {
      values[2 * (offset + j * stride)] = output[2 * j]!;
      values[2 * (offset + j * stride) + 1] = output[2 * j + 1]!;
    }
  };
  return {
    length,
    forward: (values, offset = 0, stride = 1) => transform(values, offset, stride, -1),
    backward: (values, offset = 0, stride = 1) => transform(values, offset, stride, 1),
  };
}

/** Fours as far as they go, then primes. */
function smallFactors(n: number): number[] {
  const factors: number[] = [];
  let rest = n;
  for (; rest % 4 === 0; rest /= 4) factors.push(4);
  for (let p = 2; rest > 1; p++) {
    if (p * p > rest) p = rest;
    for (; rest % p === 0; rest /= p) factors.push(p);
  }
  return factors;
}
