import { describe, expect, it } from "vitest";
import type { ArtifactsLike } from "../../src/load/handler.js";
import { openAny } from "../../src/load/open.js";
import { readTopology } from "../../src/load/topology.js";
import {
  computed,
  expectClose,
  expectSameAsTfjs,
  noise,
  predicted,
  randomize,
  saved,
  tfjsCounts,
  tfl,
} from "./tfjs.js";

const { layers } = tfl;
const conv = (name: string, filters = 3) =>
  layers.conv2d({ name, filters, kernelSize: 3, padding: "same", activation: "relu" });
const symbolic = (value: unknown) => value as tfl.SymbolicTensor;

/** What a model saves, with its topology written otherwise. */
async function rewritten(
  model: tfl.LayersModel,
  write: (topology: Record<string, never>) => object,
): Promise<ArtifactsLike> {
  const artifacts = await saved(model);
  return { ...artifacts, modelTopology: write(structuredClone(artifacts.modelTopology) as Record<string, never>) };
}

function small(): tfl.Sequential {
  return randomize(
    tfl.sequential({
      name: "small",
      layers: [
        layers.conv2d({ name: "first", inputShape: [6, 6, 3], filters: 4, kernelSize: 3 }),
        layers.reLU({ name: "second" }),
        conv("third"),
      ],
    }),
  );
}

describe("a sequential model", () => {
  it("gets an input named after its first layer where it has no input layer", async () => {
    const net = await openAny(small(), {});
    expect(net.name).toBe("small");
    expect(net.layers.map((layer) => layer.name)).toEqual(["first_input", "first", "second", "third"]);
    expect(net.input.shape).toEqual([6, 6, 3]);
  });

  it("opens from every way of writing it down", async () => {
    const model = small();
    const image = noise(6 * 6 * 3, 3);
    const wanted = predicted(model, image);
    const writers: ((topology: { class_name: string; config: { layers: object[] } }) => object)[] = [
      (topology) => topology,
      (topology) => ({ keras_version: "2.2.4", backend: "tensorflow", model_config: topology }),
      ({ class_name, config }) => ({ class_name, config: config.layers }),
      (topology) =>
        JSON.parse(
          JSON.stringify(topology)
            .replace('"kernel_size"', '"kernelSize"')
            .replace('"batch_input_shape"', '"batchInputShape"'),
        ) as object,
    ];
    for (const write of writers) {
      const artifacts = await rewritten(model, write as never);
      expectClose(await computed(await openAny({ load: () => artifacts }, {}), image), wanted);
    }
  });

  it("reads the image size from a nested model that comes first", async () => {
    const model = randomize(tfl.sequential({ layers: [small(), conv("last")] }));
    const net = await expectSameAsTfjs(model);
    expect(net.layers.map((layer) => layer.name)).toEqual([
      "small_input",
      "small/first",
      "small/second",
      "small/third",
      "last",
    ]);
  });
});

