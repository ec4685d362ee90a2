import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import { compile } from "../../src/engine/plan.js";
import { fingerprint } from "../../src/network/fingerprint.js";
import { open } from "../../src/node/open.js";
import { readNpy } from "./npy.js";
import { hasShared, resnet50, shared } from "./shared.js";
import { computed, expectClose, noise, predicted, tf, tfjsCounts, tfl } from "./tfjs.js";

/** Loads a model by tfjs itself. */
async function loadByTfjs(path: string): Promise<tfl.LayersModel> {
  const json = JSON.parse(await readFile(path, "utf8")) as {
    modelTopology: object;
    weightsManifest: tf.io.WeightsManifestConfig;
  };
  const shards = json.weightsManifest.flatMap(({ paths }) => paths.map((name) => readFile(join(dirname(path), name))));
  const weightData = Uint8Array.from(Buffer.concat(await Promise.all(shards))).buffer;
  const weightSpecs = json.weightsManifest.flatMap(({ weights }) => weights);
  return tfl.loadLayersModel(tf.io.fromMemory({ modelTopology: json.modelTopology, weightSpecs, weightData }));
}

describe("ResNet-50 of 25 shards", () => {
  it("opens with the layers, the parameters and the receptive field it is known for", async () => {
    const net = await open(resnet50, { preprocessing: "caffe" });
    expect(net.name).toBe("resnet50");
    expect(net.layers.reduce((sum, layer) => sum + layer.parameters, 0)).toBe(25_636_712);
    expect(net.layer("conv1")).toMatchObject({ kernel: [7, 7, 3, 64], output: [112, 112, 64], parameters: 9472 });
    expect(net.layer("conv1").receptiveField).toMatchObject({ rows: { size: 7, stride: 2, start: -3 } });
    expect(net.layers.at(-1)).toMatchObject({ kernel: [2048, 1000], output: [1000] });
    expect(net.layers.filter((layer) => layer.receptiveField === null)).toEqual([]);
    expect(fingerprint(net)).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe.skipIf(!hasShared)("a real network", () => {
  it.each(["tinyvgg", "resnet20-cifar10", "squeezenet1.0", "vgg19-block1to3"])(
    "has the parameters that tfjs counts: %s",
    async (name) => {
      const path = shared("models", name, "model.json");
      const net = await open(path);
      const model = await loadByTfjs(path);
      const counts = tfjsCounts(model);
      const known = net.layers.filter((layer) => counts.has(layer.name));
      expect(new Map(known.map((layer) => [layer.name, layer.parameters]))).toEqual(counts);
      expect(net.ops.filter((op) => op.kind === "opaque")).toEqual([]);
      model.dispose();
    },
  );

  it.each(["tinyvgg", "resnet20-cifar10"])("computes what tfjs computes: %s", async (name) => {
    const path = shared("models", name, "model.json");
    const net = await open(path);
    const model = await loadByTfjs(path);
    const image = noise(
      net.input.shape.reduce((a: number, b) => a * b!, 1),
      7,
    );
    expectClose(await computed(net, image), predicted(model, image));
    model.dispose();
  });

  it("reproduces the three test vectors of SqueezeNet to 1e-4", { timeout: 300_000 }, async () => {
    const net = await open(shared("models", "squeezenet1.0"));
    const executable = await cpuEngine().load(compile(net, [{ layer: net.layers.at(-1)!.name }]));
    for (const i of [0, 1, 2]) {
      const input = await readNpy(shared("models", "squeezenet1.0", "test-vectors", `input_${i}.npy`));
      const wanted = await readNpy(shared("models", "squeezenet1.0", "test-vectors", `output_${i}.npy`));
      expect(input.shape).toEqual([1, 224, 224, 3]);
      const [output] = await executable.forward({ count: 1, height: 224, width: 224, channels: 3, data: input.values });
      const worst = wanted.values.reduce((most, v, k) => Math.max(most, Math.abs(v - output!.data[k]!)), 0);
      expect(output!.data.length).toBe(wanted.values.length);
      expect(worst).toBeLessThan(1e-4);
    }
  });
});
