/**
 * Photographs per second: examples of all units of a layer over a folder, beside PyTorch's forward pass through the same
 * plan in the same run; memory while it runs; and, with `--check`, the examples against a brute-force pass that runs every
 * photograph alone, keeps every maximum and sorts them all.
 *
 *     npx tsx bench/dataset.ts MODEL LAYER FOLDER [--limit N] [--batch N] [--check]
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import type { DatasetItem } from "../src/dataset/dataset.js";
import { examples } from "../src/dataset/examples.js";
import { fitPicture } from "../src/dataset/fit.js";
import { shownAs, streamActivations } from "../src/dataset/stream-activations.js";
import { chooseEngine } from "../src/engine/choose.js";
import type { Engine, Volume } from "../src/engine/engine.js";
import { compile, type Plan } from "../src/engine/plan.js";
import type { Network } from "../src/network/network.js";
import { open } from "../src/node/open.js";
import { photos } from "../src/node/photos.js";
import { toInput } from "../src/optvis/preprocess.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    limit: { type: "string" },
    batch: { type: "string", default: "4" },
    check: { type: "boolean", default: false },
  },
});
const [model = "", layer = "", folder = ""] = positionals;
const batch = Number(values.batch);

async function main(): Promise<void> {
  const net = await open(model, { preprocessing: "caffe" });
  const { engine } = await chooseEngine(net);
  const items: DatasetItem[] = [];
  for await (const item of photos(folder)) if (items.length < Number(values.limit ?? Infinity)) items.push(item);

  const torch = await startTorch(net, engine, items);
  const rss: number[] = [];
  const torchTimes: number[] = [];
  let waited = 0;
  const begun = performance.now();
  const found = await examples(net, layer, items, {
    batch,
    engine,
    // Every so often torch has its turn, so that a busy moment of the machine meets both.
    every: 100,
    onPart: async () => {
      const at = performance.now();
      if (torch) torchTimes.push(...(await torch.passes(2)));
      waited += performance.now() - at;
    },
    onProgress: ({ done }) => {
      if (done % (batch * 10) === 0) rss.push(Math.round(process.memoryUsage().rss / 2 ** 20));
    },
  });
  const seconds = (performance.now() - begun - waited) / 1000;
  const rate = found.seen.length / seconds;
  console.log(
    `${found.seen.length} photographs, ${found.units.length} units, ${seconds.toFixed(1)} s: ${rate.toFixed(2)} per second`,
  );
  if (torchTimes.length > 0) {
    const mean = torchTimes.reduce((a, b) => a + b) / torchTimes.length;
    const torchRate = (1000 * batch) / mean;
    console.log(
      `torch's forward pass, meanwhile: ${torchRate.toFixed(2)} per second; ratio ${(rate / torchRate).toFixed(2)}`,
    );
  }
  torch?.stop();
  console.log(`memory in MB, every ${batch * 10} photographs: ${rss.join(" ")}`);

  if (values.check) {
    const wanted = await bruteForce(net, engine, items);
    let wrong = 0;
    found.units.forEach(({ top }, unit) => {
      top.forEach(({ id, value, position }, rank) => {
        const best = wanted[unit]![rank]!;
        if (best.id !== id || best.value !== value || best.position.join() !== position!.join()) wrong++;
      });
    });
    console.log(`against brute force: ${wrong} of ${found.units.length * 9} examples differ`);
  }
  engine.dispose();
}

/** PyTorch, waiting to run the first batch again and again. */
interface Torch {
  /** Milliseconds of each of some passes. */
  passes(count: number): Promise<number[]>;
  stop(): void;
}

