/**
 * Lucid's ascent, written out once more and as plainly as can be: every linear map is a list of (to, from, weight), the inverse
 * Fourier transform is its sum, all in double precision. Only the network itself is run by an engine. It draws its chance
 * in the order the library does, so that both make the same picture.
 */
import { createRandom, type Random } from "../../../src/core/random.js";
import type { Engine } from "../../../src/engine/engine.js";
import { compile } from "../../../src/engine/plan.js";
import type { Network } from "../../../src/network/network.js";

/** What goes where: pixel `to[i]` gets `weight[i]` of pixel `from[i]`. */
class Entries {
  readonly to: number[] = [];
  readonly from: number[] = [];
  readonly weight: number[] = [];

  add(to: number, from: number, weight: number): void {
    this.to.push(to);
    this.from.push(from);
    this.weight.push(weight);
  }
}

/** A linear map from pixels to pixels, and what is added. */
interface Linear {
  readonly size: number;
  readonly entries: Entries;
  readonly constant: (pixel: number) => number;
}

/** The objective at every step: mean of a unit of a network fed as `caffe`. */
export async function plainLucid(
  net: Network,
  unit: { readonly layer: string; readonly channel: number },
  { engine, size, steps, seed }: { engine: Engine; size: number; steps: number; seed: number },
): Promise<number[]> {
  const random = createRandom(seed);
  const columns = Math.floor(size / 2) + 1;
  const perPlane = 2 * size * columns;
  const z = Float64Array.from({ length: 3 * perPlane }, () => 0.01 * random.normal());
  const m = new Float64Array(z.length);
  const v = new Float64Array(z.length);
  const executable = await engine.load(compile(net, [{ layer: unit.layer, channels: [unit.channel] }]));
  const values: number[] = [];
  for (let t = 1; t <= steps; t++) {
    const planes = [0, 1, 2].map((c) => inverse(z.subarray(c * perPlane, (c + 1) * perPlane), size));
    const picture = Float64Array.from({ length: size * size * 3 }, (_, i) => {
      const [p, c] = [Math.floor(i / 3), i % 3];
      const mixed = matrix[c]!.reduce((sum, w, k) => sum + w * planes[k]![p]!, 0);
      return 1 / (1 + Math.exp(-mixed));
    });
    const moves = draw(size, random);
    const moved = moves.reduce<Float64Array>((data, move) => apply(move, data), picture);
    const side = moves.at(-1)!.size;
    const input = Float32Array.from(moved, (_, i) => 255 * moved[i - (i % 3) + 2 - (i % 3)]! - means[i % 3]!);
    const [map] = await executable.forward({ count: 1, height: side, width: side, channels: 3, data: input });
    values.push(map!.data.reduce((sum, a) => sum + a, 0) / map!.data.length);
    const back = await executable.backward([new Float32Array(map!.data.length).fill(1 / map!.data.length)], {
      redirect: t <= 17,
    });
    const ofMoved = Float64Array.from(back.data, (_, i) => 255 * back.data[i - (i % 3) + 2 - (i % 3)]!);
    let before = size;
    const sizes = moves.map((move) => {
      const from = before;
      before = move.size;
      return from;
    });
    const ofPicture = moves.reduceRight<Float64Array>((data, move, k) => transpose(move, data, sizes[k]!), ofMoved);
    const ofPlanes = [0, 1, 2].map((c) =>
      Float64Array.from({ length: size * size }, (_, p) =>
        [0, 1, 2].reduce((sum, k) => {
          const x = picture[3 * p + k]!;
          return sum + matrix[k]![c]! * ofPicture[3 * p + k]! * x * (1 - x);
        }, 0),
      ),
    );
    const gradient = ofPlanes.flatMap((plane) => [...inverseTransposed(plane, size)]);
    const rate = (0.05 * Math.sqrt(1 - 0.999 ** t)) / (1 - 0.9 ** t);
    for (let i = 0; i < z.length; i++) {
      m[i] = 0.9 * m[i]! + 0.1 * gradient[i]!;
      v[i] = 0.999 * v[i]! + 0.001 * gradient[i]! ** 2;
      z[i]! += (rate * m[i]!) / (Math.sqrt(v[i]!) + 1e-8);
    }
  }
  executable.dispose();
  return values;
}

