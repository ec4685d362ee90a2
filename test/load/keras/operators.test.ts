/** Operators inside models, of Keras 2 and 3: what becomes an operation, and what stays opaque with the reason. */
import { describe, expect, it } from "vitest";
import { buildNetwork } from "../../../src/load/build.js";
import { readTopology } from "../../../src/load/topology.js";
import type { Network } from "../../../src/network/network.js";
import { open } from "../../../src/node/open.js";
import { hasShared, shared } from "../shared.js";

type Fields = Record<string, unknown>;

/** An operator of Keras 2: what it is called and what it is given. */
const operator = (called: string, node: readonly unknown[], className = "TFOpLambda"): Fields => ({
  class_name: className,
  name: "op",
  config: { name: "op", function: called },
  inbound_nodes: [node],
});
const slice = (start: number | null, stop: number | null, step: number | null): object => ({ start, stop, step });
const ellipsis = { class_name: "__ellipsis__" };
const sliced = (...slice_spec: readonly unknown[]): Fields =>
  operator("__operators__.getitem", ["conv", 0, 0, { slice_spec }], "SlicingOpLambda");

const image = {
  class_name: "InputLayer",
  name: "image",
  config: { name: "image", batch_input_shape: [null, 4, 5, 2] },
  inbound_nodes: [],
};
const conv = {
  class_name: "Conv2D",
  name: "conv",
  config: { name: "conv", filters: 4, kernel_size: 1, use_bias: false },
  inbound_nodes: [[["image", 0, 0, {}]]],
};

/** The network of an image, a convolution to four channels, and layers behind it, the last of which is `op`. */
function network(...layers: readonly Fields[]): Network {
  const config = {
    name: "small",
    layers: [image, conv, ...layers],
    input_layers: [["image", 0, 0]],
    output_layers: [["op", 0, 0]],
  };
  const ones = (shape: readonly number[]) => ({
    name: "weight",
    shape,
    values: () => new Float32Array(shape.reduce((product, n) => product * n, 1)).fill(1),
  });
  const weights = {
    find: (path: readonly string[]) => ones(path.includes("conv") ? [1, 1, 2, 4] : [4]),
    count: () => 0,
  };
  const model = { keras_version: "2.15.0", model_config: { class_name: "Functional", config } };
  return buildNetwork(readTopology(model as never, "keras"), weights, {});
}

const last = (...layers: readonly Fields[]) => network(...layers).ops.at(-1)!;

describe("an operator of Keras 2", () => {
  it.each([
    ["x / 2", operator("math.truediv", ["conv", 0, 0, { y: 2, name: null }]), [0.5, 0]],
    ["x - 3", operator("math.subtract", ["conv", 0, 0, { y: 3 }]), [1, -3]],
    ["3 - x", operator("math.subtract", ["_CONSTANT_VALUE", -1, 3, { y: ["conv", 0, 0] }]), [-1, 3]],
    ["x * 2", operator("math.multiply", ["conv", 0, 0, { y: 2 }]), [2, 0]],
    ["-x", operator("math.negative", ["conv", 0, 0, { name: null }]), [-1, 0]],
  ])("between a map and a number is a scale and a shift: %s", (_, layer, [scale, shift]) => {
    expect(last(layer)).toMatchObject({
      kind: "norm",
      gamma: new Float32Array(4).fill(scale!),
      beta: new Float32Array(4).fill(shift!),
    });
  });

  it("may have a number for each channel, and no other count of them", () => {
    const shifted = (bias: readonly number[]): Fields => operator("nn.bias_add", ["conv", 0, 0, { bias }]);
    expect(last(shifted([1, 2, 3, 4]))).toMatchObject({ kind: "norm", beta: Float32Array.of(1, 2, 3, 4) });
    expect(last(shifted([1, 2, 3]))).toMatchObject({
      kind: "opaque",
      reason: "it is given 3 numbers beside a map of 4 channels",
    });
  });

  it("joins maps where its second argument is one, wherever that is written", () => {
    const relu = {
      ...operator("nn.relu", ["conv", 0, 0, { name: null }]),
      name: "r",
      config: { name: "r", function: "nn.relu" },
    };
    expect(last(relu, operator("__operators__.add", ["r", 0, 0, { y: ["conv", 0, 0], name: null }]))).toMatchObject({
      kind: "add",
      inputs: ["r", "conv"],
    });
    const both = [
      ["r", 0, 0, { axis: -1 }],
      ["conv", 0, 0, { axis: -1 }],
    ];
    expect(last(relu, operator("concat", both))).toMatchObject({ kind: "concat", inputs: ["r", "conv"] });
    const rows = both.map(([name, use, output]) => [name, use, output, { axis: 1 }]);
    expect(last(relu, operator("concat", rows)).kind).toBe("opaque");
  });

  it("that is not known is opaque under its own name, and stays connected", () => {
    const layer = operator("image.resize", ["conv", 0, 0, { size: [8, 8] }]);
    expect(last(layer)).toMatchObject({ kind: "opaque", className: "tf.image.resize", inputs: ["conv"] });
    expect(last(operator("math.truediv", ["_CONSTANT_VALUE", -1, 2, { y: ["conv", 0, 0] }])).kind).toBe("opaque");
    expect(last(operator("cast", ["conv", 0, 0, { dtype: "uint8" }])).kind).toBe("opaque");
    expect(last(operator("cast", ["conv", 0, 0, { dtype: "float32" }])).kind).toBe("identity");
  });

  it("is refused where it has the channels first", () => {
    const first = operator("nn.bias_add", ["conv", 0, 0, { bias: [1, 2, 3, 4], data_format: "NCHW" }]);
    expect(() => last(first)).toThrow(/keeps its channels first/);
  });
});

