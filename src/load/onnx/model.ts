/** An ONNX file as a graph: ModelProto with producer (2), graph (7) and operator sets (8). */

import { isLensError, LensError } from "../../core/errors.js";
import type { GraphNode, Setting } from "../graph/node.js";
import type { Graph } from "../graph/read.js";
import type { GraphConstant } from "../graph/value.js";
import { notOneInput } from "../one-input.js";
import { type Externals, externalFiles, readTensor } from "./tensor.js";
import { Message } from "./wire.js";

/** Reads the files beside a model. */
export type ReadBeside = (name: string) => Promise<Uint8Array>;

/**
 * The graph of an ONNX file.
 *
 * @throws LensError `file` when it is not one, `bad-model` when it contradicts itself.
 */
export async function parseOnnx(bytes: Uint8Array, where: string, readBeside: ReadBeside): Promise<Graph> {
  const parts = inFile(where, () => partsOf(bytes));
  const externals = new Map<string, Uint8Array>();
  for (const name of inFile(where, () => externalFiles(parts.tensors))) externals.set(name, await readBeside(name));
  return inFile(where, () => graphOf(parts, externals, where));
}

interface Parts {
  readonly graph: Message;
  readonly nodes: readonly Message[];
  /** Initializers, and the tensors in the settings of nodes. */
  readonly tensors: readonly Message[];
  readonly version: number;
}

function partsOf(bytes: Uint8Array): Parts {
  const model = new Message(bytes);
  const graph = model.message(7);
  const nodes = graph.messages(1);
  if (nodes.length === 0) throw new Error("it has no nodes");
  const versions = model.messages(8).filter((set) => isStandard(set.text(1)));
  const settings = nodes.flatMap((node) => node.messages(5)).filter((setting) => setting.has(5));
  return {
    graph,
    nodes,
    tensors: [...graph.messages(5), ...settings.map((setting) => setting.message(5))],
    version: versions[0]?.int(2) ?? 1,
  };
}

const isStandard = (domain: string): boolean => domain === "" || domain === "ai.onnx";

function graphOf({ graph, nodes, version }: Parts, externals: Externals, where: string): Graph {
  const constants = new Map(graph.messages(5).map((tensor) => [tensor.text(8), readTensor(tensor, externals)]));
  const all = nodes.map((node, i) => nodeOf(node, i, externals));
  return {
    name: graph.text(2) || where,
    nodes: all,
    constants,
    input: imageOf(graph, constants, all),
    outputs: graph.messages(12).map((output) => output.text(1)),
    version,
  };
}

/** NodeProto: inputs (1), outputs (2), name (3), type (4), settings (5), domain (7). */
function nodeOf(message: Message, number: number, externals: Externals): GraphNode {
  const domain = message.text(7);
  const type = isStandard(domain) ? message.text(4) : `${domain}.${message.text(4)}`;
  const outputs = message.texts(2);
  const settings = new Map<string, Setting>();
  for (const setting of message.messages(5)) {
    const value = settingOf(setting, externals);
    if (value !== undefined) settings.set(setting.text(1), value);
  }
  return {
    name: message.text(3) || outputs[0] || `${type}_${number}`,
    nameless: message.text(3) === "",
    type,
    inputs: message.texts(1),
    outputs,
    settings,
  };
}

/** AttributeProto: name (1), float (2), int (3), text (4), tensor (5), floats (7), ints (8), texts (9), type (20). */
function settingOf(message: Message, externals: Externals): Setting | undefined {
  switch (message.int(20)) {
    case 1:
      return message.float(2);
    case 2:
      return message.int(3);
    case 3:
      return message.text(4);
    case 4:
      return readTensor(message.message(5), externals);
    case 6:
      return [...message.floats(7)];
    case 7:
      return message.ints(8);
    case 8:
      return message.texts(9);
    default:
      return undefined;
  }
}

/** The one input that is no weight, an image: four axes, of which the channels are told from what reads it. */
function imageOf(
  graph: Message,
  constants: ReadonlyMap<string, GraphConstant>,
  nodes: readonly GraphNode[],
): Graph["input"] {
  const inputs = graph.messages(11).filter((input) => !constants.has(input.text(1)));
  if (inputs.length !== 1) throw notOneInput(inputs.map((input) => input.text(1)));
  const name = inputs[0]!.text(1);
  // ValueInfoProto: type (2) → tensor (1) → shape (2) → sizes (1), each a number (1) or a name (2).
  const sizes = inputs[0]!
    .message(2)
    .message(1)
    .message(2)
    .messages(1)
    .map((size) => (size.int(1) > 0 ? size.int(1) : null));
  const isTurned = nodes.some(
    ({ type, inputs: reads, settings }) =>
      type === "Transpose" && reads[0] === name && String(settings.get("perm")) === "0,3,1,2",
  );
  const few = (n: number | null | undefined): boolean => n === 1 || n === 3 || n === 4;
  const isConvolved = nodes.some(({ type, inputs: reads }) => type === "Conv" && reads[0] === name);
  const axes = isTurned || (!isConvolved && !few(sizes[1]) && few(sizes[3])) ? "NHWC" : "NCHW";
  if (sizes.length !== 4 || sizes[axes.indexOf("C")] === null) {
    throw new LensError(
      "bad-model",
      `a network reads images, [batch, channels, height, width]; input "${name}" is of shape [${sizes.map((n) => n ?? "?").join(", ")}]`,
    );
  }
  return { name, sizes, axes };
}

/** Runs a reader of bytes; whatever it stumbles over is a damaged file. */
function inFile<T>(where: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (isLensError(cause)) throw cause;
    throw new LensError("file", `"${where}" is no ONNX model: ${(cause as Error).message}`, { cause });
  }
}
