import { describe, expect, it } from "vitest";
import { createImage } from "../../src/core/image.js";
import type { DatasetItem } from "../../src/dataset/dataset.js";
import { type DoctorOptions, doctor } from "../../src/doctor/doctor.js";
import type { Diagnosis, FindingKind } from "../../src/doctor/finding.js";
import { formatDiagnosis } from "../../src/doctor/report.js";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import { createNetwork, type Network } from "../../src/network/network.js";
import type { ConvOp, NormOp, Op } from "../../src/network/ops.js";
import { open } from "../../src/node/open.js";
import { resnet } from "../conformance/networks.js";
import { drawsOf } from "../conformance/values.js";
import { golden } from "../load/golden.js";
import { broken } from "./broken.js";

/** Pictures of noise, smooth enough to be taken for photographs. */
function pictures(count: number, scale = 1): DatasetItem[] {
  return Array.from({ length: count }, (_, i) => {
    const random = drawsOf(i + 1);
    const data = new Float32Array(24 * 24 * 3);
    const waves = Array.from({ length: 6 }, () => [random.uniform(), random.uniform(), random.uniform() * 6] as const);
    data.forEach((__, at) => {
      const [y, x, c] = [Math.floor(at / 72), Math.floor(at / 3) % 24, at % 3];
      const sum = waves.reduce(
        (all, [fy, fx, phase], k) => all + Math.sin((fy * y + fx * x) * 0.7 + phase + (k % 3 === c ? 1 : 0)),
        0,
      );
      data[at] = scale * (0.5 + sum / 14);
    });
    return { id: `picture ${i}`, image: createImage(24, 24, 3, data) };
  });
}

const kindsIn = ({ findings }: Diagnosis): FindingKind[] => [...new Set(findings.map(({ kind }) => kind))];
const ofWeights = async (net: Network): Promise<FindingKind[]> => kindsIn(await doctor(net));

describe("doctor, of the weights alone,", () => {
  const net = resnet(1);

  it("finds nothing in a healthy network, runs nothing, and says so", async () => {
    const diagnosis = await doctor(net);
    expect(diagnosis).not.toHaveProperty("engine");
    expect(diagnosis).toMatchObject({ photos: 0, preprocessing: null, labels: null, findings: [] });
    expect(formatDiagnosis(diagnosis)).toMatch(/^resnet \([0-9a-f]{16}\), the weights alone[^]*nothing was found/);
  });

  it("finds numbers that are none, by layer and array", async () => {
    const damaged = broken<"conv">(net, "conv2", ({ bias }) => ({
      bias: bias!.map((b, i) => (i === 2 ? Number.NaN : b)),
    }));
    expect((await doctor(damaged)).findings).toEqual([
      expect.objectContaining({
        kind: "not-finite",
        severity: "error",
        layer: "conv2",
        message: expect.stringContaining("1 of the 6 numbers in the bias") as string,
      }),
    ]);
  });

  it("finds a layer whose weights are all one number, and units without weights", async () => {
    const filled = broken<"conv">(net, "conv2", ({ kernel }) => ({ kernel: kernel.map(() => 0.25) }));
    expect((await doctor(filled)).findings[0]).toMatchObject({ kind: "constant-weights", layer: "conv2", units: [] });
    const emptied = broken<"conv">(net, "conv2", ({ kernel }) => ({
      kernel: kernel.map((w, i) => ([1, 4].includes(i % 6) ? 0 : w)),
    }));
    expect((await doctor(emptied)).findings).toMatchObject([
      { kind: "constant-weights", severity: "warning", layer: "conv2", units: [1, 4] },
    ]);
  });

  it("finds units with the same weights and bias, and no others", async () => {
    const copy = (values: Float32Array): Float32Array => values.map((v, i) => (i % 6 === 5 ? values[i - 3]! : v));
    const twins = broken<"conv">(net, "conv2", ({ kernel, bias }) => ({ kernel: copy(kernel), bias: copy(bias!) }));
    expect((await doctor(twins)).findings).toMatchObject([{ kind: "duplicated-units", layer: "conv2", units: [2, 5] }]);
    const otherBias = broken<"conv">(twins, "conv2", ({ bias }) => ({ bias: bias!.map((b, i) => b + i) }));
    expect(await ofWeights(otherBias)).toEqual([]);
  });

  it("finds a batch norm that holds what it was made with", async () => {
    const fresh = broken<"norm">(net, "norm2", ({ mean, variance }) => ({
      mean: mean.map(() => 0),
      variance: variance.map(() => 1),
    }));
    expect((await doctor(fresh)).findings).toMatchObject([{ kind: "training-mode", layer: "norm2" }]);
  });

  it("finds weights far beyond those of trained networks", async () => {
    const blown = broken<"conv">(net, "conv3", ({ kernel }) => ({ kernel: kernel.map((w) => w * 1e6) }));
    expect(await ofWeights(blown)).toEqual(["value-range"]);
  });

  it("names each layer that cannot be computed, with its reason", async () => {
    const last = net.ops.at(-1)!;
    const opaque: Op = { ...last, kind: "opaque", className: "Lambda", reason: "it is code", parameters: 0 } as Op;
    const partly = createNetwork("partly", [...net.ops.slice(0, -1), opaque], net.input);
    const [found] = (await doctor(partly)).findings;
    expect(found).toMatchObject({ kind: "unsupported", layer: "mixed" });
    expect(found!.message).toBe('layer "mixed" (Lambda) cannot be computed: it is code; layers before it can be used');
  });

  it("hands on what the loader had to say", async () => {
    const noted = createNetwork("noted", net.ops, {
      ...net.input,
      notes: ['batch norm "a" was exported in training mode'],
    });
    expect((await doctor(noted)).findings).toMatchObject([{ kind: "training-mode", severity: "warning" }]);
  });

  it("finds weights that were rounded to 8 bits, and to 16", async () => {
    const random = drawsOf(3);
    const kernel = Float32Array.from({ length: 3 * 3 * 16 * 16 }, () => random.uniform() - 0.5);
    const wide = broken<"conv">(net, "conv2", () => ({
      kernel,
      kernelShape: [3, 3, 16, 16],
      output: [null, null, 16],
    }));
    expect(await ofWeights(wide)).toEqual([]);
    const bytes = broken<"conv">(wide, "conv2", () => ({ kernel: kernel.map((w) => Math.round(w * 127) / 127) }));
    expect((await doctor(bytes)).findings).toMatchObject([
      { kind: "quantised", severity: "note", message: expect.stringContaining("8 bits") as string },
    ]);
    const halves = broken<"conv">(wide, "conv2", () => ({ kernel: kernel.map((w) => Math.round(w * 1024) / 1024) }));
    expect((await doctor(halves)).findings).toMatchObject([{ message: expect.stringContaining("16 bits") as string }]);
  });

  it("is refused for a count that is none, and for photographs none of which can be read", async () => {
    await expect(doctor(net, { count: 0 })).rejects.toThrow("count is a whole number from 1; got 0");
    const unreadable = [{ id: "a", image: () => Promise.reject(new Error("no")) }];
    await expect(doctor(net, { photos: unreadable })).rejects.toThrow("none of the photographs can be read");
  });
});