const means = [103.939, 116.779, 123.68];
const root = [
  [0.26, 0.09, 0.02],
  [0.27, 0, -0.05],
  [0.27, -0.09, 0.03],
];
const matrix = root.map((row) => row.map((value) => value / Math.hypot(0.26, 0.27, 0.27)));

/** What a coefficient is multiplied with. */
function scaleOf(row: number, column: number, size: number): number {
  const f = Math.hypot((row < size / 2 ? row : row - size) / size, column / size);
  return size / Math.max(f, 1 / size) / 4;
}

/** irfft2 of scaled coefficients, columns first and then rows, as sums. */
function inverse(z: Float64Array, n: number): Float64Array {
  const columns = Math.floor(n / 2) + 1;
  const { cos, sin } = turnsOf(n);
  const [re, im] = [new Float64Array(n * columns), new Float64Array(n * columns)];
  for (let k = 0; k < columns; k++) {
    for (let q = 0; q < n; q++) {
      const at = q * columns + k;
      const scale = scaleOf(q, k, n);
      const a = scale * z[2 * at]!;
      const b = scale * z[2 * at + 1]!;
      for (let y = 0; y < n; y++) {
        const t = (q * y) % n;
        re[y * columns + k]! += a * cos[t]! - b * sin[t]!;
        im[y * columns + k]! += a * sin[t]! + b * cos[t]!;
      }
    }
  }
  const out = new Float64Array(n * n);
  for (let y = 0; y < n; y++) {
    for (let x = 0; x < n; x++) {
      let sum = 0;
      for (let k = 0; k < columns; k++) {
        const t = (k * x) % n;
        const twice = k === 0 || 2 * k === n ? 1 : 2;
        sum += twice * (re[y * columns + k]! * cos[t]! - im[y * columns + k]! * sin[t]!);
      }
      out[y * n + x] = sum / (n * n);
    }
  }
  return out;
}

/** The same sums, read the other way. */
function inverseTransposed(picture: Float64Array, n: number): Float64Array {
  const columns = Math.floor(n / 2) + 1;
  const { cos, sin } = turnsOf(n);
  const [re, im] = [new Float64Array(n * columns), new Float64Array(n * columns)];
  for (let y = 0; y < n; y++) {
    for (let k = 0; k < columns; k++) {
      const twice = k === 0 || 2 * k === n ? 1 : 2;
      let [a, b] = [0, 0];
      for (let x = 0; x < n; x++) {
        const t = (k * x) % n;
        a += picture[y * n + x]! * cos[t]!;
        b -= picture[y * n + x]! * sin[t]!;
      }
      re[y * columns + k] = (twice * a) / (n * n);
      im[y * columns + k] = (twice * b) / (n * n);
    }
  }
  const out = new Float64Array(2 * n * columns);
  for (let k = 0; k < columns; k++) {
    for (let q = 0; q < n; q++) {
      const scale = scaleOf(q, k, n);
      let [a, b] = [0, 0];
      for (let y = 0; y < n; y++) {
        const t = (q * y) % n;
        a += re[y * columns + k]! * cos[t]! + im[y * columns + k]! * sin[t]!;
        b += im[y * columns + k]! * cos[t]! - re[y * columns + k]! * sin[t]!;
      }
      out[2 * (q * columns + k)] = scale * a;
      out[2 * (q * columns + k) + 1] = scale * b;
    }
  }
  return out;
}

interface Turns {
  readonly cos: Float64Array;
  readonly sin: Float64Array;
}
const turns = new Map<number, Turns>();