describe("nested models", () => {
  function nested(): tfl.LayersModel {
    const inside = tfl.input({ shape: [6, 6, 3], name: "inside" });
    const a = symbolic(conv("a").apply(inside));
    const b = symbolic(conv("b", 5).apply(a));
    const twin = tfl.model({ name: "twin", inputs: inside, outputs: [b, a] });
    const image = tfl.input({ shape: [6, 6, 3], name: "image" });
    const [deep, shallow] = twin.apply(image) as tfl.SymbolicTensor[];
    const joined = symbolic(layers.concatenate({ name: "joined" }).apply([shallow!, deep!]));
    return randomize(tfl.model({ name: "outer", inputs: image, outputs: symbolic(conv("last").apply(joined)) }));
  }

  it("are taken apart into layers that carry the path, each output wired to its reader", async () => {
    const model = nested();
    const net = await expectSameAsTfjs(model);
    expect(net.layers.map((layer) => layer.name)).toEqual(["image", "twin/a", "twin/b", "joined", "last"]);
    expect(net.layer("joined").inputs).toEqual(["twin/a", "twin/b"]);
    const counts = tfjsCounts(model);
    for (const layer of net.layers) expect(layer.parameters).toBe(counts.get(layer.name));
  });

  it("find their weights in a file that knows only the inner layer's name", async () => {
    const model = nested();
    const artifacts = await saved(model);
    expect(artifacts.weightSpecs!.map((spec) => (spec as { name: string }).name)).toContain("a/kernel");
    const image = noise(6 * 6 * 3, 1);
    expectClose(await computed(await openAny({ load: () => artifacts }, {}), image), predicted(model, image));
  });

  it("keep layers of the same name in two models apart where the file gives the path", async () => {
    const half = (name: string) =>
      tfl.sequential({
        name,
        layers: [layers.conv2d({ name: "c", inputShape: [4, 4, 2], filters: 2, kernelSize: 1 })],
      });
    const model = randomize(tfl.sequential({ layers: [half("one"), half("two")] }), 5);
    const wanted = await openAny(model, {});
    const artifacts = await saved(model);
    const weightSpecs = artifacts.weightSpecs!.map((spec, i) => ({
      ...spec,
      name: `${i < 2 ? "one" : "two"}/c/${i % 2 === 0 ? "kernel" : "bias"}`,
    }));
    const net = await openAny({ load: () => ({ ...artifacts, weightSpecs }) }, {});
    const kernels = (of: typeof net) => of.ops.flatMap((op) => (op.kind === "conv" ? [[op.name, ...op.kernel]] : []));
    expect(kernels(net)).toEqual(kernels(wanted));
  });
});

describe("a shared layer", () => {
  it("stands once for each use, as name and name#1, with the same weights", async () => {
    const image = tfl.input({ shape: [6, 6, 3], name: "image" });
    const shared = conv("shared");
    const once = symbolic(shared.apply(image));
    const twice = symbolic(shared.apply(once));
    const model = randomize(
      tfl.model({ inputs: image, outputs: symbolic(layers.add({ name: "sum" }).apply([once, twice])) }),
    );
    const net = await expectSameAsTfjs(model);
    expect(net.layers.map((layer) => layer.name)).toEqual(["image", "shared", "shared#1", "sum"]);
    const [first, second] = net.ops.filter((op) => op.kind === "conv");
    expect(second!.kernel).toBe(first!.kernel);
  });

  it("may be a whole nested model", async () => {
    const half = tfl.sequential({
      name: "half",
      layers: [layers.conv2d({ name: "c", inputShape: [4, 4, 2], filters: 2, kernelSize: 1 })],
    });
    const image = tfl.input({ shape: [4, 4, 2], name: "image" });
    const once = symbolic(half.apply(image));
    const model = randomize(
      tfl.model({ inputs: image, outputs: symbolic(layers.add().apply([once, symbolic(half.apply(once))])) }),
    );
    const net = await expectSameAsTfjs(model);
    expect(net.layers.slice(0, 3).map((layer) => layer.name)).toEqual(["image", "half/c", "half#1/c"]);
  });
});

