/** A model file small enough to be written by hand: one 1 × 1 convolution with two weights and a bias, in two shards. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** Weights of the fixture, in the order of its manifest. */
export const values: readonly number[] = [0.5, -2, 3];

/** Its topology; `config` changes the convolution, `layers` is put behind it. */
export function topology(config: object = {}, layers: readonly object[] = []): object {
  return {
    class_name: "Sequential",
    config: {
      name: "tiny",
      layers: [
        {
          class_name: "Conv2D",
          config: { name: "conv", batch_input_shape: [null, 3, 3, 2], filters: 1, kernel_size: [1, 1], ...config },
        },
        ...layers,
      ],
    },
  };
}

/** Its weight specs. */
export const specs = [
  { name: "conv/kernel", shape: [1, 1, 2, 1], dtype: "float32" },
  { name: "conv/bias", shape: [1], dtype: "float32" },
] as const;

/** Its files by name: `model.json`, and shards cut in the middle of a weight. */
export function files(
  change: { json?: object; weights?: readonly number[]; cut?: number } = {},
): Record<string, Uint8Array> {
  const bytes = new Uint8Array(Float32Array.from(change.weights ?? values).buffer);
  const cut = change.cut ?? 6;
  const json = {
    format: "layers-model",
    modelTopology: topology(),
    weightsManifest: [{ paths: ["a.bin", "b.bin"], weights: specs }],
    ...change.json,
  };
  return {
    "model.json": new TextEncoder().encode(JSON.stringify(json)),
    "a.bin": bytes.slice(0, cut),
    "b.bin": bytes.slice(cut),
  };
}

/** Writes files to a folder of their own, which goes with the test. */
export async function written(list: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "convlens-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(list)) await writeFile(join(folder, name), content);
  return folder;
}
