/**
 * Networks with families at any angle, with duplicates and holes: detectors of edges, a linear bottleneck that mixes all their
 * channels, and units that read those edges by the law of a motif. Half of the channels of both layers are decoys: smooth noise.
 *
 *     edge at angle a      w(p) = ⟨p, right hand of a⟩ · exp(−p² / 2σ²)
 *     reader at angle b    W[b, a](p) = T(a − b, R(−b) p)
 */
import { createRandom, type Random } from "../../src/core/random.js";
import { angleBetween } from "../../src/dataset/tuning-curve.js";
import type { Family } from "../../src/equivariance/family.js";
import { createNetwork, type Network } from "../../src/network/network.js";
import type { ConvOp } from "../../src/network/ops.js";
import { preprocessing } from "../../src/network/preprocessing.js";

/** A network with the angle of each unit, `null` of decoys. */
export interface Continuous {
  readonly net: Network;
  readonly edges: readonly (number | null)[];
  readonly readers: readonly (number | null)[];
}

const members = 12;
const channels = 2 * members;

/**
 * Plants a network; its layers are `edges`, `bottleneck` and `readers`. Noise is the norm of what is added to a unit's kernels, in
 * that of the kernels.
 */
export function plantContinuous(seed: number, noise = 0): Continuous {
  const random = createRandom(seed);
  const [edges, readers] = [places(random), places(random)];
  const first = kernel(11, 3, channels, (x, y, _, o) => edgeAt(x, y, edges[o]!, 2.5), edges, random, noise);
  const mix = new Float32Array(channels * channels);
  for (let at = 0; at < mix.length; at++) mix[at] = random.normal() / Math.sqrt(channels);
  // What the readers see of the edges is W · mix, so they read the bottleneck by W · mix⁻¹.
  const law = kernel(
    5,
    channels,
    channels,
    (x, y, i, o) => {
      const a = edges[i];
      return a === null || a === undefined ? 0 : lawAt(x, y, a, readers[o]!);
    },
    readers,
    random,
    noise,
  );
  const back = inverse(mix, channels);
  const second = new Float32Array(law.length);
  for (let tap = 0; tap < 25; tap++)
    for (let k = 0; k < channels; k++)
      for (let i = 0; i < channels; i++)
        for (let o = 0; o < channels; o++)
          second[(tap * channels + k) * channels + o]! +=
            back[k * channels + i]! * law[(tap * channels + i) * channels + o]!;
  const net = createNetwork(
    "continuous",
    [
      { kind: "input", name: "image", layer: "image", inputs: [], output: [48, 48, 3] },
      conv("edges", "image", { size: 11, reads: 3, kernel: first, relu: true }),
      conv("bottleneck", "edges", { size: 1, reads: channels, kernel: mix, relu: false }),
      conv("readers", "bottleneck", { size: 5, reads: channels, kernel: second, relu: true }),
    ],
    { shape: [48, 48, 3], preprocessing: preprocessing("tf"), stated: true },
  );
  return { net, edges, readers };
}

/** Angles all round but for a hole of 100°, two of them twice, in any order among decoys. */
function places(random: Random): (number | null)[] {
  const hole = 360 * random.uniform();
  const angles = Array.from(
    { length: members - 2 },
    (_, i) => hole + 100 + (i * 260) / (members - 3) + 6 * random.normal(),
  );
  angles.push(angles[0]! + 4 * random.normal(), angles[5]! + 4 * random.normal());
  const all: (number | null)[] = [
    ...angles.map((angle) => ((angle % 360) + 360) % 360),
    ...Array<null>(members).fill(null),
  ];
  for (let i = all.length - 1; i > 0; i--) {
    const j = random.int(i + 1);
    [all[i], all[j]] = [all[j]!, all[i]!];
  }
  return all;
}

function edgeAt(x: number, y: number, degrees: number, sigma: number): number {
  const angle = (degrees * Math.PI) / 180;
  return (-x * Math.sin(angle) + y * Math.cos(angle)) * Math.exp(-(x * x + y * y) / (2 * sigma * sigma));
}

