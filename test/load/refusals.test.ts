import { describe, expect, it } from "vitest";
import { isLensError } from "../../src/core/errors.js";
import type { Architecture } from "../../src/load/architecture.js";
import type { ModelFolder } from "../../src/load/folder.js";
import { type OpenOptions, openFolder } from "../../src/load/open.js";
import { files, specs, topology } from "./fixture.js";

/** A folder of files in memory. */
function folderOf(list: Readonly<Record<string, Uint8Array>>): ModelFolder {
  return { model: "tiny/model.json", read: async (name) => list[name ?? "model.json"]! };
}

const opening = (list: Readonly<Record<string, Uint8Array>>, options: OpenOptions = {}) =>
  openFolder(folderOf(list), options);
const text = (content: string) => ({ ...files(), "model.json": new TextEncoder().encode(content) });
const withTopology = (config: object, layers: object[] = []) =>
  files({ json: { modelTopology: topology(config, layers) } });

/** Expects a refusal of this library's own, of a code, whose message is one sentence about `message`. */
async function expectRefusal(attempt: Promise<unknown>, code: string, message: string | RegExp): Promise<void> {
  const error = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(isLensError(error) && [error.code, error.message.split("\n").length]).toEqual([code, 1]);
  expect((error as Error).message).toMatch(message);
}

describe("open calls other formats what they are, with the line that converts them:", () => {
  const bytes = (...codes: number[]): Uint8Array => Uint8Array.from(codes);
  const tflite = new TextEncoder().encode("\u001c\0\0\0TFL3\u0014\0");
  it.each([
    ["face.tflite", tflite, /is TensorFlow Lite.*python -m tf2onnx.convert --tflite face.tflite --output model.onnx$/],
    ["renamed.bin", tflite, /"renamed.bin" is TensorFlow Lite/],
    ["saved/saved_model.pb", bytes(8, 1, 18), /is a SavedModel.*tensorflowjs_converter --input_format=tf_saved_model/],
    ["frozen.pb", bytes(10, 40), /is a frozen graph.*--output_node_names=LAST_NODE frozen.pb OUTPUT_FOLDER$/],
    [
      "bvlc.caffemodel",
      bytes(10, 9),
      /is weights of Caffe.*caffe2onnx.convert --prototxt deploy.prototxt --caffemodel bvlc/,
    ],
    ["deploy.prototxt", new TextEncoder().encode("name: 'a'"), /is a network of Caffe.*in a .caffemodel; convert both/],
  ])("%s", (name, content, message) =>
    expectRefusal(openFolder({ model: name, read: async () => content }, {}), "unsupported", message),
  );

  const manifest = [{ paths: ["shard1"], weights: [{ name: "conv0/filters", shape: [1, 1, 2, 1], dtype: "float32" }] }];
  const folder: ModelFolder = {
    model: "face-weights_manifest.json",
    read: async (name) =>
      name === null ? new TextEncoder().encode(JSON.stringify(manifest)) : bytes(0, 0, 128, 63, 0, 0, 0, 64),
  };

  it("a weights manifest of face-api.js", () =>
    expectRefusal(openFolder(folder, {}), "bad-argument", /is a weights manifest alone, as face-api.js has/));

  it("a weights manifest, which opens by an architecture of one's own", async () => {
    const values: number[] = [];
    const architecture: Architecture = async ({ tensors }) => {
      values.push(...(await tensors.get("conv0/filters")!.read()));
      return openFolder(folderOf(files()), {});
    };
    await openFolder(folder, { architecture });
    expect(values).toEqual([1, 2]);
  });
});

