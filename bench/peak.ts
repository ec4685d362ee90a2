/** What one thread of this machine can do at best: a large 1×1 convolution, which is a product of matrices, by our kernels and by native code where PyTorch is. */
import { spawnSync } from "node:child_process";
import { createRandom } from "../src/core/random.js";
import type { Plan } from "../src/engine/plan.js";
import { wasmEngine } from "../src/engine/wasm/wasm.js";

/** A ceiling. */
export interface Peak {
  readonly name: string;
  readonly gigaflops: number;
}

/** Measures the ceilings at hand. */
export async function measurePeak(): Promise<Peak[]> {
  const peaks = [{ name: "1×1 convolution of this library, exact", gigaflops: await ofKernels() }];
  const native = ofTorch();
  return native === null ? peaks : [...peaks, { name: "the same of PyTorch", gigaflops: native }];
}

const size = 28;
const channels = 512;

async function ofKernels(): Promise<number> {
  const random = createRandom(1);
  const noise = (length: number): Float32Array => Float32Array.from({ length }, () => random.normal());
  const plan: Plan = {
    name: "peak",
    channels,
    steps: [
      {
        kind: "conv",
        name: "product",
        inputs: [0],
        output: 1,
        weights: { kernel: noise(channels * channels), shape: [1, 1, channels, channels], bias: null },
        strides: [1, 1],
        dilation: [1, 1],
        padding: "valid",
        groups: 1,
        activation: { name: "linear" },
      },
    ],
    values: 2,
    targets: [{ value: 1, channels: null }],
  };
  const engine = await wasmEngine({ threads: 1, precision: "exact" });
  const executable = await engine.load(plan);
  const input = { count: 1, height: size, width: size, channels, data: noise(size * size * channels) };
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 30; i++) {
    const start = performance.now();
    await executable.forward(input);
    best = Math.min(best, performance.now() - start);
  }
  engine.dispose();
  return (2 * size * size * channels * channels) / best / 1e6;
}

function ofTorch(): number | null {
  const script = `
import os, time
os.environ["OMP_WAIT_POLICY"] = "passive"
os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
import torch
torch.set_num_threads(2)
conv = torch.nn.Conv2d(${channels}, ${channels}, 1, bias=False).requires_grad_(False).to(memory_format=torch.channels_last)
image, best = torch.randn(1, ${channels}, ${size}, ${size}).contiguous(memory_format=torch.channels_last), 1e9
for _ in range(40):
    start = time.perf_counter()
    conv(image)
    best = min(best, time.perf_counter() - start)
print(2 * ${size * size * channels * channels} / best / 1e9)`;
  const { status, stdout } = spawnSync(process.env.PYTHON ?? "python3", ["-c", script], { encoding: "utf8" });
  return status === 0 ? Number(stdout) : null;
}
