/**
 * Curves of one shape at different angles, brought to one place by circular shifts. A member is the template after its shift,
 * scaled: with harmonics F of the member and T of the template over n samples, of all rows together,
 *
 *     c(s) = Σ Re( conj T_h · F_h exp(2πi h s / n) )        the shift is where c is largest
 *
 * between samples too, as the curves have no more harmonics than samples. What is left of the member beside the scaled template,
 * of variance σ², moves the place of the largest c by σ / (a √Σ T′²), the standard error of the shift.
 */

/** Complex harmonics 0…n/2 of every row: `[rows, harmonics, (re, im)]`. */
type Harmonics = Float64Array;

/** Members brought to one place. */
export interface Alignment {
  /** Of each member, in samples. */
  readonly shifts: readonly number[];
  /** Standard error of each shift, in samples. */
  readonly errors: readonly number[];
  /** Cosine of each member with the mean of the others, each about its rows' means. */
  readonly cosines: readonly number[];
  /** The mean of the members, each at shift 0 and of norm 1, `[rows, samples]`. */
  readonly template: Float64Array;
}

/** Rounds of template and shifts. */
const rounds = 3;

/** Steps in a sample in which the largest correlation is looked for. */
const fine = 20;

/** Aligns maps `[rows, samples]`, starting from whole shifts. */
export function align(maps: readonly ArrayLike<number>[], samples: number, start: readonly number[]): Alignment {
  const rows = maps[0]!.length / samples;
  const all = maps.map((map) => normalised(harmonicsOf(map, rows, samples), samples));
  let shifts = [...start];
  const mean = (without: number): Harmonics => {
    const sum = new Float64Array(all[0]!.length);
    all.forEach((one, i) => {
      if (i !== without) turned(one, -shifts[i]!, samples).forEach((value, at) => (sum[at]! += value));
    });
    return sum;
  };
  for (let round = 0; round < rounds; round++) {
    const template = mean(-1);
    shifts = all.map((one, i) => bestShift(template, one, { samples, near: shifts[i]!, reach: 1 }));
  }
  const rest = all.map((one, i) => {
    const others = normalised(mean(i), samples);
    const seen = turned(one, -shifts[i]!, samples);
    const cosine = product(others, seen, samples);
    const slope = Math.sqrt(product(derivative(others, samples), derivative(others, samples), samples));
    const deviation = Math.sqrt(Math.max(0, 1 - cosine ** 2) / Math.max(1, rows * (samples - 1) - 2));
    return { cosine, error: cosine > 0 ? deviation / (cosine * slope) : samples / 4 };
  });
  const template = new Float64Array(rows * samples);
  maps.forEach((map, i) => {
    const scale = 1 / (Math.hypot(...Array.from(map)) || 1);
    const back = turned(harmonicsOf(map, rows, samples), -shifts[i]!, samples);
    samplesOf(back, rows, samples).forEach((value, at) => (template[at]! += (scale * value) / maps.length));
  });
  return { shifts, errors: rest.map(({ error }) => error), cosines: rest.map(({ cosine }) => cosine), template };
}

/** The shift of `one` against the template, within a reach of a first guess. */
function bestShift(
  template: Harmonics,
  one: Harmonics,
  { samples, near, reach }: { readonly samples: number; readonly near: number; readonly reach: number },
): number {
  let [best, at] = [Number.NEGATIVE_INFINITY, near];
  for (let step = -reach * fine; step <= reach * fine; step++) {
    const shift = near + step / fine;
    const value = product(template, turned(one, -shift, samples), samples);
    if (value > best) [best, at] = [value, shift];
  }
  return at;
}

const count = (samples: number): number => Math.floor(samples / 2) + 1;

function harmonicsOf(map: ArrayLike<number>, rows: number, samples: number): Harmonics {
  const n = count(samples);
  const out = new Float64Array(rows * n * 2);
  for (let row = 0; row < rows; row++) {
    for (let h = 0; h < n; h++) {
      let [re, im] = [0, 0];
      for (let k = 0; k < samples; k++) {
        const angle = (-2 * Math.PI * h * k) / samples;
        re += map[row * samples + k]! * Math.cos(angle);
        im += map[row * samples + k]! * Math.sin(angle);
      }
      out[2 * (row * n + h)] = re / samples;
      out[2 * (row * n + h) + 1] = im / samples;
    }
  }
  return out;
}

function samplesOf(harmonics: Harmonics, rows: number, samples: number): Float64Array {
  const n = count(samples);
  return Float64Array.from({ length: rows * samples }, (_, at) => {
    const [row, k] = [Math.floor(at / samples), at % samples];
    let sum = 0;
    for (let h = 0; h < n; h++) {
      const angle = (2 * Math.PI * h * k) / samples;
      const i = 2 * (row * n + h);
      sum += weight(h, samples) * (harmonics[i]! * Math.cos(angle) - harmonics[i + 1]! * Math.sin(angle));
    }
    return sum;
  });
}

/** Harmonics come in pairs but for the mean and the one of half the samples. */
function weight(h: number, samples: number): number {
  return h === 0 || 2 * h === samples ? 1 : 2;
}

/** The curves moved on by a shift. */
function turned(harmonics: Harmonics, shift: number, samples: number): Harmonics {
  const n = count(samples);
  const out = new Float64Array(harmonics.length);
  for (let i = 0; i < harmonics.length; i += 2) {
    const angle = (-2 * Math.PI * ((i / 2) % n) * shift) / samples;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    out[i] = harmonics[i]! * cos - harmonics[i + 1]! * sin;
    out[i + 1] = harmonics[i]! * sin + harmonics[i + 1]! * cos;
  }
  return out;
}

/** Derivative by the sample. */
function derivative(harmonics: Harmonics, samples: number): Harmonics {
  const n = count(samples);
  return harmonics.map((_, i) => {
    const factor = (2 * Math.PI * (Math.floor(i / 2) % n)) / samples;
    return i % 2 === 0 ? -factor * harmonics[i + 1]! : factor * harmonics[i - 1]!;
  });
}

/** Inner product of curves about their rows' means. */
function product(a: Harmonics, b: Harmonics, samples: number): number {
  const n = count(samples);
  let sum = 0;
  for (let i = 0; i < a.length; i += 2) {
    const h = (i / 2) % n;
    if (h > 0) sum += weight(h, samples) * (a[i]! * b[i]! + a[i + 1]! * b[i + 1]!);
  }
  return sum;
}

function normalised(harmonics: Harmonics, samples: number): Harmonics {
  const length = Math.sqrt(product(harmonics, harmonics, samples)) || 1;
  return harmonics.map((value) => value / length);
}
