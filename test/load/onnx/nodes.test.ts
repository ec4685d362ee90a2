/** Single ONNX nodes behind a convolution: what of them is computed, and what is opaque because it would be computed wrongly. */
import { describe, expect, it } from "vitest";
import type { GraphNode, Setting } from "../../../src/load/graph/node.js";
import { type Graph, readGraph } from "../../../src/load/graph/read.js";
import type { GraphConstant } from "../../../src/load/graph/value.js";
import { tensorFlowDialect } from "../../../src/load/graph-model/nodes.js";
import { onnxDialect } from "../../../src/load/onnx/nodes.js";
import type { Network } from "../../../src/network/network.js";

type Settings = Record<string, Setting>;

const node = (type: string, inputs: readonly string[], output: string, settings: Settings = {}): GraphNode => ({
  name: output,
  type,
  inputs,
  outputs: [output],
  settings: new Map(Object.entries(settings)),
});

const constant = (name: string, shape: readonly number[], values?: readonly number[], whole = false): GraphConstant => {
  const count = shape.reduce((product, n) => product * n, 1);
  const numbers = values ?? Array.from({ length: count }, (_, i) => (i % 7) - 3);
  return { kind: "constant", name, shape, whole, read: () => Float32Array.from(numbers) };
};

/** An image of 4 × 4 pixels, a convolution to four channels called `c`, and nodes behind it; `y` is what comes out. */
function network(nodes: readonly GraphNode[], constants: readonly GraphConstant[] = [], version = 19): Network {
  const all = [constant("w", [4, 3, 1, 1]), ...constants];
  const graph: Graph = {
    name: "small",
    nodes: [node("Conv", ["x", "w"], "c"), ...nodes],
    constants: new Map(all.map((one) => [one.name, one])),
    input: { name: "x", sizes: [1, 3, 4, 4], axes: "NCHW" },
    outputs: ["y"],
    version,
  };
  return readGraph(graph, onnxDialect, {});
}

const reasons = (net: Network): string[] => net.ops.flatMap((op) => (op.kind === "opaque" ? [op.reason] : []));

describe("a node that takes rows for channels", () => {
  const turned = node("Transpose", ["c"], "t", { perm: [0, 1, 3, 2] });
  const last = node("Transpose", ["c"], "t", { perm: [0, 2, 3, 1] });
  const four = ["gamma", "beta", "mean", "variance"].map((name) => constant(name, [4], [1, 2, 3, 4]));
  it.each([["LRN", last, node("LRN", ["t"], "y", { size: 3 }), []]] as const)(
    "is opaque: %s",
    (_, before, then, constants) => {
      expect(reasons(network([before, then], constants))).toEqual([
        expect.stringContaining("batch, rows, columns, channels"),
      ]);
    },
  );

  it.each([
    ["Conv", last, node("Conv", ["t", "v"], "y"), [constant("v", [2, 4, 1, 1])]],
    ["BatchNormalization", last, node("BatchNormalization", ["t", "gamma", "beta", "mean", "variance"], "y"), four],
    ["MaxPool", last, node("MaxPool", ["t"], "y", { kernel_shape: [2, 1] }), []],
    ["GlobalAveragePool", last, node("GlobalAveragePool", ["t"], "y"), []],
  ] as const)("has the axes put in its order first: %s", (_, before, then, constants) => {
    const net = network([before, then], constants);
    expect(reasons(net)).toEqual([]);
    expect(net.ops.some(({ kind }) => kind === "permute")).toBe(true);
  });

  it("has its window turned where rows and columns are exchanged, and the output put back", () => {
    const net = network([turned, node("MaxPool", ["t"], "y", { kernel_shape: [2, 1] })]);
    expect(net.ops.map(({ kind }) => kind)).toEqual(["input", "conv", "pool", "permute"]);
    expect(net.ops.find(({ kind }) => kind === "pool")).toMatchObject({ size: [1, 2] });
  });

  it("is computed where the axes were put back before", () => {
    const back = node("Transpose", ["t"], "b", { perm: [0, 1, 3, 2] });
    expect(reasons(network([turned, back, node("MaxPool", ["b"], "y", { kernel_shape: [2, 1] })]))).toEqual([]);
  });
});

