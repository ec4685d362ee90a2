/** What is said of a preprocessing that nobody stated, without photographs, and when photographs make it sure. */
import { describe, expect, it } from "vitest";
import { createImage } from "../../src/core/image.js";
import { doctor } from "../../src/doctor/doctor.js";
import type { Finding } from "../../src/doctor/finding.js";
import { beatsChance } from "../../src/doctor/predictions.js";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import { createNetwork, type Network } from "../../src/network/network.js";
import type { NormOp } from "../../src/network/ops.js";
import type { preprocessing } from "../../src/network/preprocessing.js";
import { open } from "../../src/node/open.js";
import { photos } from "../../src/node/photos.js";
import { resnet } from "../conformance/networks.js";
import { drawsOf } from "../conformance/values.js";
import { golden } from "../load/golden.js";
import { hasShared, shared } from "../load/shared.js";
import { tinyLabels } from "./faults.js";

type Choice = Parameters<typeof preprocessing>[0];
const bytes: Choice = { order: "rgb", scale: 255, mean: [0], std: [1] };

/** A network whose image goes through one more layer first. */
function behind(class_name: string, config: object, choice?: Choice): Promise<Network> {
  const random = drawsOf(5);
  const layers = [
    { class_name, config: { name: "first", batch_input_shape: [null, 8, 8, 3], ...config } },
    { class_name: "Dropout", config: { name: "drop", rate: 0.5 } },
    { class_name: "Conv2D", config: { name: "conv", filters: 4, kernel_size: 3, use_bias: false } },
  ];
  return open(
    {
      load: () => ({
        modelTopology: { class_name: "Sequential", config: { name: "m", layers } },
        weightSpecs: [{ name: "conv/kernel", shape: [3, 3, 3, 4], dtype: "float32" }],
        weightData: Float32Array.from({ length: 108 }, () => random.normal()).buffer,
      }),
    },
    { preprocessing: choice },
  );
}

async function saidOf(net: Network): Promise<Pick<Finding, "severity" | "layer" | "message">[]> {
  const { findings } = await doctor(net);
  return findings.filter(({ kind }) => kind === "preprocessing");
}

describe("without photographs, of a preprocessing that nobody stated,", () => {
  it("says that it was assumed, and what to do", async () => {
    const { name, ops, input } = resnet(1);
    const [found, ...more] = await saidOf(createNetwork(name, ops, { ...input, stated: false }));
    expect(more).toEqual([]);
    expect(found).toMatchObject({ severity: "warning", layer: null });
    expect(found!.message).toMatch(
      /^the preprocessing "unit" \(RGB 0…1\) was assumed, nobody stated it, .*: state the one/,
    );
  });

  it.each<[string, object]>([
    ["Rescaling", { scale: 1 / 255 }],
    ["Rescaling", { scale: 1 / 127.5, offset: -1 }],
    ["Normalization", { mean: [124, 117, 104], variance: [3400, 3300, 3300] }],
  ])("takes it from the network where that scales bytes itself: %s %j", async (className, config) => {
    const [found, ...more] = await saidOf(await behind(className, config));
    expect(more).toEqual([]);
    expect(found).toMatchObject({ severity: "error", layer: "first" });
    expect(found!.message).toMatch(/was assumed, but the network scales .* 0…255: open .* scale: 255,/);
  });

  it("says that it fits where the network takes off a mean and deviation of pictures in 0…1", async () => {
    const net = await behind("Normalization", { mean: [0.485, 0.456, 0.406], variance: [0.0524, 0.0502, 0.0506] });
    expect(await saidOf(net)).toMatchObject([{ severity: "note", layer: "first" }]);
  });
});

describe("without photographs, of a preprocessing that was stated,", () => {
  it("says nothing where it fits, or where nothing is known", async () => {
    expect(await saidOf(resnet(1))).toEqual([]);
    expect(await saidOf(await behind("Rescaling", { scale: 1 / 255 }, bytes))).toEqual([]);
    expect(await saidOf(await behind("Rescaling", { scale: 255 }, "unit"))).toEqual([]);
  });

  it("warns where the network scales pictures as if they were given otherwise", async () => {
    const [found] = await saidOf(await behind("Rescaling", { scale: 1 / 255 }, "torch"));
    expect(found).toMatchObject({ severity: "warning", layer: "first" });
  });
});

