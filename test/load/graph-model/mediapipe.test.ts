/**
 * Three GraphModels in the manner of MediaPipe's: a face detector (BlazeFace), a mesh of a face (FaceMesh) and a selfie
 * segmentation, small and with random weights, held to the executor of tfjs.
 */
import { describe, expect, it } from "vitest";
import { readGraph } from "../../../src/load/graph/read.js";
import { graphOf } from "../../../src/load/graph-model/graph.js";
import { tensorFlowDialect } from "../../../src/load/graph-model/nodes.js";
import type { JsonObject } from "../../../src/load/json.js";
import type { StoredWeight } from "../../../src/load/weights.js";
import { tryGraph } from "../random-graphs.js";
import { noise } from "../tfjs.js";
import { executed } from "./random-graphs.js";

const bytes = (text: string): JsonObject => ({ s: Buffer.from(text).toString("base64") });
const list = (values: readonly number[]): JsonObject => ({ list: { i: values.map(String) } });

/** A graph while it is written down. */
class Graph {
  readonly nodes: JsonObject[] = [];
  readonly weights = new Map<string, StoredWeight>();
  #names = 0;

  constructor(size: number) {
    const dim = [1, size, size, 3].map((n) => ({ size: String(n) }));
    const attr = { dtype: { type: "DT_FLOAT" }, shape: { shape: { dim } } };
    this.nodes.push({ name: "image", op: "Placeholder", attr });
  }

  #const(shape: readonly number[], values: Float32Array, whole: boolean): string {
    const name = `w${this.#names++}`;
    this.nodes.push({ name, op: "Const", attr: { dtype: { type: whole ? "DT_INT32" : "DT_FLOAT" } } });
    this.weights.set(name, { name, shape, whole, values: () => values });
    return name;
  }

  floats(...shape: number[]): string {
    const count = shape.reduce((product, n) => product * n, 1);
    const inputs = shape.length > 1 ? count / shape.at(-1)! : 4;
    return this.#const(
      shape,
      noise(count, 50 + this.#names).map((v) => v * Math.sqrt(3 / inputs)),
      false,
    );
  }

  number(value: number): string {
    return this.#const([], Float32Array.of(value), false);
  }

  ints(values: readonly number[], shape: readonly number[] = [values.length]): string {
    return this.#const(shape, Float32Array.from(values), true);
  }

  add(op: string, inputs: readonly string[], attr: JsonObject = {}): string {
    const name = `${op.toLowerCase()}${this.#names++}`;
    this.nodes.push({ name, op, input: inputs, attr: { T: { type: "DT_FLOAT" }, ...attr } });
    return name;
  }

  conv(x: string, [size, inputs, outputs]: readonly [number, number, number], stride = 1, padding = "SAME"): string {
    const made = this.add("Conv2D", [x, this.floats(size, size, inputs, outputs)], slides(stride, padding));
    return this.add("BiasAdd", [made, this.floats(outputs)], { data_format: bytes("NHWC") });
  }

  depthwise(x: string, size: number, channels: number, stride = 1): string {
    const made = this.add("DepthwiseConv2dNative", [x, this.floats(size, size, channels, 1)], slides(stride, "SAME"));
    return this.add("BiasAdd", [made, this.floats(channels)], { data_format: bytes("NHWC") });
  }

  /** A residual block of BlazeFace and FaceMesh: where it has more channels, zeros are added to those before it. */
  block(x: string, size: number, [before, after]: readonly [number, number], stride = 1): string {
    const y = this.conv(this.depthwise(x, size, before, stride), [1, before, after]);
    const pooled = stride === 1 ? x : this.add("MaxPool", [x], { ...slides(2, "SAME"), ksize: list([1, 2, 2, 1]) });
    const zeros = this.ints([0, 0, 0, 0, 0, 0, 0, after - before], [4, 2]);
    return this.add("AddV2", [y, after === before ? pooled : this.add("Pad", [pooled, zeros])]);
  }

  /** `x · relu6(x + 3) / 6`. */
  hardSwish(x: string): string {
    const gate = this.add("Relu6", [this.add("AddV2", [x, this.number(3)])]);
    return this.add("Mul", [x, this.add("Mul", [gate, this.number(1 / 6)])]);
  }

  /** Squeeze and excite: each channel times a number made of the means of all. */
  squeezeExcite(x: string, channels: number): string {
    const mean = this.add("Mean", [x, this.ints([1, 2])], { keep_dims: { b: true } });
    const less = this.add("Relu", [this.conv(mean, [1, channels, channels / 2])]);
    return this.add("Mul", [x, this.add("Sigmoid", [this.conv(less, [1, channels / 2, channels])])]);
  }
}