describe("a batch norm behind a flattened map", () => {
  it("has its statistics in our order, the channel fastest", () => {
    const count = 4 * 4 * 4;
    const numbers = Array.from({ length: count }, (_, i) => i + 1);
    const parts = ["gamma", "beta", "mean", "variance"].map((name) => constant(name, [count], numbers));
    const norm = node("BatchNormalization", ["f", "gamma", "beta", "mean", "variance"], "y");
    const net = network([node("Flatten", ["c"], "f"), norm], parts);
    const op = net.ops.find(({ kind }) => kind === "norm")!;
    // Channel by channel there, 16 pixels each.
    expect(op.kind === "norm" && [...op.mean.slice(0, 5)]).toEqual([1, 17, 33, 49, 2]);
    expect(op.kind === "norm" && [...op.gamma!.slice(-2)]).toEqual([48, 64]);
  });
});

describe("enlarging by nearest pixels", () => {
  const enlarged = (mode: string, rounding: string): string[] => {
    const settings = { mode: "nearest", coordinate_transformation_mode: mode, nearest_mode: rounding };
    return reasons(network([node("Resize", ["c", "", "s"], "y", settings)], [constant("s", [4], [1, 1, 2, 2])]));
  };

  it.each(["half_pixel", "pytorch_half_pixel", "half_pixel_symmetric"])("copies by %s where it rounds", (mode) => {
    expect(["round_prefer_floor", "round_prefer_ceil"].flatMap((rounding) => enlarged(mode, rounding))).toEqual([]);
    expect(enlarged(mode, "floor")).toEqual([`it takes nearest pixels by ${mode} and floor`]);
  });

  it.each(["asymmetric", "tf_half_pixel_for_nn"])("copies by %s where it rounds down", (mode) => {
    expect(enlarged(mode, "floor")).toEqual([]);
    expect(enlarged(mode, "round_prefer_floor")).toEqual([`it takes nearest pixels by ${mode} and round_prefer_floor`]);
  });

  it.each(["align_corners", "tf_crop_and_resize"])("is opaque by %s", (mode) => {
    for (const rounding of ["round_prefer_floor", "floor", "ceil"]) expect(enlarged(mode, rounding)).toHaveLength(1);
  });
});

describe("a cast", () => {
  it.each([1, 10, 11, 16])("of a map to floats, type %i, passes it on", (to) => {
    expect(reasons(network([node("Cast", ["c"], "y", { to })]))).toEqual([]);
  });

  it.each([
    [6, "int32"],
    [9, "bool"],
  ])("of a map to type %i is opaque", (to, name) => {
    expect(reasons(network([node("Cast", ["c"], "y", { to })]))).toEqual([`it makes ${name} of its numbers`]);
  });

  it("of a map to whole numbers is opaque in a GraphModel too", () => {
    const graph: Graph = {
      name: "small",
      nodes: [
        node("Conv2D", ["x", "w"], "c", { strides: [1, 1, 1, 1] }),
        node("Cast", ["c"], "y", { DstT: "DT_INT32" }),
      ],
      constants: new Map([["w", constant("w", [1, 1, 3, 4])]]),
      input: { name: "x", sizes: [1, 4, 4, 3], axes: "NHWC" },
      outputs: ["y"],
      version: 1,
    };
    expect(reasons(readGraph(graph, tensorFlowDialect, {}))).toEqual(["it makes DT_INT32 of its numbers"]);
  });
});

