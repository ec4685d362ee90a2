/**
 * The hand-written curve network of the Circuits articles ("artificial artificial neural network"): Gabors, edges and
 * curves whose weights are a few formulas, so that what every unit looks for is known beforehand. An edge or curve of angle
 * `a` has its normal at `a`, in degrees clockwise on screen; a curve bulges to `a`.
 */

import { createNetwork, type Network } from "../../src/network/network.js";
import type { Activation } from "../../src/network/ops.js";
import { preprocessing } from "../../src/network/preprocessing.js";
import { conv, type Draft, network } from "../network/ops.js";

type Table = readonly (readonly [angle: number, value: number])[];
type Place = readonly [x: number, y: number];

/** A unit of the network: what it looks for, and its weight at a place from another unit of the layer below. */
interface Part {
  readonly kind: "edge" | "curve";
  readonly angle: number;
}

const relu: Activation = { name: "relu" };
const angles = (step: number, end: number): number[] => Array.from({ length: end / step }, (_, i) => i * step);
const edges: readonly Part[] = angles(10, 180).map((angle) => ({ kind: "edge", angle }));
const curves: readonly Part[] = angles(15, 360).map((angle) => ({ kind: "curve", angle }));

/** The units of `conv2d2`, `mixed3a` and `mixed3b`: 24 curves, then 18 edges. */
export const parts: readonly Part[] = [...curves, ...edges];
/** Angles of the curve units, channels 0 to 23 of those layers. */
export const curveAngles: readonly number[] = curves.map((curve) => curve.angle);

const edgeToEdge: Table = [
  [0, 1],
  [10, 0.2],
  [20, 0.01],
  [30, 0],
  [40, -0.05],
  [50, -0.05],
  [60, -0.1],
  [70, -0.1],
  [80, -0.3],
  [90, -0.6],
];
const curveToCurve: Table = [
  [0, 1],
  [10, 0.8],
  [20, 0.7],
  [30, 0.4],
  [40, 0.2],
  [130, -0.05],
  [140, -0.2],
  [150, -0.4],
  [160, -0.8],
  [170, -1],
  [180, -1],
];
const edgeToCurve: Table = [
  [0, 1],
  [10, 0.8],
  [20, 0.2],
  [30, -0.1],
  [40, -0.8],
  [50, -0.5],
  [60, -0.1],
];
const edgeToCurveBack: Table = [
  [0, 1],
  [5, 1],
  [10, 0.5],
  [15, -1],
  [20, -1],
  [30, -1],
  [40, -0.8],
  [50, -0.4],
  [60, -0.1],
];

/** The table at an angle, mirrored at `fold`: linear between keys; a key more than 10° away counts as −0.01 at 10°. */
function lookUp(table: Table, angle: number, fold: 90 | 180): number {
  const period = 2 * fold;
  const within = ((angle % period) + period) % period;
  const at = Math.min(within, period - within);
  const keys = [
    ...table,
    ...table.map(([a, v]) => [-a, v] as const),
    ...table.map(([a, v]) => [period - a, v] as const),
  ];
  const nearest = (side: 1 | -1): readonly [distance: number, value: number] => {
    const found = keys
      .map(([a, v]) => [side * (a - at), v] as const)
      .filter(([distance]) => distance >= -1e-9 && distance <= 10 + 1e-9)
      .sort((a, b) => a[0] - b[0])[0];
    return found ?? [10, -0.01];
  };
  const [[left, a], [right, b]] = [nearest(-1), nearest(1)];
  return left + right < 1e-9 ? a : (a * right + b * left) / (left + right);
}

const clip = (v: number): number => Math.min(1, Math.max(0, v));
const radians = (degrees: number): number => (6.283 / 360) * degrees;

/** Where an edge is, and what lies around it. */
function edgeShape(angle: number, [x, y]: Place): { on: number; around: number } {
  const across = Math.abs(x * Math.cos(radians(angle)) + y * Math.sin(radians(angle)));
  const on = clip(1.1 - across);
  return { on, around: (1 - on) * (3 / (3 + Math.hypot(x, y) / 2)) };
}

/** Where a curve of a radius is, and the direction of its normal there. */
function curveShape(angle: number, radius: number, { place, size }: { place: Place; size: number }) {
  const dx = place[0] + radius * Math.cos(radians(angle));
  const dy = place[1] + radius * Math.sin(radians(angle));
  const near = clip(1.05 - Math.abs(Math.hypot(dx, dy) - radius) / (1.3 * size)) ** 4;
  return { on: clip(2 * near - 1), normal: (Math.atan2(dy, dx) * 180) / Math.PI };
}

