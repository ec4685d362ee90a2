import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Engine } from "../../../src/engine/engine.js";
import { compile } from "../../../src/engine/plan.js";
import { tfjsEngine } from "../../../src/engine/tfjs/tfjs.js";
import { resnet } from "../../conformance/networks.js";
import { planOf, volume } from "../../conformance/scene.js";
import { drawsOf, lattice } from "../../conformance/values.js";

const image = (size: number, count = 1) => volume([count, size, size, 3], (n) => lattice(drawsOf(size), n));
const mixed = compile(resnet(1), [{ layer: "mixed" }, { layer: "sum", channels: [2] }]);

describe("the tfjs engine", () => {
  let engine: Engine;
  let before: number;
  beforeEach(async () => {
    engine = await tfjsEngine();
    before = tf.memory().numTensors;
  });
  afterEach(() => {
    engine.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it("computes on wasm unless told otherwise, and says so", async () => {
    expect(engine.name).toBe("tfjs-wasm");
    expect((await tfjsEngine({ backend: "cpu" })).name).toBe("tfjs-cpu");
  });

  it("holds the same number of tensors after every step, and none after dispose", async () => {
    const executable = await engine.load(mixed);
    const counts = new Set<number>();
    for (let step = 0; step < 5; step++) {
      const outputs = await executable.forward(image(12, 2));
      await executable.backward(
        outputs.map(({ data }) => data),
        { redirect: step % 2 === 0 },
      );
      counts.add(tf.memory().numTensors);
    }
    expect(counts.size).toBe(1);
    expect(tf.memory().numTensors).toBeGreaterThan(before);
    executable.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it("keeps between forward and backward only the targets and what adjoints read again", async () => {
    const scale = {
      kind: "affine",
      scale: Float32Array.of(1, 2, 3),
      shift: Float32Array.of(0, 0, 0),
      activation: { name: "linear" },
    } as const;
    const executable = await engine.load(planOf(3, [scale, { ...scale, activation: { name: "tanh" } }, scale, scale]));
    await executable.forward(image(5));
    // The shared scale and shift, the output of tanh, the target.
    expect(tf.memory().numTensors - before).toBe(4);
  });

  it("leaves no tensor behind when a step fails", async () => {
    const convolution = {
      kind: "conv",
      weights: { kernel: new Float32Array(12), shape: [1, 1, 3, 4], bias: new Float32Array(3) },
      strides: [1, 1],
      dilation: [1, 1],
      padding: "same",
      groups: 1,
      activation: { name: "relu" },
    } as const;
    const doubled = { kind: "add", reads: [0, 0], activation: { name: "tanh" } } as const;
    const executable = await engine.load(planOf(3, [doubled, convolution]));
    await expect(executable.forward(image(5))).rejects.toThrow(
      /^test cannot be computed by tfjs-wasm \(.*\); give a smaller image or choose another engine$/,
    );
    executable.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it("leaves no tensor behind when it refuses an input or a gradient", async () => {
    const executable = await engine.load(mixed);
    await executable.forward(image(9));
    const held = tf.memory().numTensors;
    await expect(executable.forward(image(9, 0))).rejects.toThrow("needs that many values");
    await expect(executable.backward([new Float32Array(3), null])).rejects.toThrow("got 3");
    expect(tf.memory().numTensors).toBe(held);
  });

  it("makes the tensors of weights once for all plans that use them", async () => {
    const [one, two] = [await engine.load(mixed), await engine.load(mixed)];
    await one.forward(image(9));
    const single = tf.memory().numTensors - before;
    await two.forward(image(9));
    const values = tf.memory().numTensors - before - single;
    expect(values).toBeLessThan(single);
    one.dispose();
    expect(tf.memory().numTensors - before).toBe(single);
  });

  it("keeps the caller's backend current", async () => {
    await tfjsEngine({ backend: "cpu" });
    await tf.setBackend("cpu");
    const executable = await engine.load(mixed);
    const seen: string[] = [];
    const running = executable
      .forward(image(9))
      .then((outputs) => executable.backward(outputs.map(({ data }) => data)));
    const watch = setInterval(() => seen.push(tf.getBackend()), 0);
    seen.push(tf.getBackend());
    await running;
    clearInterval(watch);
    expect(new Set([...seen, tf.getBackend()])).toEqual(new Set(["cpu"]));
    await tf.setBackend("wasm");
  });

  it("lives beside engines on other backends, whose calls may interleave with its own", async () => {
    const other = await tfjsEngine({ backend: "cpu" });
    const [here, there] = [await engine.load(mixed), await other.load(mixed)];
    const [a, b] = await Promise.all([here.forward(image(9)), there.forward(image(9))]);
    a.forEach(({ data }, i) => data.forEach((value, j) => expect(value).toBeCloseTo(b[i]!.data[j]!, 4)));
    other.dispose();
  });

  it("outlives a tidy that the caller has open", async () => {
    const executable = await engine.load(mixed);
    let running!: Promise<unknown>;
    tf.tidy(() => {
      running = executable.forward(image(9));
    });
    await running;
    await expect(executable.backward([null, null])).resolves.toMatchObject({ height: 9 });
  });

  it("refuses to load once it was disposed", async () => {
    engine.dispose();
    await expect(engine.load(mixed)).rejects.toThrow("this tfjs-wasm engine was disposed; make another one");
  });
});

describe("tfjsEngine", () => {
  it("refuses a backend it does not know", async () => {
    await expect(tfjsEngine({ backend: "gpu" as "webgl" })).rejects.toThrow(
      'backend is "wasm", "cpu", "webgl" or "webgpu"; got "gpu"',
    );
  });

  it("says what to install when a package is missing", async () => {
    vi.doMock("@tensorflow/tfjs-backend-webgpu", () => {
      throw new Error("Cannot find package");
    });
    vi.stubGlobal("navigator", { gpu: { requestAdapter: async () => null } });
    await expect(tfjsEngine({ backend: "webgpu" })).rejects.toMatchObject({
      code: "engine",
      message:
        "the engine tfjs-webgpu needs the package @tensorflow/tfjs-backend-webgpu, which cannot be loaded; run: npm install @tensorflow/tfjs-core @tensorflow/tfjs-backend-webgpu",
    });
    vi.unstubAllGlobals();
    vi.doUnmock("@tensorflow/tfjs-backend-webgpu");
  });

  it("says when a backend does not start, and leaves the others alone", async () => {
    const current = tf.getBackend();
    await expect(tfjsEngine({ backend: "webgl" })).rejects.toThrow(
      "the webgl backend of TensorFlow.js does not start on this machine; choose another engine",
    );
    expect(tf.getBackend()).toBe(current);
    expect((await tfjsEngine({ backend: "wasm" })).name).toBe("tfjs-wasm");
  });
});
