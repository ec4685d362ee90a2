/**
 * A tfjs GraphModel as a graph: `model.json` holds a TensorFlow GraphDef as JSON. A node is `{ name, op, input, attr }`; it
 * reads `"other"`, `"other:1"` for a second output, and `"^other"` for one it only has to wait for. Constants are in the
 * weights, under the names of their nodes.
 */

import { LensError } from "../../core/errors.js";
import type { AxisOrder } from "../graph/layout.js";
import type { GraphNode, Setting } from "../graph/node.js";
import type { Graph } from "../graph/read.js";
import { type GraphConstant, listOf } from "../graph/value.js";
import { isArray, isObject, type Json, type JsonObject, shortJson } from "../json.js";
import { notOneInput } from "../one-input.js";
import type { StoredWeight } from "../weights.js";
import { joinDilated } from "./dilated.js";

/** Outputs of a node that can be read; batch norms have the most. */
const mostOutputs = 6;

/**
 * The graph of a topology and its weights.
 *
 * @throws LensError `bad-model` when it contradicts itself.
 */
export function graphOf(
  topology: JsonObject,
  weights: ReadonlyMap<string, StoredWeight>,
  signature: Json | undefined,
): Graph {
  const list = topology.node;
  if (!isArray(list) || list.length === 0) throw new LensError("bad-model", "the graph has no nodes");
  const nodes = list.map((entry) => nodeOf(entry));
  const images = nodes.filter(({ type }) => type === "Placeholder");
  if (images.length !== 1) throw notOneInput(images.map(({ name }) => name));
  const image = images[0]!;
  const sizes = sizesOf(image, signature);
  const constants = new Map([...weights].map(([name, weight]) => [name, constantOf(name, weight)]));
  const axes = orderOf(image, sizes ?? [], nodes, constants);
  if (sizes?.length !== 4 || sizes[axes.indexOf("C")] === null) {
    throw new LensError(
      "bad-model",
      `a network reads images, [batch, height, width, channels]; input "${image.name}" is of shape ${shortJson(sizes ?? null)}`,
    );
  }
  const computing = nodes.filter(({ name, type }) => type !== "Placeholder" && !weights.has(name));
  return {
    name: "model",
    nodes: joinDilated(computing, constants),
    constants,
    input: { name: image.name, sizes, axes },
    outputs: outputsOf(signature, nodes),
    version: 1,
  };
}

function constantOf(name: string, { shape, whole, values }: StoredWeight): GraphConstant {
  return { kind: "constant", name, shape, whole, read: values };
}

/** The order of the image's axes: channels come first where what reads it says so, or where only that can be. */
function orderOf(
  image: GraphNode,
  sizes: readonly (number | null)[],
  nodes: readonly GraphNode[],
  constants: ReadonlyMap<string, GraphConstant>,
): AxisOrder {
  const reading = nodes.filter(({ inputs }) => inputs[0] === image.name);
  const isTurned = reading.some(({ type, inputs }) => {
    const order = type === "Transpose" ? constants.get(inputs[1] ?? "") : undefined;
    return order !== undefined && listOf(order).join() === "0,2,3,1";
  });
  const said = reading.find(({ settings }) => settings.has("data_format"))?.settings.get("data_format");
  if (isTurned || said === "NCHW") return "NCHW";
  const few = (n: number | null | undefined): boolean => n === 1 || n === 3 || n === 4;
  return said === undefined && few(sizes[1]) && !few(sizes[3]) ? "NCHW" : "NHWC";
}

function nodeOf(entry: Json): GraphNode {
  const { name, op, input = [], attr = {} } = isObject(entry) ? entry : {};
  const inputs = input ?? [];
  if (
    typeof name !== "string" ||
    typeof op !== "string" ||
    !isArray(inputs) ||
    !inputs.every((n) => typeof n === "string")
  ) {
    throw new LensError("bad-model", `a node of a graph has a name, an op and inputs; got ${shortJson(entry)}`);
  }
  const settings = new Map<string, Setting>();
  for (const [key, value] of Object.entries(isObject(attr) ? attr : {})) {
    const setting = settingOf(value);
    if (setting !== undefined) settings.set(key, setting);
  }
  return {
    name,
    type: op,
    inputs: (inputs as string[]).filter((read) => !read.startsWith("^")).map((read) => read.replace(/:0$/, "")),
    outputs: [name, ...Array.from({ length: mostOutputs - 1 }, (_, i) => `${name}:${i + 1}`)],
    settings,
  };
}

/** A setting is a number, flag or text (`s`, in base64), a type, a shape, or a list of one of these. */
function settingOf(value: Json | undefined): Setting | undefined {
  if (!isObject(value)) return undefined;
  if (value.b !== undefined) return value.b === true;
  if (value.i !== undefined) return Number(value.i);
  if (value.f !== undefined) return Number(value.f);
  if (typeof value.s === "string") return textOf(value.s);
  if (value.type !== undefined) return String(value.type);
  if (isObject(value.shape)) return shapeOf(value.shape);
  if (!isObject(value.list)) return undefined;
  const { i, f, s } = value.list;
  if (isArray(i)) return i.map(Number);
  if (isArray(f)) return f.map(Number);
  return isArray(s) ? s.map((text) => textOf(String(text))) : [];
}

function textOf(base64: string): string {
  try {
    return atob(base64);
  } catch {
    return base64;
  }
}

function shapeOf(shape: JsonObject): number[] {
  const dims = isArray(shape.dim) ? shape.dim : [];
  return dims.map((dim) => (isObject(dim) && dim.size !== undefined ? Number(dim.size) : -1));
}

/** Sizes of the image: of its node, or where that says nothing, of the signature. */
function sizesOf(image: GraphNode, signature: Json | undefined): (number | null)[] | undefined {
  const own = image.settings.get("shape");
  const inputs = isObject(signature) && isObject(signature.inputs) ? Object.values(signature.inputs) : [];
  const [told] = inputs.map((input) =>
    isObject(input) && isObject(input.tensorShape) ? shapeOf(input.tensorShape) : [],
  );
  const list = Array.isArray(own) && own.length > 0 ? (own as number[]) : told;
  return list?.map((n) => (Number.isInteger(n) && n > 0 ? n : null));
}

/** What the model puts out by its signature; else what no node reads. */
function outputsOf(signature: Json | undefined, nodes: readonly GraphNode[]): string[] {
  const told = isObject(signature) && isObject(signature.outputs) ? Object.values(signature.outputs) : [];
  const names = told.flatMap((output) =>
    isObject(output) && typeof output.name === "string" ? [output.name.replace(/:0$/, "")] : [],
  );
  if (names.length > 0) return names;
  const read = new Set(nodes.flatMap(({ inputs }) => inputs.map((name) => name.replace(/:\d+$/, ""))));
  return nodes
    .filter(({ name, type }) => !read.has(name) && type !== "NoOp" && type !== "Const")
    .map(({ name }) => name);
}
