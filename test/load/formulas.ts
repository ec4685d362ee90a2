/**
 * Files of weights that a formula of their names gives, as the scripts of the goldens do, so that no file holds them; and what the frameworks
 * compute of these.
 */
import { readFileSync } from "node:fs";
import type { NamedTensor, NamedTensors } from "../../src/load/tensors.js";
import { golden } from "./golden.js";

export interface Stored {
  readonly parameters: number;
  readonly side: number;
  readonly top: boolean;
  readonly weights: readonly (readonly [layer: string, kind: string, shape: readonly number[]])[];
  readonly layers: Readonly<Record<string, { size: number; largest: number; values: readonly number[] }>>;
}

/** `a + b · u`, u in 0…1: a hash of a name (FNV-1a), and of that and the place. */
export function uniform(name: string, count: number, [a, b]: readonly [number, number] = [0, 1]): Float32Array {
  let seed = 2166136261;
  for (const byte of new TextEncoder().encode(name)) seed = Math.imul(seed ^ byte, 16777619);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    let x = (seed + Math.imul(i, 0x9e3779b1)) | 0;
    x = Math.imul(x ^ (x >>> 16), 0x45d9f3b);
    values[i] = a + b * (((x ^ (x >>> 16)) >>> 0) / 2 ** 32);
  }
  return values;
}

export function valuesOf(layer: string, kind: string, shape: readonly number[]): Float32Array {
  const product = (sizes: readonly number[]): number => sizes.reduce((all, n) => all * n, 1);
  const around = (reach: number): [number, number] => [-reach, 2 * reach];
  const range = ["gamma", "moving_variance", "variance"].includes(kind)
    ? ([0.75, 0.5] as const)
    : ["beta", "moving_mean", "mean", "bias"].includes(kind)
      ? around(0.2)
      : around(Math.sqrt(6 / product(kind === "depthwise_kernel" ? shape.slice(0, 2) : shape.slice(0, -1))));
  return uniform(`${layer}/${kind}`, product(shape), range);
}

/** A file of weights that are worked out when asked for. `rename` spells layers as another writer would. */
export function formulas({ weights }: Stored, rename: (layer: string) => string = (layer) => layer): NamedTensors {
  const tensors = new Map<string, NamedTensor>();
  for (const [layer, kind, shape] of weights) {
    const read = async (): Promise<Float32Array> => {
      const values = valuesOf(layer, kind, shape);
      // Weights of ImageNet come with a layer that divides by the square root of these once more.
      const isB0 = layer === "normalization" && kind === "variance";
      return isB0 ? values.map((v, c) => v / [0.229, 0.224, 0.225][c]!) : values;
    };
    tensors.set(`${rename(layer)}/${kind}`, { shape, read });
  }
  return { file: "formulas.h5", tensors };
}

export const stored = (name: string): Stored =>
  JSON.parse(readFileSync(golden("architectures", `${name}.json`), "utf8"));

export interface TorchStored extends Omit<Stored, "weights" | "layers"> {
  layers: Stored["layers"];
  readonly weights: readonly (readonly [name: string, shape: readonly number[], norm: boolean])[];
}

export const torchStored = (name: string): TorchStored =>
  JSON.parse(readFileSync(golden("torch-architectures", `${name}.json`), "utf8")) as TorchStored;

/** A file of PyTorch's weights by the same formula. */
export function torchFormulas({ weights }: TorchStored): NamedTensors {
  const tensors = weights.map(([name, shape, norm]): [string, NamedTensor] => {
    const kind = name.split(".").at(-1)!;
    const count = shape.reduce((all, n) => all * n, 1);
    const reach = Math.sqrt(6 / (count / shape[0]!));
    const range =
      kind === "running_var" || (norm && kind === "weight")
        ? ([0.75, 0.5] as const)
        : kind === "bias" || kind === "running_mean"
          ? ([-0.2, 0.4] as const)
          : ([-reach, 2 * reach] as const);
    return [name, { shape, read: async () => uniform(name, count, range) }];
  });
  return { file: "formulas.safetensors", tensors: new Map(tensors) };
}
