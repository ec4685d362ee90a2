/** The choice of an engine: what is there, what is right, what is fast, and a reason for each. */
import fc from "fast-check";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type Choice, chooseEngine, withEngine } from "../../src/engine/choose.js";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import { createEngine, type EngineName } from "../../src/engine/create.js";
import type { Engine } from "../../src/engine/engine.js";
import { reasonAgainst } from "../../src/engine/probe.js";
import { sampleOf, trial } from "../../src/engine/trial.js";
import type { Network } from "../../src/network/network.js";
import type { ConvOp, DepthwiseOp } from "../../src/network/ops.js";
import { open } from "../../src/node/open.js";
import { weightsOf } from "../conformance/arbitrary.js";
import { resnet50 } from "../load/shared.js";
import { conv as convDraft, network } from "../network/ops.js";

/** ResNet-50, a fresh one each time: choices are remembered per network. */
const resnet = (): Promise<Network> => open(resnet50, { preprocessing: "caffe" });
let net: Network;
beforeAll(async () => {
  net = await resnet();
});
afterEach(() => vi.unstubAllGlobals());

/** A graphics card for the probes. */
const webgl = (renderer: string): unknown =>
  vi.stubGlobal(
    "OffscreenCanvas",
    class {
      getContext(): object {
        return { RENDERER: 1, getExtension: () => null, getParameter: () => renderer };
      }
    },
  );
const webgpu = (info: object): unknown =>
  vi.stubGlobal("navigator", { gpu: { requestAdapter: async () => ({ info }) } });

const reasonFor = ({ considered }: Choice, name: EngineName): string =>
  considered.find(({ engine }) => engine === name)!.reason;

describe("the choice of an engine", () => {
  it("measures a real layer and says why each candidate was taken or left", async () => {
    const choice = await chooseEngine(net);
    expect(choice.engine.name).toBe("wasm");
    const [first] = choice.considered;
    expect(first).toMatchObject({ engine: "wasm", reason: "the only one that can run here" });
    expect(first!.milliseconds).toBeGreaterThan(0);
    expect(reasonFor(choice, "tfjs-webgl")).toBe("there is no WebGL 2 here");
    expect(choice.considered.map(({ engine }) => engine).sort()).toEqual(["tfjs-webgl", "tfjs-webgpu", "wasm"]);
    choice.engine.dispose();
  });

  it("is made once per network, and repeated with a new engine", async () => {
    const [one, two] = [await chooseEngine(net), await chooseEngine(net)];
    expect(two.considered).toBe(one.considered);
    expect(two.engine).not.toBe(one.engine);
    one.engine.dispose();
    two.engine.dispose();
  });

  it("takes the one preferred where it is right, even if it is slow", async () => {
    const { engine, considered } = await chooseEngine(net, { prefer: "cpu" });
    expect(engine.name).toBe("cpu");
    expect(considered).toEqual([
      {
        engine: "cpu",
        milliseconds: expect.any(Number),
        reason: expect.stringMatching(/^preferred, and right on res/),
      },
    ]);
  });

  it("goes on to the others where the one preferred is not to be had", async () => {
    const choice = await chooseEngine(net, { prefer: "tfjs-webgl" });
    expect(choice.engine.name).toBe("wasm");
    expect(reasonFor(choice, "tfjs-webgl")).toBe("there is no WebGL 2 here");
    choice.engine.dispose();
  });

  it("falls back to cpu where WebAssembly has no SIMD", async () => {
    vi.stubGlobal("WebAssembly", { ...WebAssembly, validate: () => false });
    const choice = await chooseEngine(await resnet());
    expect(choice.engine.name).toBe("cpu");
    expect(reasonFor(choice, "wasm")).toBe("there is no WebAssembly with SIMD here");
  });

  it("refuses a name that no engine has", async () => {
    await expect(chooseEngine(net, { prefer: "metal" as EngineName })).rejects.toThrow(
      'an engine is one of wasm, tfjs-wasm, tfjs-webgpu, tfjs-webgl, tfjs-cpu, cpu; got "metal"',
    );
    await expect(createEngine("metal" as EngineName)).rejects.toThrow("an engine is one of");
  });
});

describe("software that acts as a graphics card is rejected", () => {
  it.each([
    "ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero) (0x0000C0DE)), SwiftShader driver)",
    "llvmpipe (LLVM 15.0.6, 256 bits)",
    "Microsoft Basic Render Driver",
  ])("by WebGL, named %s", async (renderer) => {
    webgl(renderer);
    expect(await reasonAgainst("tfjs-webgl")).toBe(`its graphics card is software (${renderer})`);
  });

  it.each([
    [{ vendor: "google", architecture: "swiftshader", description: "" }, "google swiftshader"],
    [{ vendor: "mesa", architecture: "", description: "", isFallbackAdapter: true }, "mesa"],
  ])("by WebGPU, as %o", async (info, name) => {
    webgpu(info);
    expect(await reasonAgainst("tfjs-webgpu")).toBe(`its graphics card is software (${name})`);
  });

  it("and a real one is not", async () => {
    webgl("ANGLE (Apple, ANGLE Metal Renderer: Apple M2, Unspecified Version)");
    webgpu({ vendor: "apple", architecture: "metal-3", description: "" });
    expect(await reasonAgainst("tfjs-webgl")).toBeNull();
    expect(await reasonAgainst("tfjs-webgpu")).toBeNull();
  });
});