/** Edges of the reader's own angle excite along it, those of the opposite angle inhibit. */
function lawAt(x: number, y: number, source: number, target: number): number {
  const [delta, b] = [((source - target) * Math.PI) / 180, (target * Math.PI) / 180];
  const [along, across] = [x * Math.cos(b) + y * Math.sin(b), y * Math.cos(b) - x * Math.sin(b)];
  return (
    Math.exp(-(along * along) / 6 - (across - 0.5) ** 2 / 1.5) * (Math.cos(delta) + 0.4 * Math.cos(2 * delta) - 0.2)
  );
}

/** `[size, size, reads, channels]`, every unit at norm 1; decoys are noise smoothed by its neighbours. */
function kernel(
  size: number,
  reads: number,
  count: number,
  weight: (x: number, y: number, i: number, o: number) => number,
  angles: readonly (number | null)[],
  random: Random,
  noise: number,
): Float32Array {
  const out = new Float32Array(size * size * reads * count);
  const middle = (size - 1) / 2;
  for (let o = 0; o < count; o++) {
    const unit = Float64Array.from({ length: size * size * reads }, (_, at) => {
      const [tap, i] = [Math.floor(at / reads), at % reads];
      const [y, x] = [Math.floor(tap / size) - middle, (tap % size) - middle];
      return angles[o] === null ? random.normal() : weight(x, y, i, o);
    });
    const norm = Math.hypot(...unit);
    const deviation = noise / Math.sqrt(unit.length);
    unit.forEach((value, at) => {
      out[at * count + o] = value / norm + deviation * random.normal();
    });
  }
  return out;
}

function conv(
  name: string,
  reads: string,
  made: { readonly size: number; readonly reads: number; readonly kernel: Float32Array; readonly relu: boolean },
): ConvOp {
  return {
    kind: "conv",
    name,
    layer: name,
    inputs: [reads],
    output: [48, 48, channels],
    kernel: made.kernel,
    kernelShape: [made.size, made.size, made.reads, channels],
    bias: null,
    strides: [1, 1],
    dilation: [1, 1],
    padding: "same",
    groups: 1,
    activation: { name: made.relu ? "relu" : "linear" },
  };
}

/** Gauss and Jordan, with the largest pivot. */
function inverse(matrix: Float32Array, n: number): Float64Array {
  const a = Array.from({ length: n }, (_, r) => [
    ...Array.from({ length: n }, (_, c) => matrix[r * n + c]!),
    ...Array.from({ length: n }, (_, c) => Number(r === c)),
  ]);
  for (let c = 0; c < n; c++) {
    let best = c;
    for (let r = c; r < n; r++) if (Math.abs(a[r]![c]!) > Math.abs(a[best]![c]!)) best = r;
    [a[c], a[best]] = [a[best]!, a[c]!];
    const pivot = a[c]![c]!;
    a[c] = a[c]!.map((value) => value / pivot);
    for (let r = 0; r < n; r++) {
      const factor = a[r]![c]!;
      if (r !== c) a[r] = a[r]!.map((value, k) => value - factor * a[c]![k]!);
    }
  }
  return Float64Array.from({ length: n * n }, (_, at) => a[Math.floor(at / n)]![n + (at % n)]!);
}

/** Pairs of units that share a family: precision, recall, and the largest error of their relative angles in degrees. */
export function angleScore(
  found: readonly Family[],
  planted: readonly (number | null)[],
): { readonly precision: number; readonly recall: number; readonly worst: number } {
  let [all, right, worst] = [0, 0, 0];
  for (const { members: units } of found) {
    units.forEach((a, i) => {
      for (const b of units.slice(i + 1)) {
        all++;
        const [x, y] = [planted[a.unit.channel]!, planted[b.unit.channel]!];
        if (x === null || y === null) continue;
        right++;
        worst = Math.max(worst, angleBetween(a.angle! - b.angle!, x - y));
      }
    });
  }
  const count = planted.filter((angle) => angle !== null).length;
  return { precision: all ? right / all : 0, recall: right / ((count * (count - 1)) / 2), worst };
}