describe("a slice of channels picks units, as Python counts them:", () => {
  it.each([
    ["x[..., ::-1]", [ellipsis, slice(null, null, -1)], [3, 2, 1, 0]],
    ["x[..., 1:3]", [ellipsis, slice(1, 3, null)], [1, 2]],
    ["x[..., -2:]", [ellipsis, slice(-2, null, null)], [2, 3]],
    ["x[..., 2::-1]", [ellipsis, slice(2, null, -1)], [2, 1, 0]],
    ["x[..., ::2]", [ellipsis, slice(null, null, 2)], [0, 2]],
    ["x[..., :99]", [ellipsis, slice(null, 99, null)], [0, 1, 2, 3]],
    [
      "x[:, :, :, 3:0:-2]",
      [slice(null, null, null), slice(0, null, 1), slice(null, null, null), slice(3, 0, -2)],
      [3, 1],
    ],
  ])("%s", (_, spec, channels) => {
    expect(last(sliced(...spec))).toMatchObject({ kind: "select", channels });
  });

  it.each([
    ["x[:, 1:]", [slice(null, null, null), slice(1, null, null)], "it picks among rows, columns or examples"],
    ["x[1:]", [slice(1, null, null)], "it picks among rows, columns or examples"],
    ["x[..., 2]", [ellipsis, 2], "it takes one channel and leaves out the axis of channels"],
    ["x[..., 4:]", [ellipsis, slice(4, null, null)], "what it picks is not there"],
    ["x[..., ::0]", [ellipsis, slice(null, null, 0)], "what it picks is not there"],
  ])("and anything else is opaque: %s", (_, spec, reason) => {
    expect(last(sliced(...spec))).toMatchObject({ kind: "opaque", reason });
  });
});

describe("BatchNormalizationV1", () => {
  it("is a batch norm", () => {
    const norm = {
      class_name: "BatchNormalizationV1",
      name: "op",
      config: { name: "op", axis: [3], epsilon: 0.01 },
      inbound_nodes: [[["conv", 0, 0, {}]]],
    };
    expect(last(norm)).toMatchObject({ kind: "norm", epsilon: 0.01 });
  });
});

describe.skipIf(!hasShared)("a model with its preprocessing inside", () => {
  it("has all its layers", async () => {
    const net = await open(shared("cases", "import", "keras", "tfoplambda-truediv.h5"));
    expect(net.ops.filter(({ kind }) => kind === "opaque")).toEqual([]);
  });
});
