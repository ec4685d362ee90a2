/**
 * A kernel of the same spectrum without its structure: at each frequency its colours are turned by one random phase,
 *
 *     decoy^(f) = kernel^(f) · e^(i φ(f)),     φ(−f) = −φ(f),
 *
 * which leaves the power of every frequency, the relation of its colours and the norm as they were.
 */
import type { Random } from "../../src/core/random.js";

/** More alike than this are turned copies by chance: kernels of few taps have few phases. */
const alike = 0.6;
const tries = 40;

/**
 * A decoy of a unit's kernel `[size, size, 3]` that is no turned or mirrored copy of others; of many draws the one least like them,
 * if none is unlike all.
 */
export function decoyOf(
  model: Float32Array,
  others: readonly Float32Array[],
  size: number,
  random: Random,
): Float32Array {
  const spectrum = [0, 1, 2].map((color) => transform(model, size, color));
  let best = { decoy: model, cosine: Number.POSITIVE_INFINITY };
  for (let draw = 0; draw < tries && best.cosine > alike; draw++) {
    const decoy = back(spectrum, phases(size, random), size);
    const cosine = Math.max(
      ...squareTurns(decoy, size).flatMap((turned) => others.map((other) => likeness(turned, other))),
    );
    if (cosine < best.cosine) best = { decoy, cosine };
  }
  return best.decoy;
}

function likeness(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, at) => sum + value * b[at]!, 0) / (Math.hypot(...a) * Math.hypot(...b));
}

/** A kernel after the eight symmetries of the square. */
function squareTurns(kernel: Float32Array, size: number): Float32Array[] {
  const turned = (from: Float32Array, place: (row: number, column: number) => [number, number]): Float32Array =>
    from.map((_, at) => {
      const [tap, color] = [Math.floor(at / 3), at % 3];
      const [row, column] = place(Math.floor(tap / size), tap % size);
      return from[(row * size + column) * 3 + color]!;
    });
  const all = [kernel];
  for (let t = 1; t < 4; t++) all.push(turned(all[t - 1]!, (row, column) => [column, size - 1 - row]));
  return [...all, ...all.map((one) => turned(one, (row, column) => [row, size - 1 - column]))];
}

/** Angles that make no complex pixels: opposite ones at opposite frequencies, 0 or π where those are the same. */
function phases(size: number, random: Random): Float64Array {
  const out = new Float64Array(size * size);
  for (let f = 0; f < out.length; f++) {
    const [row, column] = [Math.floor(f / size), f % size];
    const opposite = ((size - row) % size) * size + ((size - column) % size);
    if (opposite === f) out[f] = Math.PI * random.int(2);
    else if (f < opposite) {
      out[f] = 2 * Math.PI * random.uniform();
      out[opposite] = -out[f]!;
    }
  }
  return out;
}

type Complex = readonly [re: number, im: number];

/** Of a colour, at each frequency: sums of `values · e^(−2πi k·x / size)`. */
function transform(kernel: Float32Array, size: number, color: number): Complex[] {
  return Array.from({ length: size * size }, (_, f) => {
    let [re, im] = [0, 0];
    for (let tap = 0; tap < size * size; tap++) {
      const angle = (-2 * Math.PI * product(f, tap, size)) / size;
      re += kernel[3 * tap + color]! * Math.cos(angle);
      im += kernel[3 * tap + color]! * Math.sin(angle);
    }
    return [re, im];
  });
}

/** The kernel of a spectrum whose frequencies are turned. */
function back(spectrum: readonly (readonly Complex[])[], turns: Float64Array, size: number): Float32Array {
  const out = new Float32Array(size * size * 3);
  for (let tap = 0; tap < size * size; tap++) {
    for (let f = 0; f < size * size; f++) {
      const angle = (2 * Math.PI * product(f, tap, size)) / size + turns[f]!;
      const [cos, sin] = [Math.cos(angle) / size ** 2, Math.sin(angle) / size ** 2];
      spectrum.forEach((color, c) => {
        out[3 * tap + c]! += color[f]![0] * cos - color[f]![1] * sin;
      });
    }
  }
  return out;
}

/** `k·x` of a frequency and a tap, both counted row by row. */
function product(frequency: number, tap: number, size: number): number {
  return Math.floor(frequency / size) * Math.floor(tap / size) + (frequency % size) * (tap % size);
}