describe("open refuses, in one clear sentence,", () => {
  it("nothing about a good file", async () => {
    const net = await opening(files());
    expect(net.layers.map((layer) => layer.name)).toEqual(["conv_input", "conv"]);
    expect(net.input).toMatchObject({ shape: [3, 3, 2], stated: false, preprocessing: { name: "unit" } });
  });

  it.each([
    ["{", 'tiny/model.json" is not JSON; give the model.json of a tfjs model'],
    ["", "is not JSON: it is empty"],
    ["<!doctype html>", "is not JSON but a web page"],
    ["\u0089HDF\r\n", "is not JSON but HDF5, a Keras model"],
    ["PK\u0003\u0004", "is no zip archive that can be read"],
  ])("what is not JSON: %j", (content, message) => expectRefusal(opening(text(content)), "file", message));

  it.each([
    ["[]", "is not the model.json of a tfjs model: it is no object"],
    ["{}", "it has no modelTopology"],
    ['{"modelTopology":{"a":1}}', "has neither model_config nor class_name"],
    ['{"modelTopology":{"class_name":"Sequential"}}', "it has no weightsManifest"],
    ['{"modelTopology":{"class_name":"Sequential"},"weightsManifest":[{}]}', "lacks paths or weights"],
    [
      '{"format":"graph-model","modelTopology":{"nodes":[]},"weightsManifest":[]}',
      "neither model_config nor class_name nor",
    ],
    ['{"modelTopology":{"node":[]},"weightsManifest":[]}', "the graph has no nodes"],
    ['{"modelTopology":{"node":[{}]},"weightsManifest":[]}', "a node of a graph has a name, an op and inputs; got {}"],
    ['{"modelTopology":{"node":[{"name":"a","op":"Relu"}]},"weightsManifest":[]}', "this model has none"],
  ])("JSON that is no Layers model: %s", (content, message) =>
    expectRefusal(opening(text(content)), "bad-model", message),
  );

  it.each([
    ["{}", "does not say which files hold the weights"],
    ['{"/layers/conv2d/vars":[7]}', "does not say which files hold the weights"],
    ['{"/layers/conv2d/vars":["../a_00000.weights.h5"]}', "only files in its own folder are read"],
  ])("a list of weights that Keras has cut into several files, but for these: %s", (map, message) =>
    expectRefusal(opening(text(`{"metadata":{"total_size":8},"weight_map":${map}}`)), "bad-model", message),
  );

  it.each(["../a.bin", "/etc/passwd", "a/../../b", "C:\\a.bin", "..\\a.bin", "http://elsewhere/a.bin", "", "a\0"])(
    "a shard that lies outside the model's folder: %j",
    async (path) => {
      let asked = 0;
      const list = files({ json: { weightsManifest: [{ paths: [path], weights: specs }] } });
      const folder: ModelFolder = {
        model: "m",
        read: async (name) => (name === null ? list["model.json"]! : (asked++, new Uint8Array())),
      };
      await expectRefusal(openFolder(folder, {}), "bad-model", "only files in its own folder are read");
      expect(asked).toBe(0);
    },
  );

  it("a weight that is missing, naming layer and weight", () =>
    expectRefusal(
      opening(files({ json: { weightsManifest: [{ paths: ["a.bin"], weights: specs.slice(0, 1) }] }, cut: 8 })),
      "bad-model",
      'the model holds no bias for layer "conv"',
    ));

  it("a weight of another shape than its layer's", () =>
    expectRefusal(
      opening(withTopology({ filters: 2 })),
      "bad-model",
      'the kernel of layer "conv" is of shape 1×1×2×2 by the model\'s own description; its weights are 1×1×2×1',
    ));

  it("an infinite weight, naming layer and weight", () =>
    expectRefusal(
      opening(files({ weights: [1, 2, Number.POSITIVE_INFINITY] })),
      "bad-model",
      'the bias of layer "conv" is damaged: value 0 of 1 is Infinity',
    ));

  it("a name given to two weights", () =>
    expectRefusal(
      opening(
        files({
          json: {
            weightsManifest: [{ paths: ["a.bin", "b.bin"], weights: [specs[0], { ...specs[1], name: "conv/kernel" }] }],
          },
        }),
      ),
      "bad-model",
      'two weights are called "conv/kernel"',
    ));

  it("a model without a convolution", () =>
    expectRefusal(
      opening(
        files({
          json: {
            modelTopology: {
              class_name: "Sequential",
              config: [{ class_name: "ReLU", config: { name: "a", batch_input_shape: [null, 3, 3, 2] } }],
            },
            weightsManifest: [],
          },
        }),
      ),
      "bad-model",
      "has no convolution among its",
    ));

  it("an input that is no image", () =>
    expectRefusal(
      opening(withTopology({ batch_input_shape: [null, 7] })),
      "bad-model",
      /input "conv_input" is of shape \[null,7\]/,
    ));

  it("several inputs, naming them", () => {
    const input = (name: string) => ({
      class_name: "InputLayer",
      name,
      config: { name, batch_input_shape: [null, 3, 3, 2] },
      inbound_nodes: [],
    });
    const sum = {
      class_name: "Add",
      name: "sum",
      config: { name: "sum" },
      inbound_nodes: [
        [
          ["left", 0, 0, {}],
          ["right", 0, 0, {}],
        ],
      ],
    };
    const config = {
      layers: [input("left"), input("right"), sum],
      input_layers: [
        ["left", 0, 0],
        ["right", 0, 0],
      ],
      output_layers: [["sum", 0, 0]],
    };
    return expectRefusal(
      opening(files({ json: { modelTopology: { class_name: "Model", config } } })),
      "bad-model",
      "this model has 2: left, right",
    );
  });

  it("channels first", () =>
    expectRefusal(
      opening(withTopology({ data_format: "channels_first" })),
      "unsupported",
      'layer "conv" keeps its channels first',
    ));

  it.each([
    [
      { kernel_size: [1, 1, 1] },
      'kernel_size of layer "conv" (Conv2D) is one or two whole numbers from 1; the model says [1,1,1]',
    ],
    [{ padding: "causal" }, 'padding of layer "conv" (Conv2D) is "valid" or "same"; the model says "causal"'],
    [{ filters: "many" }, 'filters of layer "conv" (Conv2D) is a number; the model says "many"'],
    [{ use_bias: 1 }, 'use_bias of layer "conv" (Conv2D) is true or false; the model says 1'],
  ])("a setting that cannot be: %j", async (config, message) => {
    await expect(opening(withTopology(config))).rejects.toThrow(message);
  });

  it("layers that do not fit together", () =>
    expectRefusal(
      opening(withTopology({}, [{ class_name: "MaxPooling2D", config: { name: "pool", pool_size: [5, 5] } }])),
      "bad-model",
      'the model does not fit together: "pool" cannot read a map of 3×3×1',
    ));

  it("a preprocessing that it does not have, or for other channels", async () => {
    await expectRefusal(
      opening(files(), { preprocessing: "vgg" as "unit" }),
      "bad-argument",
      /preprocessing is one of unit, tf, caffe, torch/,
    );
    await expectRefusal(
      opening(files(), { preprocessing: "caffe" }),
      "bad-argument",
      /is for 3 channels but the network reads 2/,
    );
  });
});