function slides(stride: number, padding: string): JsonObject {
  return {
    strides: list([1, stride, stride, 1]),
    dilations: list([1, 1, 1, 1]),
    padding: bytes(padding),
    data_format: bytes("NHWC"),
  };
}

/** Two heads at different sizes, their boxes one below the other. */
function blazeFace(g: Graph): string {
  let x = g.add("Relu", [g.conv("image", [5, 3, 8], 2)]);
  x = g.add("Relu", [g.block(x, 3, [8, 8])]);
  x = g.add("Relu", [g.block(x, 5, [8, 12], 2)]);
  const small = g.add("Relu", [g.block(x, 5, [12, 16], 2)]);
  const heads = [
    [x, 12],
    [small, 16],
  ] as const;
  const boxes = heads.map(([map, channels]) => g.add("Reshape", [g.conv(map, [1, channels, 8]), g.ints([1, -1, 4])]));
  return g.add("ConcatV2", [...boxes, g.ints([1], [])], { N: { i: "2" } });
}

function faceMesh(g: Graph): string {
  const prelu = (x: string, channels: number): string => g.add("Prelu", [x, g.floats(1, 1, channels)]);
  let x = prelu(g.conv("image", [3, 3, 8], 2), 8);
  x = prelu(g.block(x, 3, [8, 8]), 8);
  x = prelu(g.block(x, 3, [8, 16], 2), 16);
  x = prelu(g.block(x, 3, [16, 24], 2), 24);
  const points = g.conv(x, [4, 24, 30], 1, "VALID");
  return g.add("Reshape", [points, g.ints([1, -1])]);
}

function selfieSegmentation(g: Graph): string {
  const resize = { align_corners: { b: false }, half_pixel_centers: { b: true } };
  const first = g.hardSwish(g.conv("image", [3, 3, 8], 2));
  const second = g.squeezeExcite(g.add("Relu", [g.depthwise(first, 3, 8, 2)]), 8);
  const third = g.hardSwish(g.squeezeExcite(g.hardSwish(g.depthwise(g.conv(second, [1, 8, 16]), 5, 16, 2)), 16));
  const enlarged = g.add("ResizeBilinear", [g.conv(third, [1, 16, 8]), g.ints([8, 8])], resize);
  const joined = g.add("AddV2", [enlarged, g.squeezeExcite(second, 8)]);
  const again = g.add("ResizeBilinear", [g.add("Relu", [g.conv(joined, [1, 8, 8])]), g.ints([16, 16])], resize);
  const last = g.add("AddV2", [again, g.conv(first, [1, 8, 8])]);
  const kernel = g.floats(2, 2, 1, 8);
  const mask = g.add("Conv2DBackpropInput", [g.ints([1, 32, 32, 1]), kernel, last], slides(2, "SAME"));
  return g.add("Sigmoid", [g.add("BiasAdd", [mask, g.floats(1)], { data_format: bytes("NHWC") })]);
}

describe("an output that is neither a list nor an image", () => {
  it("has a note that says along which axis its units run", () => {
    const g = new Graph(32);
    const output = blazeFace(g);
    const topology = { node: g.nodes, versions: { producer: 1 } };
    const net = readGraph(
      graphOf(topology, g.weights, { outputs: { output: { name: output } } }),
      tensorFlowDialect,
      {},
    );
    expect(net.notes).toEqual([`output "${output}" is 1×160×4 in the file; its units here run along axis 1 of these`]);
    expect(net.layers.at(-1)!.output.at(-1)).toBe(160);
  });
});

describe("a graph in the manner of MediaPipe", () => {
  it.each([
    ["BlazeFace", blazeFace],
    ["FaceMesh", faceMesh],
    ["SelfieSegmentation", selfieSegmentation],
  ] as const)("computes what tfjs computes, without an opaque layer: %s", async (_, write) => {
    const g = new Graph(32);
    // Boxes and points are compared in the file's order, as one list.
    const made = write(g);
    const output = write === blazeFace ? g.add("Reshape", [made, g.ints([1, -1])]) : made;
    const topology = { node: g.nodes, versions: { producer: 1 } };
    const data = noise(32 * 32 * 3, 7);
    const drawn = { topology, weights: g.weights, image: [1, 32, 32, 3], channelsFirst: false, output };
    const wanted = await executed(drawn, data);
    const open = () =>
      readGraph(graphOf(topology, g.weights, { outputs: { output: { name: output } } }), tensorFlowDialect, {});
    expect(open().ops.filter(({ kind }) => kind === "opaque")).toEqual([]);
    const top = wanted!.output.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(top).toBeGreaterThan(0.01);
    const image = { height: 32, width: 32, channels: 3, data };
    expect(await tryGraph(open, image, wanted!, "NHWC")).toEqual({ is: "right", why: "" });
  });
});