describe("a topology written by Keras 3", () => {
  const tensor = (name: string, shape: number[]) => ({
    class_name: "__keras_tensor__",
    config: { shape: [null, ...shape], dtype: "float32", keras_history: [name, 0, 0] },
  });
  const policy = { module: "keras", class_name: "DTypePolicy", config: { name: "float32" }, registered_name: null };
  const layer = (class_name: string, name: string, config: object, args?: unknown[]) => ({
    module: "keras.layers",
    class_name,
    config: { name, trainable: true, dtype: policy, ...config },
    registered_name: null,
    name,
    inbound_nodes: args ? [{ args, kwargs: {} }] : [],
  });
  const map = [5, 5, 2];
  const topology = (extra: object[] = []) => ({
    keras_version: "3.5.0",
    backend: "tensorflow",
    model_config: {
      class_name: "Functional",
      config: {
        name: "three",
        layers: [
          layer("InputLayer", "image", { batch_shape: [null, ...map], sparse: false }),
          layer(
            "Conv2D",
            "c",
            {
              filters: 2,
              kernel_size: [1, 1],
              strides: [1, 1],
              padding: "valid",
              data_format: "channels_last",
              dilation_rate: [1, 1],
              groups: 1,
              activation: "silu",
              use_bias: false,
            },
            [tensor("image", map)],
          ),
          layer("LeakyReLU", "leaky", { negative_slope: 0.25 }, [tensor("c", map)]),
          layer("Add", "sum", {}, [[tensor("c", map), tensor("leaky", map)]]),
          ...extra,
        ],
        input_layers: ["image", 0, 0],
        output_layers: ["sum", 0, 0],
      },
    },
  });
  const weights = (name: string) => ({
    weightSpecs: [{ name, shape: [1, 1, 2, 2], dtype: "float32" }],
    weightData: Float32Array.of(1, 0, 0, -1).buffer,
  });
  const openThree = (modelTopology: object, name = "c/kernel") =>
    openAny({ load: () => ({ modelTopology, ...weights(name) }) }, {});

  it("is read: batch_shape, arguments that are tensors, inputs that are not nested, silu, negative_slope", async () => {
    const net = await openThree(topology());
    expect(net.layers.map(({ name, inputs }) => [name, inputs])).toEqual([
      ["image", []],
      ["c", ["image"]],
      ["leaky", ["c"]],
      ["sum", ["c", "leaky"]],
    ]);
    const silu = (x: number) => x / (1 + Math.exp(-x));
    const [y] = await computed(net, new Float32Array(50).fill(-1), "sum");
    expect(y).toBeCloseTo(silu(-1) * 1.25, 5);
  });

  it("finds weights under the model's name or by number", async () => {
    for (const name of ["c/kernel", "three/c/kernel", "c/0", "c/kernel:0"]) {
      expect((await openThree(topology(), name)).layer("c").parameters).toBe(4);
    }
  });

  it("scales by a number that a product is given beside its tensor", async () => {
    const net = await openThree(topology([layer("Multiply", "twice", {}, [tensor("sum", map), 2])]));
    expect(net.ops.at(-1)).toMatchObject({ kind: "norm", gamma: Float32Array.of(2, 2) });
  });

  it("reads its hard_sigmoid, which is not that of tfjs, with its own slope", async () => {
    const net = await openThree(
      topology([layer("Activation", "hard", { activation: "hard_sigmoid" }, [tensor("sum", map)])]),
    );
    expect(net.ops.at(-1)).toMatchObject({ activation: { name: "hardSigmoid", alpha: 1 / 6 } });
  });
});

describe("a topology that cannot be", () => {
  const read =
    (className: string, layerList: object[], more: object = {}) =>
    () =>
      readTopology({ class_name: className, config: { name: "m", layers: layerList as never, ...more } });
  const input = { class_name: "InputLayer", name: "x", config: { name: "x" }, inbound_nodes: [] };

  it("names the layer that reads what is not there", () => {
    const lost = { class_name: "ReLU", name: "lost", config: { name: "lost" }, inbound_nodes: [[["ghost", 0, 0, {}]]] };
    expect(read("Model", [input, lost], { input_layers: [["x", 0, 0]], output_layers: [["lost", 0, 0]] })).toThrow(
      'layer "lost" reads "ghost", which the model does not have before it',
    );
  });

  it("refuses layers that read each other", () => {
    const knot = (name: string, reads: string) => ({
      class_name: "ReLU",
      name,
      config: { name },
      inbound_nodes: [[[reads, 0, 0, {}]]],
    });
    expect(read("Model", [input, knot("a", "b"), knot("b", "a")], { output_layers: [["a", 0, 0]] })).toThrow(
      /"a" reads "b"/,
    );
  });

  it("refuses an output that is not there", () => {
    expect(read("Model", [input], { output_layers: [["gone", 0, 0]] })).toThrow('puts out layer "gone"');
  });

  it("refuses a subclassed model", () => {
    expect(read("MyModel", [{ class_name: "ReLU", config: { name: "a" } }])).toThrow(
      /class "MyModel".*does not say how its layers are connected/,
    );
  });

  it("refuses what has no list of layers", () => {
    expect(() => readTopology({ class_name: "Model", config: {} })).toThrow(/with a list of layers/);
  });

  it("refuses a layer without a name", () => {
    expect(read("Sequential", [{ class_name: "ReLU", config: {} }])).toThrow(/a layer has no name/);
  });
});
