/** The choice of an engine: what is there, what is right, what is fast, and a reason for each. */
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type Choice, chooseEngine, withEngine } from "../../src/engine/choose.js";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import { createEngine, type EngineName } from "../../src/engine/create.js";
import type { Engine } from "../../src/engine/engine.js";
import { reasonAgainst } from "../../src/engine/probe.js";
import { sampleOf, trial } from "../../src/engine/trial.js";
import type { Network } from "../../src/network/network.js";
import { open } from "../../src/node/open.js";
import { resnet50 } from "../load/shared.js";

/** A fresh network each time: choices are remembered per network. */
const network = (): Promise<Network> => open(resnet50, { preprocessing: "caffe" });
let net: Network;
beforeAll(async () => {
  net = await network();
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
    const choice = await chooseEngine(await network());
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

it("an engine chosen for a task is released after it, a given one is not", async () => {
  const disposed: string[] = [];
  const given = { ...cpuEngine(), dispose: () => void disposed.push("given") };
  expect(await withEngine(net, given, async (engine) => engine.name)).toBe("cpu");
  expect(disposed).toEqual([]);
  let chosen: Engine | undefined;
  await withEngine(net, undefined, async (engine) => void (chosen = engine));
  await expect(chosen!.load({} as never)).rejects.toThrow("this engine was disposed");
});