describe("a trial", () => {
  it("takes the heaviest convolution that cpu can answer at once", async () => {
    const sample = (await sampleOf(net))!;
    const op = net.ops.find(({ layer }) => layer === sample.layer)!;
    expect(op.kind === "conv" && op.kernel.length).toBe(262_144);
  });

  it("finds an engine whose numbers are wrong", async () => {
    const sample = (await sampleOf(net))!;
    const good = cpuEngine();
    const wrong: Engine = {
      ...good,
      load: async (plan) => {
        const executable = await good.load(plan);
        return {
          ...executable,
          forward: (input) => executable.forward(input),
          dispose: () => executable.dispose(),
          plan,
          async backward(gradients) {
            const back = await executable.backward(gradients);
            return { ...back, data: back.data.map((value) => value * 1.01) };
          },
        };
      },
    };
    expect(await trial(wrong, sample)).toBe("its numbers are not those of cpu (relative difference 1.0e-2)");
  });

  it("has nothing to measure on a network without convolutions, and the choice is made without", async () => {
    const dense = { ...net, ops: net.ops.filter(({ kind }) => kind === "input") };
    expect(await sampleOf(dense)).toBeNull();
    const { engine, considered } = await chooseEngine(dense);
    expect(considered[0]).toEqual({ engine: "wasm", milliseconds: null, reason: "the only one that can run here" });
    engine.dispose();
  });
});

describe("whatever the trial meets, an engine remains", () => {
  it("on a convolution of any size, dilation, stride, padding and groups", async () => {
    const windows = fc.record({
      kind: fc.constantFrom("conv" as const, "depthwise" as const),
      kernelShape: fc.tuple(size(13), size(13), size(3), size(3)),
      strides: fc.tuple(size(4), size(4)),
      dilation: fc.tuple(size(4), size(4)),
      padding: fc.constantFrom("same" as const, "valid" as const, { top: 2, bottom: 0, left: 9, right: 9 }),
    });
    await fc.assert(
      fc.asyncProperty(windows, async (window) => {
        expect((await sampleOf(oneConv(window)))!.layer).toBe("conv");
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ["AlexNet's 11 × 11 at stride 4", { kernelShape: [11, 11, 3, 8], strides: [4, 4] }],
    ["7 × 7", { kernelShape: [7, 7, 3, 4] }],
    ["3 × 3 at dilation 3", { kernelShape: [3, 3, 3, 4], dilation: [3, 3] }],
    ["31 × 31", { kernelShape: [31, 31, 1, 4] }],
  ] as const)("on a valid %s", async (_, window) => {
    const { engine, considered } = await chooseEngine(oneConv(window));
    expect(considered[0]!.engine).toBe("wasm");
    expect(considered[0]!.milliseconds).toBeGreaterThan(0);
    engine.dispose();
  });

  it("on weights that are not numbers", async () => {
    const net = oneConv({ kernel: new Float32Array(4).fill(Number.NaN), kernelShape: [1, 1, 2, 2] });
    const { engine, considered } = await chooseEngine(net);
    expect(considered[0]).toMatchObject({ engine: "wasm", milliseconds: null });
    engine.dispose();
  });

  it("on a layer that cannot be tried at all", async () => {
    const sound = oneConv({ kernelShape: [3, 3, 2, 2] });
    const damaged = { ...sound, ops: sound.ops.map((op) => ({ ...op, padding: null as never })) };
    const { engine, considered } = await chooseEngine(damaged);
    expect(considered[0]!.engine).toBe("wasm");
    engine.dispose();
  });
});

const size = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });

/** A network of one convolution, valid unless said otherwise. */
function oneConv({ kernelShape, ...more }: Partial<ConvOp | DepthwiseOp>): Network {
  const shape = kernelShape!;
  const weights = weightsOf(shape, 0, 1);
  const channels = shape[2];
  return network([null, null, channels] as never, [
    { ...convDraft("conv", "image", shape), kernel: weights.kernel, ...more } as never,
  ]);
}

it("an engine chosen for a task is released after it, a given one is not", async () => {
  const disposed: string[] = [];
  const given = { ...cpuEngine(), dispose: () => void disposed.push("given") };
  expect(await withEngine(net, { engine: given }, async (engine) => engine.name)).toBe("cpu");
  expect(disposed).toEqual([]);
  let chosen: Engine | undefined;
  await withEngine(net, {}, async (engine) => void (chosen = engine));
  await expect(chosen!.load({} as never)).rejects.toThrow("this engine was disposed");
});