describe("open states", () => {
  it("the preprocessing that was chosen, and that it was", async () => {
    const net = await opening(files(), { preprocessing: "tf", name: "mine" });
    expect(net.name).toBe("mine");
    expect(net.input).toMatchObject({ stated: true, preprocessing: { name: "tf", scale: 2 } });
  });

  it("how many shards it has read", async () => {
    const heard: string[] = [];
    await opening(files(), { onProgress: ({ task, done, total }) => heard.push(`${task} ${done}/${total}`) });
    expect(heard).toEqual(["tiny/model.json 1/2", "tiny/model.json 2/2"]);
  });
});

describe("open stops", () => {
  it("before it begins when the signal is aborted already, with the signal's reason", async () => {
    await expect(opening(files(), { signal: AbortSignal.abort("enough") })).rejects.toBe("enough");
  });

  it("between shards, and reads no more of them", async () => {
    const stop = new AbortController();
    const asked: string[] = [];
    const names = Array.from({ length: 40 }, (_, i) => `${i}.bin`);
    const json = { modelTopology: topology(), weightsManifest: [{ paths: names, weights: specs }] };
    const folder: ModelFolder = {
      model: "m",
      async read(name) {
        if (name === null) return new TextEncoder().encode(JSON.stringify(json));
        asked.push(name);
        if (asked.length === 9) stop.abort("enough");
        await Promise.resolve();
        return new Uint8Array(1);
      },
    };
    await expect(openFolder(folder, { signal: stop.signal })).rejects.toBe("enough");
    expect(asked.length).toBe(9);
  });

  it("at the first shard that cannot be read, and reads no more of them", async () => {
    const asked: string[] = [];
    const names = Array.from({ length: 40 }, (_, i) => `${i}.bin`);
    const json = { modelTopology: topology(), weightsManifest: [{ paths: names, weights: specs }] };
    const folder: ModelFolder = {
      model: "m",
      async read(name) {
        if (name === null) return new TextEncoder().encode(JSON.stringify(json));
        asked.push(name);
        if (name === "3.bin") throw new Error("gone");
        await new Promise((resolve) => setTimeout(resolve, 1));
        return new Uint8Array(1);
      },
    };
    await expect(openFolder(folder, {})).rejects.toThrow("gone");
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(asked.length).toBe(8);
  });
});
