/** What a network keeps when it is saved and opened again beside its layers: shared layers, names, preprocessing, notes, weights alone. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { unzipSync } from "fflate";
import { beforeAll, describe, expect, it } from "vitest";
import { edit } from "../../src/circuit/edit.js";
import { buildArchitecture } from "../../src/load/architecture.js";
import type { ArtifactsLike } from "../../src/load/handler.js";
import { layersArtifacts } from "../../src/load/save/artifacts.js";
import { toLayersModel } from "../../src/load/save/layers-model.js";
import type { NamedTensor, NamedTensors } from "../../src/load/tensors.js";
import { createNetwork, type Network } from "../../src/network/network.js";
import { preprocessing } from "../../src/network/preprocessing.js";
import { open } from "../../src/node/open.js";
import { saveModel, saveWeights } from "../../src/node/save-model.js";
import { drawsOf } from "../conformance/values.js";
import { written } from "./fixture.js";
import { golden } from "./golden.js";

beforeAll(async () => {
  await import("@tensorflow/tfjs-backend-cpu");
  await tf.setBackend("cpu");
});

const reopened = (net: Network): Promise<Network> => open({ load: () => layersArtifacts(net) as ArtifactsLike });

/** A convolution called twice, and one whose name TensorFlow.js does not allow. */
function shared(): Promise<Network> {
  const layer = (class_name: string, config: object, ...nodes: (readonly [string, number])[][]): object => ({
    class_name,
    name: (config as { name: string }).name,
    config,
    inbound_nodes: nodes.map((reads) => reads.map(([name, use]) => [name, use, 0, {}])),
  });
  const conv = { filters: 2, kernel_size: 1, use_bias: false };
  const layers = [
    layer("InputLayer", { name: "in", batch_input_shape: [null, 4, 4, 2] }),
    layer("Conv2D", { ...conv, name: "twice" }, [["in", 0]], [["/first: one", 0]]),
    layer("ReLU", { name: "/first: one" }, [["twice", 0]]),
    layer("Add", { name: "sum" }, [
      ["twice", 0],
      ["twice", 1],
    ]),
  ];
  const config = { name: "m", layers, input_layers: [["in", 0, 0]], output_layers: [["sum", 0, 0]] };
  return open({
    load: () => ({
      modelTopology: { class_name: "Model", config },
      weightSpecs: [{ name: "twice/kernel", shape: [1, 1, 2, 2], dtype: "float32" }],
      weightData: Float32Array.of(1, -2, 3, 4).buffer,
    }),
  });
}

describe("a layer that is used twice", () => {
  it("is one layer again, under the names it had, and TensorFlow.js reads it", async () => {
    const net = await shared();
    expect(net.ops.map(({ name }) => name)).toContain("twice#1");
    const { weightSpecs } = layersArtifacts(net);
    expect(weightSpecs.map(({ name }) => name)).toEqual(["twice/kernel"]);
    const again = await reopened(net);
    expect(again.ops.map(({ name }) => name)).toEqual(["in", "twice", "first__one", "twice#1", "sum"]);
    expect(again.ops.at(-1)!.inputs).toEqual(["twice", "twice#1"]);
    const model = await toLayersModel<LayersModel>(net);
    expect(model.layers.length).toBe(4);
    model.dispose();
  });

  it("is two where one of its uses was edited", async () => {
    const net = edit(await shared(), [{ to: "twice#1:0", weights: "zero" }]);
    const again = await reopened(net);
    expect(again.ops.map(({ name }) => name)).toContain("twice_2");
    const model = await toLayersModel<LayersModel>(net);
    expect(model.countParams()).toBe(8);
    model.dispose();
  });
});

