/** The preprocessings that networks are trained with, and how often one meets them. */
import { type Preprocessing, preprocessing } from "../network/preprocessing.js";

/** A preprocessing that is tried. */
export interface Candidate {
  readonly name: string;
  readonly preprocessing: Preprocessing;
  /** What speaks against it before anything is measured, in nats. */
  readonly rarity: number;
}

/** Means of ImageNet, red first, in 0…255. */
const means = [123.68, 116.779, 103.939] as const;

/** A usual order of channels turned around is met where somebody used another library to read the photographs. */
const reversed = 0.5;

/** The candidates for a network that reads so many channels. */
export function candidatesFor(channels: number): readonly Candidate[] {
  const own = (order: "rgb" | "bgr", scale: number, mean: readonly number[], std: readonly number[]): Preprocessing =>
    preprocessing({ order, scale, mean, std }, channels);
  const plain: Candidate[] = [
    { name: "unit", preprocessing: preprocessing("unit", channels), rarity: 0 },
    { name: "tf", preprocessing: preprocessing("tf", channels), rarity: 0 },
    { name: "bytes", preprocessing: own("rgb", 255, [0], [1]), rarity: 0.2 },
  ];
  if (channels !== 3) return plain;
  const bgr = [...means].reverse();
  return [
    ...plain,
    { name: "caffe", preprocessing: preprocessing("caffe"), rarity: 0 },
    { name: "torch", preprocessing: preprocessing("torch"), rarity: 0 },
    { name: "mean-over-255", preprocessing: own("rgb", 255, means, [255]), rarity: 0.2 },
    { name: "caffe-rgb", preprocessing: own("rgb", 255, means, [1]), rarity: reversed },
    { name: "unit-bgr", preprocessing: own("bgr", 1, [0], [1]), rarity: reversed },
    { name: "tf-bgr", preprocessing: own("bgr", 2, [1], [1]), rarity: reversed },
    { name: "bytes-bgr", preprocessing: own("bgr", 255, [0], [1]), rarity: 0.2 + reversed },
    {
      name: "torch-bgr",
      preprocessing: own("bgr", 1, [0.406, 0.456, 0.485], [0.225, 0.224, 0.229]),
      rarity: reversed,
    },
    { name: "mean-over-255-bgr", preprocessing: own("bgr", 255, bgr, [255]), rarity: 0.2 + reversed },
  ];
}

/** Whether two preprocessings make nearly the same of every picture, so that nothing can tell them apart. */
export function isAlike(a: Preprocessing, b: Preprocessing): boolean {
  if (a.order !== b.order) return false;
  return [0, 1, 2].every((k) => {
    const [[gain, offset], [otherGain, otherOffset]] = [lineOf(a, k), lineOf(b, k)];
    return Math.abs(gain / otherGain - 1) < 0.1 && Math.abs(offset - otherOffset) < 0.1 * Math.abs(gain);
  });
}

/** A preprocessing in channel `k` as `gain · x − offset` for values `x` in 0…1: `[gain, offset]`. */
export function lineOf(p: Preprocessing, k: number): [number, number] {
  const std = p.std[p.std.length === 1 ? 0 : k]!;
  return [p.scale / std, p.mean[p.mean.length === 1 ? 0 : k]! / std];
}