describe("doctor, with pictures,", () => {
  const engine = cpuEngine();
  const look = (net: Network, options: DoctorOptions = {}): Promise<Diagnosis> =>
    doctor(net, { photos: pictures(8), engine, ...options });

  it("finds units that answer to no picture", async () => {
    const net = broken<"conv">(resnet(1), "conv1", ({ bias }) => ({
      bias: bias!.map((b, i) => (i === 1 || i === 3 ? -1e3 : b)),
    }));
    const dead = (await look(net)).findings.filter(({ kind }) => kind === "dead-units");
    expect(dead[0]).toMatchObject({ layer: "conv1", units: expect.arrayContaining([1, 3]) as number[] });
    const healthy = (await look(resnet(1))).findings.filter(({ layer }) => layer === "conv1");
    expect(healthy.flatMap(({ units }) => units).filter((unit) => unit === 1 || unit === 3)).toEqual([]);
  });

  it("finds the first layer whose values explode", async () => {
    const net = broken<"conv">(resnet(1), "conv2", ({ kernel }) => ({ kernel: kernel.map((w) => w * 9e6) }));
    const found = (await look(net)).findings.find(
      ({ kind, severity }) => kind === "value-range" && severity === "error",
    );
    expect(found).toMatchObject({ layer: "conv2" });
  });

  it("finds pictures in 0…255, which are to be in 0…1", async () => {
    const { findings } = await look(resnet(1), { photos: pictures(4, 255) });
    expect(findings.find(({ kind }) => kind === "value-range")!.message).toMatch(/^the photographs have values from/);
  });

  it("finds the preprocessing that the batch norms remember", async () => {
    const net = await open(golden("onnx", "residual.onnx"));
    const remembered = await remember(net, 255);
    const { preprocessing } = await look(remembered);
    expect([preprocessing!.best.name, preprocessing!.best.misfit! < 0.1]).toEqual(["bytes", true]);
  });

  it("survives JSON, and stops when it is told to", async () => {
    const diagnosis = await look(resnet(1));
    expect(JSON.parse(JSON.stringify(diagnosis))).toEqual(diagnosis);
    const stop = new AbortController();
    const running = look(resnet(1), { signal: stop.signal, onProgress: () => stop.abort(new Error("enough")) });
    await expect(running).rejects.toThrow("enough");
  });
});

/** A network whose first batch norm was trained on the test's pictures times `scale`. */
async function remember(net: Network, scale: number): Promise<Network> {
  const { openProbe, meanOf, varianceOf } = await import("../../src/doctor/probe.js");
  const { choosePictures } = await import("../../src/doctor/pictures.js");
  const { preprocessing } = await import("../../src/network/preprocessing.js");
  const { images } = await choosePictures(net, pictures(8), { count: 8, classOf: () => undefined });
  const own = preprocessing({ order: "rgb", scale, mean: [0], std: [1] });
  let made = net;
  for (const norm of net.ops.filter((op) => op.kind === "norm").slice(0, 3) as NormOp[]) {
    const before = made.ops.find((op) => op.name === norm.inputs[0]) as ConvOp;
    const probe = await openProbe(made, { engine: cpuEngine(), targets: [{ layer: before.layer }] });
    const [sums] = (await probe.run(images, own)).sums;
    made = broken<"norm">(made, norm.layer, () => ({
      mean: Float32Array.from(norm.mean, (_, c) => meanOf(sums!, c)),
      variance: Float32Array.from(norm.mean, (_, c) => varianceOf(sums!, c)),
    }));
  }
  return made;
}