/** Weight at a place of a kernel of a size, from one unit to another. */
function weight(
  from: Part,
  to: Part,
  { place, size, radii }: { place: Place; size: number; radii: readonly number[] },
) {
  if (to.kind === "edge") {
    if (from.kind === "curve") return 0;
    const c = lookUp(edgeToEdge, from.angle - to.angle, 90);
    const { on, around } = edgeShape(to.angle, place);
    return c * on - 0.1 * Math.max(0, c) * around;
  }
  const each = radii.map((radius) => {
    const { on, normal } = curveShape(to.angle, radius, { place, size });
    const c = from.kind === "curve" ? fromCurve(from, to, normal) : fromEdge(from, to, normal);
    return on * c - 0.1 * (1 - on) * Math.max(0, c);
  });
  return each.reduce((sum, w) => sum + w, 0) / each.length;
}

function fromCurve(from: Part, to: Part, normal: number): number {
  return 0.8 * lookUp(curveToCurve, normal - from.angle, 180) + 0.2 * lookUp(curveToCurve, to.angle - from.angle, 180);
}

function fromEdge(from: Part, to: Part, normal: number): number {
  const mod180 = (a: number): number => ((a % 180) + 180) % 180;
  const ahead = mod180(from.angle - to.angle) <= 90 !== mod180(normal - to.angle) >= 90;
  return lookUp(ahead ? edgeToCurve : edgeToCurveBack, normal - from.angle, 90);
}

/** The kernel from one unit to another, row 0 on top. */
export function kernelBetween(from: Part, to: Part, size: number, radii: readonly number[]): number[] {
  const middle = Math.floor(size / 2);
  return Array.from({ length: size * size }, (_, i) =>
    weight(from, to, { place: [(i % size) - middle, Math.floor(i / size) - middle], size, radii }),
  );
}

function layer(
  [name, input]: readonly [string, string],
  [from, to]: readonly [readonly Part[], readonly Part[]],
  { size, radii }: { size: number; radii: readonly number[] },
): Draft {
  const kernel = new Float32Array(size * size * from.length * to.length);
  from.forEach((source, i) => {
    to.forEach((target, o) => {
      kernelBetween(source, target, size, radii).forEach((w, tap) => {
        kernel[(tap * from.length + i) * to.length + o] = w;
      });
    });
  });
  return conv(name, input, [size, size, from.length, to.length], { kernel, padding: "same", activation: relu });
}

const shifts = [0, 7 / 8, 7 / 4, 21 / 8];

/** 18 angles × 4 phases of Gabors, 7 × 7, the same for red, green and blue. */
function gabors(): Draft {
  const size = 7;
  const kernel = new Float32Array(size * size * 3 * 72);
  edges.forEach(({ angle }, e) => {
    shifts.forEach((shift, s) => {
      const a = radians(angle);
      const values = Array.from({ length: size * size }, (_, i) => {
        const [x, y] = [i % size, Math.floor(i / size)];
        const [cx, cy] = [x - 3, y - 3];
        const along = Math.cos(a) * cx + Math.sin(a) * cy + shift;
        return (3 / (3 + (cx * cx + cy * cy) / 2)) * Math.cos((4 * Math.PI * along) / size);
      });
      const largest = Math.max(...values.map(Math.abs));
      values.forEach((v, tap) => {
        for (let c = 0; c < 3; c++) kernel[(tap * 3 + c) * 72 + e * 4 + s] = v / largest;
      });
    });
  });
  return conv("conv2d0", "image", [size, size, 3, 72], { kernel, padding: "same", strides: [2, 2], activation: relu });
}

const halve = (name: string, input: string): Draft => ({
  kind: "pool",
  name,
  inputs: [input],
  mode: "max",
  size: [3, 3],
  strides: [2, 2],
  padding: "same",
});

/** Integers from `first` to `last`. */
const between = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i);
/** Radii of `mixed3a` and `mixed3b`. */
export const radii3: readonly number[] = between(4, 9);

/** The network on images of a size; it reads −1…1, so that grey is 0. */
export function curveNetwork(size: number): Network {
  // Each edge of conv2d1 reads the four phases of every Gabor alike.
  const phases = edges.flatMap((edge) => shifts.map(() => edge));
  const net = network(
    [size, size, 3],
    [
      gabors(),
      halve("pool0", "conv2d0"),
      layer(["conv2d1", "pool0"], [phases, edges], { size: 1, radii: [] }),
      layer(["conv2d2", "conv2d1"], [edges, parts], { size: 3, radii: between(5, 9) }),
      halve("pool2", "conv2d2"),
      layer(["mixed3a", "pool2"], [parts, parts], { size: 3, radii: radii3 }),
      layer(["mixed3b", "mixed3a"], [parts, parts], { size: 5, radii: radii3 }),
    ],
  );
  return createNetwork("hand-written curves", net.ops, { ...net.input, preprocessing: preprocessing("tf") });
}