/** Starts PyTorch and lets both run one batch in turns; the best pass of each counts. */
async function startTorch(net: Network, engine: Engine, items: readonly DatasetItem[]): Promise<Torch | null> {
  const plan = compile(net, [{ layer }]);
  const how = shownAs(net, {});
  const pictures = await Promise.all(
    items
      .slice(0, batch)
      .map(async ({ image }) => fitPicture(typeof image === "function" ? await image() : image, how)),
  );
  const [height, width] = how.size;
  const data = new Float32Array(batch * height * width * how.channels);
  pictures.forEach((picture, n) => {
    data.set(picture.data, n * picture.data.length);
  });
  const input = toInput({ count: batch, height, width, channels: how.channels, data }, net.input);
  const place = mkdtempSync(join(tmpdir(), "convlens-bench-"));
  const executable = await engine.load(plan);
  try {
    const script = writeScript(plan, input, place);
    const peer = spawn(process.env.PYTHON ?? "/usr/bin/python3", [
      join(import.meta.dirname, "peers", "torch_forward.py"),
      script,
    ]);
    const lines = createInterface({ input: peer.stdout! })[Symbol.asyncIterator]();
    const first = await lines.next();
    if (first.done) {
      console.log("torch cannot be imported: its forward pass is left out");
      return null;
    }
    const { version, largest } = JSON.parse(first.value) as { version: string; largest: number[][] };
    const passes = async (count: number): Promise<number[]> => {
      peer.stdin!.write(`${count}\n`);
      return JSON.parse((await lines.next()).value as string) as number[];
    };
    const times = { ours: [] as number[], torch: [] as number[] };
    let worst = 0;
    for (let round = 0; round < 6; round++) {
      times.torch.push(...(await passes(2)));
      for (let k = 0; k < 2; k++) {
        const at = performance.now();
        const [out] = await executable.forward(input);
        times.ours.push(performance.now() - at);
        worst = Math.max(
          worst,
          ...largestOf(out!).flatMap((row, n) => row.map((v, c) => Math.abs(v - largest[n]![c]!))),
        );
      }
    }
    const best = (list: readonly number[]): string => ((1000 * batch) / Math.min(...list)).toFixed(2);
    console.log(
      `forward pass alone, batch ${batch}: ours ${best(times.ours)} per second, torch ${version} ${best(times.torch)}; largest activations differ by ${worst.toFixed(4)} at most`,
    );
    return { passes, stop: () => void peer.kill() };
  } finally {
    executable.dispose();
    rmSync(place, { recursive: true });
  }
}

/** A plan of convolutions and max pools for the peer; returns the path of its script. */
function writeScript(plan: Plan, input: Volume, place: string): string {
  const floats: Float32Array[] = [input.data];
  let length = input.data.length;
  const put = (data: Float32Array): number => {
    floats.push(data);
    length += data.length;
    return length - data.length;
  };
  const steps = plan.steps.map((step) => {
    if (step.kind === "pool" && step.size) return { kind: "pool", size: step.size };
    if (step.kind !== "conv" || step.activation.name !== "relu" || step.strides.some((s) => s !== 1)) {
      throw new Error(`${step.name}: the peer knows max pools, and convolutions of stride 1 with ReLU`);
    }
    const { kernel, shape, bias } = step.weights;
    return {
      kind: "conv",
      kernel: put(kernel),
      shape,
      bias: put(bias ?? new Float32Array(shape[3])),
      pad: (shape[0] - 1) / 2,
    };
  });
  const file = join(place, "floats.bin");
  writeFileSync(file, Buffer.concat(floats.map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength))));
  const path = join(place, "script.json");
  const { count, height, width, channels } = input;
  writeFileSync(path, JSON.stringify({ file, threads: 2, input: [count, height, width, channels], steps }));
  return path;
}

function largestOf({ count, height, width, channels, data }: Volume): number[][] {
  return Array.from({ length: count }, (_, n) =>
    Array.from({ length: channels }, (_, c) => {
      let most = -Infinity;
      for (let p = 0; p < height * width; p++) most = Math.max(most, data[(n * height * width + p) * channels + c]!);
      return most;
    }),
  );
}

interface Best {
  readonly id: string;
  readonly value: number;
  readonly position: readonly [number, number];
}

/** For every unit every picture's maximum, sorted. */
async function bruteForce(net: Network, engine: Engine, items: readonly DatasetItem[]): Promise<Best[][]> {
  const all: Best[][] = [];
  for await (const { item, layers } of streamActivations(net, layer, items, { batch: 1, engine })) {
    const { width, channels, data } = layers[0]!.map;
    for (let c = 0; c < channels; c++) {
      const values = Array.from({ length: data.length / channels }, (_, p) => data[p * channels + c]!);
      const value = Math.max(...values);
      const at = values.indexOf(value);
      all[c] ??= [];
      all[c]!.push({ id: item.id, value, position: [Math.floor(at / width), at % width] });
    }
  }
  return all.map((list) => list.sort((a, b) => b.value - a.value || (a.id < b.id ? -1 : 1)));
}

void main();