describe("with photographs, of a network that scales its own input,", () => {
  const names = async (net: Network): Promise<string[]> => {
    const items = Array.from({ length: 4 }, (_, i) => {
      const random = drawsOf(i + 1);
      const data = Float32Array.from({ length: 8 * 8 * 3 }, () => random.uniform());
      return { id: `picture ${i}`, image: createImage(8, 8, 3, data) };
    });
    const { preprocessing: verdict } = await doctor(net, { photos: items, engine: cpuEngine() });
    return verdict!.tried.map(({ name }) => name);
  };

  it.each<[string, object, string]>([
    ["Rescaling", { scale: 1 / 127.5, offset: -1 }, "bytes"],
    ["Rescaling", { scale: 1 / 255 }, "bytes"],
    ["Normalization", { mean: [124, 117, 104], variance: [3400, 3300, 3300] }, "bytes"],
    ["Normalization", { mean: [0.485, 0.456, 0.406], variance: [0.0524, 0.0502, 0.0506] }, "unit"],
    ["Rescaling", { scale: 2, offset: -1 }, "unit"],
    ["Rescaling", { scale: 255 }, "unit"],
  ])("ranks first what it was made for: %s %j", async (className, config, wanted) => {
    const tried = await names(await behind(className, config));
    expect(tried.slice(0, 2).sort()).toEqual([wanted, `${wanted}-bgr`]);
  });

  it("composes several operations: one multiplies, the next adds", async () => {
    const { name, ops, input } = await behind("Rescaling", { scale: 1 / 127.5 });
    const first = ops.find((op) => op.layer === "first") as NormOp;
    const second: NormOp = {
      ...first,
      name: "second",
      layer: "second",
      inputs: ["first"],
      gamma: new Float32Array(3).fill(1),
      beta: new Float32Array(3).fill(-1),
    };
    const rest = ops.map((op) => (op.inputs.includes("first") ? { ...op, inputs: ["second"] } : op));
    const at = rest.findIndex((op) => op.name === "first") + 1;
    const net = createNetwork(name, [...rest.slice(0, at), second, ...rest.slice(at)], input);
    expect((await names(net)).slice(0, 2).sort()).toEqual(["bytes", "bytes-bgr"]);
  });
});

it("says that TensorFlow.js enlarges otherwise than Keras where a Layers file does it bilinearly", async () => {
  const up = (interpolation: string): Promise<Network> => behind("UpSampling2D", { size: [2, 2], interpolation });
  expect((await up("bilinear")).notes).toEqual([
    'bilinear enlarging is computed as TensorFlow.js does it; Keras puts the centres of pixels at a half and gives other values: "first"',
  ]);
  expect((await up("nearest")).notes).toEqual([]);
  expect((await open(golden("keras", "enlarged-3.keras"))).notes.join()).not.toContain("bilinear");
});

it("a network called with training=True is one in training mode", async () => {
  const { name, ops, input } = resnet(1);
  const notes = ["called with training=True, read as after training: drop"];
  const { findings } = await doctor(createNetwork(name, ops, { ...input, notes }));
  expect(findings).toMatchObject([{ kind: "training-mode", severity: "warning", message: notes[0] }]);
});

it("chance names five of ten photographs of ten classes less than once in a hundred times, and four more often", () => {
  expect(beatsChance(0.5, 10, 10)).toBe(true);
  expect(beatsChance(0.4, 10, 10)).toBe(false);
  expect(beatsChance(0, 10, 10)).toBe(false);
  expect(beatsChance(0.6, 2000, 2)).toBe(true);
});

describe.skipIf(!hasShared)("with photographs", { timeout: 60_000 }, () => {
  const tiny = (): Promise<Network> => open(shared("models", "tinyvgg"));

  it("without labels and batch norms there are hints only, which are never an error", async () => {
    const { preprocessing: verdict, findings } = await doctor(await tiny(), {
      photos: photos(shared("photos", "kodak")),
    });
    expect(verdict!.best.name).not.toBe("unit");
    expect(verdict!.sure).toBe(false);
    expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
  });

  it("ten labelled ones, one of which is named right, make nothing sure, and the labels neither", async () => {
    const options = { photos: photos(shared("photos", "caltech101")), labels: tinyLabels, count: 12 };
    const { preprocessing: verdict, findings } = await doctor(await tiny(), options);
    expect(verdict).toMatchObject({ sure: false, best: { name: "unit", accuracy: 0.1 } });
    expect(findings.find(({ kind }) => kind === "label-offset")!.message).toMatch(
      /^of 10 photographs .* 10 % .* chance/,
    );
  });
});
