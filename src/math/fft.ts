/**
 * The discrete Fourier transform of any length, many lines at once, by Stockham's self-sorting form of Cooley and Tukey: with
 * n = p · m,
 *
 *     X[p k + r] = Σ_q exp(∓2πi qk/m) · ( exp(∓2πi qr/n) · Σ_j exp(∓2πi jr/p) · x[q + m j] )
 *
 * so that each factor p of the length is one pass from one array to another, after which p transforms of length m are left, side
 * by side. Lines lie side by side as well, as in the columns of a picture: to a pass they are nothing but more neighbours, and its
 * innermost loop runs along them. Lengths with small prime factors are fast; a prime length costs n². Complex numbers are
 * pairs (re, im) in one array.
 */

/** Transforms lines of `length` complex numbers in place; call as often as wanted, it owns its scratch memory. */
export interface Fft {
  /** Number of complex values of a line. */
  readonly length: number;
  /** `X[k] = Σ x[j] e^{−2πi jk/n}` of each line; value j of line i is pair `j · lines + i`, one line when not said. */
  forward(values: Float64Array, lines?: number): void;
  /** `x[j] = Σ X[k] e^{+2πi jk/n}` of each line, not divided by n. */
  backward(values: Float64Array, lines?: number): void;
}

/** A pass: `p` of its `p · m` transforms, with `s` values side by side, from `x` to `y`. */
interface Pass {
  readonly p: number;
  readonly m: number;
  readonly s: number;
  /** −1 forward, 1 backward. */
  readonly sign: number;
}

/** Prepares the transform of a length. */
export function createFft(length: number): Fft {
  const factors = smallFactors(length);
  const cos = Float64Array.from({ length }, (_, k) => Math.cos((2 * Math.PI * k) / length));
  const sin = Float64Array.from({ length }, (_, k) => Math.sin((2 * Math.PI * k) / length));
  let scratch: Float64Array = new Float64Array(0);

  const transform = (values: Float64Array, lines: number, sign: number): void => {
    if (scratch.length < values.length) scratch = new Float64Array(values.length);
    let [x, y, m, s] = [values, scratch, length, lines];
    for (const p of factors) {
      m /= p;
      if (p === 4) passOfFour(x, y, { p, m, s, sign });
      else anyPass(x, y, { p, m, s, sign });
      [x, y, s] = [y, x, s * p];
    }
    if (x !== values) values.set(x.subarray(0, values.length));
  };

  const anyPass = (x: Float64Array, y: Float64Array, { p, m, s, sign }: Pass): void => {
    const turn = length / (p * m);
    for (let q = 0; q < m; q++) {
      for (let r = 0; r < p; r++) {
        const to = 2 * s * (p * q + r);
        for (let j = 0; j < p; j++) {
          const at = (r * (q + m * j) * turn) % length;
          const c = cos[at]!;
          const d = sign * sin[at]!;
          const from = 2 * s * (q + m * j);
          for (let i = 0; i < 2 * s; i += 2) {
            const re = x[from + i]! * c - x[from + i + 1]! * d;
            const im = x[from + i]! * d + x[from + i + 1]! * c;
            y[to + i] = j === 0 ? re : y[to + i]! + re;
            y[to + i + 1] = j === 0 ? im : y[to + i + 1]! + im;
          }
        }
      }
    }
  };

  /** The same for p = 4, whose inner factors are 1, ±i and −1: three complex products instead of sixteen. */
  const passOfFour = (x: Float64Array, y: Float64Array, { m, s, sign }: Pass): void => {
    const turn = length / (4 * m);
    const apart = 2 * s;
    for (let q = 0; q < m; q++) {
      const at = q * turn;
      const c1 = cos[at]!;
      const d1 = sign * sin[at]!;
      const c2 = cos[2 * at]!;
      const d2 = sign * sin[2 * at]!;
      const c3 = cos[3 * at]!;
      const d3 = sign * sin[3 * at]!;
      const to = 4 * apart * q;
      for (let i = 0; i < apart; i += 2) {
        const a = apart * q + i;
        const b = a + apart * m;
        const c = b + apart * m;
        const d = c + apart * m;
        const sumRe = x[a]! + x[c]!;
        const sumIm = x[a + 1]! + x[c + 1]!;
        const apartRe = x[a]! - x[c]!;
        const apartIm = x[a + 1]! - x[c + 1]!;
        const otherRe = x[b]! + x[d]!;
        const otherIm = x[b + 1]! + x[d + 1]!;
        const turnedRe = -sign * (x[b + 1]! - x[d + 1]!);
        const turnedIm = sign * (x[b]! - x[d]!);
        const o = to + i;
        y[o] = sumRe + otherRe;
        y[o + 1] = sumIm + otherIm;
        const oneRe = apartRe + turnedRe;
        const oneIm = apartIm + turnedIm;
        y[o + apart] = oneRe * c1 - oneIm * d1;
        y[o + apart + 1] = oneRe * d1 + oneIm * c1;
        const twoRe = sumRe - otherRe;
        const twoIm = sumIm - otherIm;
        y[o + 2 * apart] = twoRe * c2 - twoIm * d2;
        y[o + 2 * apart + 1] = twoRe * d2 + twoIm * c2;
        const threeRe = apartRe - turnedRe;
        const threeIm = apartIm - turnedIm;
        y[o + 3 * apart] = threeRe * c3 - threeIm * d3;
        y[o + 3 * apart + 1] = threeRe * d3 + threeIm * c3;
      }
    }
  };

  return {
    length,
    forward: (values, lines = 1) => transform(values, lines, -1),
    backward: (values, lines = 1) => transform(values, lines, 1),
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