describe("constants that are computed", () => {
  /** The kernel `[1, 1, 3, 4]` that a convolution gets of computed weights, in the order of the file, `[4, 3]`. */
  function kernelOf(then: readonly GraphNode[], constants: readonly GraphConstant[]): number[] {
    const net = network([...then, node("Conv", ["x", "made"], "y")], constants);
    const op = net.ops.at(-1)!;
    if (op.kind !== "conv") return [];
    const [, , inputs, outputs] = op.kernelShape;
    return Array.from(
      { length: inputs * outputs },
      (_, i) => op.kernel[(i % inputs) * outputs + Math.floor(i / inputs)]!,
    );
  }

  it("repeat along the axes of which they have one", () => {
    const [column, row] = [constant("a", [4, 1, 1, 1], [1, 2, 3, 4]), constant("b", [1, 3, 1, 1], [1, 10, 100])];
    const wanted = [1, 10, 100, 2, 20, 200, 3, 30, 300, 4, 40, 400];
    expect(kernelOf([node("Mul", ["a", "b"], "made")], [column, row])).toEqual(wanted);
    expect(kernelOf([node("Mul", ["b", "a"], "made")], [column, row])).toEqual(wanted);
    const [twelve, apart] = [constant("a", [4, 3, 1, 1]), constant("b", [1, 2, 1, 1], [1, 2])];
    // The only convolution is opaque, its weights not known.
    expect(() => kernelOf([node("Mul", ["a", "b"], "made")], [twelve, apart])).toThrow("convolution");
  });

  it("may be thousands of weights times a factor", () => {
    const many = constant("many", [2048, 3, 1, 1]);
    const kernel = kernelOf([node("Mul", ["many", "half"], "made")], [many, constant("half", [], [0.5])]);
    expect(kernel).toEqual([...many.read()].map((value) => value * 0.5));
  });

  it("of too many numbers are no settings, and what reads them is opaque alone", () => {
    const many = constant("many", [70, 84]);
    expect(reasons(network([node("Reshape", ["c", "many"], "y")], [many]))).toEqual([
      'it reads 5880 numbers of "many" where a few settings are expected',
    ]);
  });

  it("are divided to whole numbers only where they are whole numbers", () => {
    const list = [3, 4, 1, 1];
    const floats = [constant("a", [4, 3, 1, 1], Array(12).fill(3)), constant("b", [], [2])];
    expect(kernelOf([node("Div", ["a", "b"], "made")], floats)[0]).toBe(1.5);
    const wholes = [
      constant(
        "l",
        [4],
        list.map((n) => 2 * n + 1),
        true,
      ),
      constant("two", [], [2], true),
    ];
    const halved = node("Div", ["l", "two"], "shape");
    const shaped = node("ConstantOfShape", ["shape"], "made", { value: constant("v", [1], [7]) });
    // 7 / 2, 9 / 2 and 3 / 2, cut off: three filters of four channels do not fit an image of three, which says that they were.
    expect(() => kernelOf([halved, shaped], wholes)).toThrow("its weights are for 4 in 1 groups");
  });

  it("are the sizes that a Shape is asked for", () => {
    const parts = [node("Shape", ["x"], "shape", { start: 1, end: 2 }), node("ConstantOfShape", ["sizes"], "made")];
    const ends = [constant("four", [1], [4], true), constant("ones", [2], [1, 1], true)];
    const sizes = node("Concat", ["four", "shape", "ones"], "sizes", { axis: 0 });
    expect(kernelOf([parts[0]!, sizes, parts[1]!], ends)).toEqual(Array(12).fill(0));
    const last = node("Shape", ["x"], "shape", { start: -3, end: -2 });
    expect(kernelOf([last, sizes, parts[1]!], ends)).toEqual(Array(12).fill(0));
  });
});

describe("a layer norm that a graph writes out", () => {
  const of = (name: string, axes: readonly number[]): GraphNode =>
    node("ReduceMean", [name], `${name}-mean`, { axes, keepdims: 1 });
  const constants = [constant("two", [], [2]), constant("e", [], [1e-5])];
  const written = (axes: readonly number[]): GraphNode[] => [
    of("c", axes),
    node("Sub", ["c", "c-mean"], "centred"),
    node("Pow", ["centred", "two"], "squares"),
    of("squares", axes),
    node("Add", ["squares-mean", "e"], "sum"),
    node("Sqrt", ["sum"], "root"),
    node("Div", ["centred", "root"], "y"),
  ];

  it("is one operation, over the channels of a pixel or the pixels of a channel", () => {
    const one = (axes: readonly number[]) => network(written(axes), constants, 13).ops.at(-1);
    expect(one([1])).toMatchObject({ kind: "normalize", over: "pixel", groups: 1, epsilon: Math.fround(1e-5) });
    expect(one([2, 3])).toMatchObject({ kind: "normalize", over: "map", groups: 4 });
    expect(one([1, 2, 3])).toMatchObject({ kind: "normalize", over: "map", groups: 1 });
  });

  it("is computed by its parts over other axes, and where its two means differ", () => {
    const kinds = (nodes: readonly GraphNode[]) => network(nodes, constants, 13).ops.map(({ kind }) => kind);
    expect(kinds(written([2]))).not.toContain("normalize");
    const [first, ...rest] = written([2, 3]);
    expect(kinds([of("c", [1]), ...rest])).not.toContain("normalize");
    expect(kinds([first!, ...rest])).toContain("normalize");
  });
});

describe("a constant that varies along several axes", () => {
  it("is a scale and shift of each value", () => {
    const net = network([node("Sub", ["c", "k"], "y")], [constant("k", [4, 4, 4])]);
    expect(reasons(net)).toEqual([]);
    expect(net.ops.map(({ kind }) => kind)).toEqual(["input", "conv", "reshape", "norm", "reshape"]);
    expect(net.layers.at(-1)!.output).toEqual([4, 4, 4]);
  });

  it("too far from zero to be subtracted and added again has no maximum with a map", () => {
    const far = constant("k", [4, 1, 1], [0, 1, -1e9, 2]);
    expect(reasons(network([node("Max", ["c", "k"], "y")], [far]))).toEqual([
      "it takes the maximum of a map and different numbers, -1000000000 among them",
    ]);
  });
});