/** Cosines and sines of the shares of the circle. */
function turnsOf(n: number): Turns {
  const found = turns.get(n) ?? {
    cos: Float64Array.from({ length: n }, (_, k) => Math.cos((2 * Math.PI * k) / n)),
    sin: Float64Array.from({ length: n }, (_, k) => Math.sin((2 * Math.PI * k) / n)),
  };
  turns.set(n, found);
  return found;
}

/** Lucid's default transforms, drawn. */
function draw(size: number, random: Random): Linear[] {
  const padded = size + 24;
  const cut = padded - 8;
  const pad: Linear = {
    size: padded,
    entries: moved(size, (y, x) => [(y + 12) * padded + x + 12, y * size + x]),
    constant: (p) => {
      const [y, x] = [Math.floor(p / padded), p % padded];
      return y >= 12 && x >= 12 && y < size + 12 && x < size + 12 ? 0 : 0.5;
    },
  };
  const jitter = (from: number, by: number): Linear => {
    const [top, left] = [random.int(by + 1), random.int(by + 1)];
    const to = from - by;
    return {
      size: to,
      entries: moved(to, (y, x) => [y * to + x, (y + top) * from + x + left]),
      constant: () => 0,
    };
  };
  const first = jitter(padded, 8);
  const factor = random.pick(Array.from({ length: 11 }, (_, i) => (90 + 2 * i) / 100));
  const scaled = Math.floor(cut * factor);
  const scale = bilinear(cut, scaled, (at) => Math.min((at * cut) / scaled, cut - 1));
  const degrees = random.pick([...Array.from({ length: 21 }, (_, i) => i - 10), 0, 0, 0, 0, 0]);
  return [pad, first, scale, rotation(scaled, (degrees * Math.PI) / 180), jitter(scaled, 4)];
}

/** Pixels that only change their place. */
function moved(n: number, where: (y: number, x: number) => [to: number, from: number]): Entries {
  const entries = new Entries();
  for (let y = 0; y < n; y++) for (let x = 0; x < n; x++) entries.add(...where(y, x), 1);
  return entries;
}

function bilinear(from: number, to: number, place: (at: number) => number): Linear {
  return sampled(from, to, (y, x) => [place(y), place(x)]);
}

function rotation(n: number, angle: number): Linear {
  const centre = (n - 1) / 2;
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return sampled(n, n, (y, x) => [
    centre + (y - centre) * c - (x - centre) * s,
    centre + (y - centre) * s + (x - centre) * c,
  ]);
}

/** Each pixel is a mixture of the four around a place; outside is 0. */
function sampled(from: number, to: number, place: (y: number, x: number) => [number, number]): Linear {
  const entries = new Entries();
  for (let y = 0; y < to; y++) {
    for (let x = 0; x < to; x++) {
      const [sy, sx] = place(y, x);
      for (let row = Math.floor(sy); row <= Math.floor(sy) + 1; row++) {
        for (let column = Math.floor(sx); column <= Math.floor(sx) + 1; column++) {
          if (row < 0 || column < 0 || row >= from || column >= from) continue;
          entries.add(y * to + x, row * from + column, (1 - Math.abs(sy - row)) * (1 - Math.abs(sx - column)));
        }
      }
    }
  }
  return { size: to, entries, constant: () => 0 };
}

function apply({ size, entries: { to, from, weight }, constant }: Linear, data: Float64Array): Float64Array {
  const out = new Float64Array(size * size * 3);
  for (let i = 0; i < out.length; i++) out[i] = constant(Math.floor(i / 3));
  for (let i = 0; i < to.length; i++)
    for (let c = 0; c < 3; c++) out[3 * to[i]! + c]! += weight[i]! * data[3 * from[i]! + c]!;
  return out;
}

function transpose({ entries: { to, from, weight } }: Linear, data: Float64Array, size: number): Float64Array {
  const out = new Float64Array(size * size * 3);
  for (let i = 0; i < to.length; i++)
    for (let c = 0; c < 3; c++) out[3 * from[i]! + c]! += weight[i]! * data[3 * to[i]! + c]!;
  return out;
}
