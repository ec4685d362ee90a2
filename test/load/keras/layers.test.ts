/** Layers as Keras 3 describes them: whose they are, what they are given beside maps, and what is noted of them. */
import { describe, expect, it } from "vitest";
import { buildNetwork } from "../../../src/load/build.js";
import { readTopology } from "../../../src/load/topology.js";
import type { Network } from "../../../src/network/network.js";

type Fields = Record<string, unknown>;

const tensor = (layer: string): object => ({
  class_name: "__keras_tensor__",
  config: { shape: [null, 4, 4, 2], dtype: "float32", keras_history: [layer, 0, 0] },
});

/** A layer as Keras 3 writes it. */
function layer(
  name: string,
  className: string,
  args: readonly unknown[],
  more: Fields = {},
  config: Fields = {},
): Fields {
  const inbound = args.length > 0 ? [{ args, kwargs: more.kwargs ?? {} }] : [];
  const whose = { module: "keras.layers", registered_name: null };
  return { ...whose, class_name: className, name, inbound_nodes: inbound, ...more, config: { name, ...config } };
}

const image = layer("image", "InputLayer", [], {}, { batch_shape: [null, 4, 4, 2] });
const conv = layer("conv", "Conv2D", [tensor("image")], {}, { filters: 2, kernel_size: 1, use_bias: false });

/** The network of an image, a convolution, and layers behind it. */
function network(...layers: readonly Fields[]): Network {
  const config = {
    name: "small",
    layers: [image, conv, ...layers],
    input_layers: ["image", 0, 0],
    output_layers: [layers.at(-1)?.name ?? "conv", 0, 0],
  };
  const model = { keras_version: "3.0", model_config: { class_name: "Functional", config } };
  const ones = (shape: readonly number[]) => ({
    name: "weight",
    shape,
    values: () => new Float32Array(shape.reduce((product, n) => product * n, 1)).fill(1),
  });
  const weights = {
    find: (path: readonly string[]) => ones(path.includes("conv") || path.includes("mine") ? [1, 1, 2, 2] : [2]),
    count: () => 0,
  };
  return buildNetwork(readTopology(model as never, "keras"), weights, {});
}

const reasons = (net: Network): string[] =>
  net.ops.flatMap((op) => (op.kind === "opaque" ? [`${op.name} ${op.className}: ${op.reason}`] : []));

describe("a layer of a class that is called as one of Keras", () => {
  const fields = { filters: 2, kernel_size: 1, use_bias: false };
  it.each([
    { module: null, registered_name: "Mine>Conv2D", called: "Mine>Conv2D" },
    { module: null, registered_name: "Conv2D", called: "unknown>Conv2D" },
    { module: "my_package.layers", registered_name: null, called: "my_package.layers>Conv2D" },
    { module: "keras_cv.src.layers", registered_name: "keras_cv>Conv2D", called: "keras_cv>Conv2D" },
  ])("is opaque where it comes from elsewhere: $module, $registered_name", ({ called, ...whose }) => {
    const net = network(layer("mine", "Conv2D", [tensor("conv")], whose, fields));
    expect(reasons(net)).toEqual([`mine ${called}: this library has no operation for layers of its class`]);
  });

  it.each([
    { module: "keras.layers", registered_name: null },
    { module: "keras.src.layers.convolutional.conv2d", registered_name: "Conv2D" },
    { module: "tf_keras.src.layers", registered_name: "Conv2D" },
    { module: "tensorflow.python.keras.layers", registered_name: null },
    { module: undefined, registered_name: undefined },
  ])("is read where it is Keras's own: $module, $registered_name", (whose) => {
    const net = network(layer("mine", "Conv2D", [tensor("conv")], whose, fields));
    expect([net.layers.at(-1)!.kind, reasons(net)]).toEqual(["conv", []]);
  });

  it("is opaque as an activation too", () => {
    const relu = { module: null, class_name: "ReLU", config: {}, registered_name: "Mine>ReLU" };
    const net = network(layer("act", "Activation", [tensor("conv")], {}, { activation: relu }));
    expect(reasons(net)).toEqual(["act Activation: this library has no activation Mine>ReLU"]);
  });
});

describe("an operator", () => {
  const ops = { module: "keras.src.ops.numpy", registered_name: "Op" };
  const affine = (className: string, args: readonly unknown[]): number[][] => {
    const op = network(layer("op", className, args, ops)).ops.at(-1)!;
    return op.kind === "norm" ? [[...op.gamma!], [...op.beta!]] : [];
  };

  it("between a map and a number scales and shifts", () => {
    const x = tensor("conv");
    expect(affine("Multiply", [x, 4])).toEqual([
      [4, 4],
      [0, 0],
    ]);
    expect(affine("Subtract", [1.5, x])).toEqual([
      [-1, -1],
      [1.5, 1.5],
    ]);
    expect(affine("TrueDivide", [x, 4])).toEqual([
      [0.25, 0.25],
      [0, 0],
    ]);
  });

  it.each(["__numpy__", "__tensor__"])("between a map and an array has a number for each channel: %s", (class_name) => {
    const array = { class_name, config: { value: [[[[1, 2]]]], dtype: "float32" } };
    expect(affine("Add", [tensor("conv"), array])).toEqual([
      [1, 1],
      [1, 2],
    ]);
  });

  it("is opaque where that is no scale and shift, or something else than a number", () => {
    const x = tensor("conv");
    const array = { class_name: "__numpy__", config: { value: [[1], [2]], dtype: "float32" } };
    const cases = [
      ["TrueDivide", [2, x]],
      ["Multiply", [x, array]],
      ["Power", [x, 2]],
    ] as const;
    for (const [className, args] of cases) {
      const net = network(layer("op", className, args, ops));
      expect(reasons(net)).toEqual([`op ${className}: it is given numbers beside its inputs`]);
    }
  });

  it("that reshapes keeps examples apart, or is opaque", () => {
    const reshaped = (newshape: unknown) => network(layer("op", "Reshape", [tensor("conv")], ops, { newshape }));
    expect(reshaped([-1, 32]).layers.at(-1)!.output).toEqual([32]);
    expect(reshaped([-1, 2, 2, 8]).layers.at(-1)!.output).toEqual([2, 2, 8]);
    for (const newshape of [[-1, 16], [2, -1], [-1]]) {
      expect(reasons(reshaped(newshape))).toEqual(["op Reshape: it makes other examples of the batch it is given"]);
    }
  });
});

describe("notes", () => {
  it("name layers called as in training, augmentation, and half precision", () => {
    const training = { kwargs: { training: true } };
    const half = { class_name: "DTypePolicy", config: { name: "mixed_float16" } };
    const net = network(
      layer("flip", "RandomFlip", [tensor("conv")], training),
      layer("drop", "Dropout", [tensor("flip")], training, { dtype: half }),
      layer("norm", "BatchNormalization", [tensor("drop")]),
    );
    expect(net.notes).toEqual([
      'called with training=True, read as after training: "drop"',
      'augmentation, left out: "flip"',
      "the model computes in mixed_float16, this library in single precision or better",
    ]);
  });

  it("are none where there is nothing to say", () => {
    expect(network(layer("drop", "Dropout", [tensor("conv")], { kwargs: { training: false } })).notes).toEqual([]);
  });
});
