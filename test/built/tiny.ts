/**
 * A network of two 3 × 3 convolutions, `first` (3 → 4, ReLU) and `second` (4 → 2), whose weight number `i` of all 186 is
 * `(i % 11 − 5) / 10`: every number the command line prints can be told in advance.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const layers = [
  { name: "first", shape: [3, 3, 3, 4], activation: "relu" },
  { name: "second", shape: [3, 3, 4, 2], activation: "linear" },
] as const;

const specs = layers.flatMap(({ name, shape }) => [
  { name: `${name}/kernel`, shape, dtype: "float32" },
  { name: `${name}/bias`, shape: [shape[3]], dtype: "float32" },
]);

/** Number of weights. */
const total = 108 + 4 + 72 + 2;

/** Weight number `i` in the file. */
export function weight(i: number): number {
  return Math.fround(((i % 11) - 5) / 10);
}

/** The kernel from channel `i` of `first` to channel `o` of `second`, row by row. */
export function secondKernel(o: number, i: number): number[] {
  return Array.from({ length: 9 }, (_, tap) => weight(112 + (tap * 4 + i) * 2 + o));
}

/** What may be wrong with a written model. */
export interface Damage {
  /** Bytes missing at the end of the weights. */
  readonly missing?: number;
  /** Number of a weight that is NaN. */
  readonly nan?: number;
  /** A dense layer instead of the convolutions. */
  readonly dense?: boolean;
}

/** Writes the model into a folder; gives the path of its `model.json`. */
export function writeTiny(folder: string, damage: Damage = {}): string {
  mkdirSync(folder, { recursive: true });
  const weights = Float32Array.from({ length: total }, (_, i) => (i === damage.nan ? Number.NaN : weight(i)));
  const bytes = new Uint8Array(weights.buffer);
  const conv = layers.map(({ name, shape, activation }, i) => ({
    class_name: "Conv2D",
    config: {
      name,
      filters: shape[3],
      kernel_size: [3, 3],
      padding: "same",
      activation,
      ...(i === 0 ? { batch_input_shape: [null, 32, 32, 3] } : {}),
    },
  }));
  const dense = [
    { class_name: "Flatten", config: { name: "flat", batch_input_shape: [null, 2, 2, 1] } },
    { class_name: "Dense", config: { name: "only", units: 2 } },
  ];
  const denseSpecs = [
    { name: "only/kernel", shape: [4, 2], dtype: "float32" },
    { name: "only/bias", shape: [2], dtype: "float32" },
  ];
  const model = {
    format: "layers-model",
    modelTopology: { class_name: "Sequential", config: { name: "tiny", layers: damage.dense ? dense : conv } },
    weightsManifest: [{ paths: ["weights.bin"], weights: damage.dense ? denseSpecs : specs }],
  };
  writeFileSync(join(folder, "model.json"), JSON.stringify(model));
  writeFileSync(join(folder, "weights.bin"), bytes.slice(0, damage.dense ? 40 : bytes.length - (damage.missing ?? 0)));
  return join(folder, "model.json");
}