describe("what a network says of itself", () => {
  const own = { order: "bgr", scale: 255, mean: [1, 2], std: [3] } as const;
  const saying = async (name: string, choice: Parameters<typeof preprocessing>[0]): Promise<Network> => {
    const { ops } = await shared();
    const input = { shape: [4, 4, 2], preprocessing: preprocessing(choice, 2), stated: true };
    return createNetwork(name, ops, { ...input, notes: ["something was dropped"] });
  };

  it.each([["tf"], [own]] as const)(
    "is there again: the preprocessing that was stated, %o, and notes",
    async (choice) => {
      const net = await saying("m", choice);
      const folder = join(await written({}), "saved");
      await saveModel(net, folder);
      const model = await toLayersModel<LayersModel>(net);
      for (const source of [folder, model]) {
        const again = await open(source);
        expect(again.input).toEqual(net.input);
        expect(again.notes).toEqual(net.notes);
      }
      model.dispose();
    },
  );

  it("gives way to what whoever opens it chooses", async () => {
    const again = await open(
      { load: async () => layersArtifacts(await saying("m", "tf")) as ArtifactsLike },
      {
        preprocessing: "unit",
      },
    );
    expect(again.input.preprocessing.name).toBe("unit");
  });

  it("is not made up: a preprocessing that was assumed is assumed again", async () => {
    expect(layersArtifacts(await shared())).not.toHaveProperty("userDefinedMetadata");
    expect((await reopened(await shared())).input.stated).toBe(false);
  });

  it.each([["strange"], [{ order: "rgb", scale: 1, mean: "no", std: [0] }], [7]])(
    "is refused where it is damaged: %j",
    async (damaged) => {
      const artifacts = layersArtifacts(await shared()) as ArtifactsLike;
      const userDefinedMetadata = { convlens: { preprocessing: damaged } };
      await expect(open({ load: () => ({ ...artifacts, userDefinedMetadata }) })).rejects.toThrow(
        /^the preprocessing saved with the model cannot be used .*; open the model with \{ preprocessing \}/,
      );
    },
  );
});

describe("weights alone", () => {
  it.each(["onnx/new.onnx", "onnx/mobile-14.onnx", "onnx/branches-13.onnx", "graph-model/raw"])(
    "are written of networks that TensorFlow.js has no layers for: %s",
    async (model) => {
      const net = await open(golden(model));
      const path = join(await written({}), "weights.npz");
      await saveWeights(net, path);
      const names = Object.keys(unzipSync(readFileSync(path)));
      const kernels = net.ops.filter((op) => "kernelShape" in op).map(({ name }) => name);
      for (const name of kernels) expect(names.join()).toMatch(new RegExp(`${name}/(?:depthwise_)?kernel.npy`));
    },
  );

  it.each([
    ["xception", "block2_sepconv2_bn"],
    ["efficientnetb0", "block1a_project_bn"],
    ["mobilenetv2", "block_1_depthwise_BN"],
  ] as const)("are read back by the architecture they belong to: %s", async (architecture, upTo) => {
    const net = await buildArchitecture(drawnFor(architecture), { architecture, upTo });
    const path = join(await written({}), "weights.npz");
    await saveWeights(net, path);
    const again = await open(path, { architecture, upTo });
    expect(again.ops.map(({ name }) => name)).toEqual(net.ops.map(({ name }) => name));
    net.ops.forEach((op, i) => {
      for (const [field, values] of Object.entries(op).filter(([, value]) => value instanceof Float32Array)) {
        const others = (again.ops[i] as unknown as Record<string, Float32Array>)[field]!;
        const top = (values as Float32Array).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        const worst = (values as Float32Array).reduce((most, v, k) => Math.max(most, Math.abs(v - others[k]!)), 0);
        expect([op.name, field, worst <= 1e-6 * top]).toEqual([op.name, field, true]);
      }
    });
  });
});

/** A file of an architecture's weights, drawn by chance. */
function drawnFor(architecture: string): NamedTensors {
  const text = readFileSync(golden("architectures", `${architecture}.json`), "utf8");
  const { weights } = JSON.parse(text) as { weights: [layer: string, kind: string, shape: number[]][] };
  const random = drawsOf(11);
  const tensors = weights.map(([layer, kind, shape]): [string, NamedTensor] => {
    const length = shape.reduce((product, n) => product * n, 1);
    return [
      `${layer}/${kind}`,
      { shape, read: async () => Float32Array.from({ length }, () => 0.5 + random.uniform()) },
    ];
  });
  return { file: "drawn", tensors: new Map(tensors) };
}
