/**
 * From the nodes of a graph to a network: in an order in which each comes after those it reads, each becomes a constant, an
 * operation, or only another name for what it reads. What cannot be computed keeps its place as an opaque operation.
 */
import { isLensError, LensError } from "../../core/errors.js";
import { formatShape } from "../../core/shape.js";
import type { Network } from "../../network/network.js";
import { imageInputOf, type ModelChoices } from "../build.js";
import { GraphBuilder } from "./builder.js";
import { CannotRead } from "./cannot-read.js";
import { namingOf } from "./names.js";
import { type GraphNode, type NodeReader, NodeToRead } from "./node.js";
import { asOutput } from "./output.js";
import { addOpaque } from "./simple.js";
import { fileShape, type GraphConstant, type GraphMap, type GraphValue } from "./value.js";

/** A graph as its file has it. */
export interface Graph {
  readonly name: string;
  readonly nodes: readonly GraphNode[];
  readonly constants: ReadonlyMap<string, GraphConstant>;
  /** The image: its tensor, its sizes in the file's order, and that order. */
  readonly input: { readonly name: string; readonly sizes: readonly (number | null)[]; readonly axes: "NCHW" | "NHWC" };
  /** Tensors that the model puts out; all that nobody reads where the file does not say. */
  readonly outputs: readonly string[];
  /** Version of the operator set. */
  readonly version: number;
}

/** What a format makes of its nodes. */
export interface Dialect {
  /** Nodes that compute, by type. */
  readonly readers: Readonly<Record<string, NodeReader>>;
  /** Nodes that only rearrange constants, or tell sizes, by type. */
  readonly folds: Readonly<Record<string, NodeReader>>;
  /** A sentence on what a node leaves to be desired, for the network's notes. */
  note?(node: GraphNode): string | undefined;
}

/**
 * Reads a graph.
 *
 * @throws LensError `bad-model` when it contradicts itself or runs in a circle.
 */
export function readGraph(graph: Graph, dialect: Dialect, choices: ModelChoices): Network {
  const nodes = ordered(leadingToOutputs(graph), graph);
  const readers = readerCounts(nodes, graph.outputs);
  const layerOf = namingOf(nodes);
  const { name: image, sizes, axes } = graph.input;
  const [h, w, c] = ["H", "W", "C"].map((letter) => sizes[axes.indexOf(letter)] ?? null);
  const builder = new GraphBuilder(imageInputOf([h!, w!, c!], choices), sizes[axes.indexOf("N")] ?? 1);
  const values = new Map<string, GraphValue>(graph.constants);
  const makers = new Map<string, NodeToRead>();
  values.set(image, builder.addInput(image.replace(/:\d+$/, ""), { axes, readers: readers.get(image) ?? 0 }));
  for (const node of nodes) {
    const inputs = node.inputs.map((name) => (name === "" ? undefined : values.get(name)));
    const note = dialect.note?.(node);
    if (note) builder.notes.push(note);
    const toRead = new NodeToRead(node, inputs, {
      builder,
      version: graph.version,
      readersOf: (tensor) => readers.get(tensor) ?? 0,
      layerOf: (weights) => layerOf(node, weights),
      makerOf: (tensor) => makers.get(tensor),
    });
    readNode(toRead, dialect).forEach((value, i) => {
      const output = node.outputs[i];
      if (output === undefined || output === "" || !value) return;
      values.set(output, value);
      makers.set(output, toRead);
    });
  }
  return builder.finish(choices.name ?? graph.name, outputMaps(graph, values, builder));
}

/** What the model puts out, with the units numbered as the file numbers them, or with a note on how they are. */
function outputMaps(
  { outputs }: Graph,
  values: ReadonlyMap<string, GraphValue>,
  builder: GraphBuilder,
): (GraphMap | undefined)[] {
  return outputs.flatMap((name) => {
    const value = values.get(name);
    return value?.kind === "constant" ? [] : [value && asOutput(builder, value, name)];
  });
}

/** What a node puts out; nothing where it cannot be known, as a constant of a kind that is not computed here. */
function readNode(node: NodeToRead, { readers, folds }: Dialect): readonly (GraphValue | undefined)[] {
  const { type, name, inputs, outputs } = node.node;
  const read = own(node.maps.length === 0 ? folds : readers, type);
  try {
    const missing = node.inputs.findIndex((value, i) => value === undefined && inputs[i] !== "");
    if (missing >= 0)
      throw new CannotRead(`its input "${inputs[missing]}" is computed in a way that is not known here`);
    if (!read) throw new CannotRead("this library has no operation for nodes of its type");
    const made = read(node);
    return Array.isArray(made) ? (made as readonly GraphValue[]) : [made as GraphValue];
  } catch (cause) {
    if (cause instanceof CannotRead && node.maps.length === 0) return [];
    if (cause instanceof CannotRead) {
      const parameters = node.inputs.reduce((sum, value) => sum + (value?.kind === "constant" ? countOf(value) : 0), 0);
      const parts = { layer: node.layer(), type, reason: cause.message, parameters };
      return outputs.map((_, i) =>
        i === 0 || node.readersOf(i) > 0 ? addOpaque(node, node.maps, parts, i) : undefined,
      );
    }
    if (isLensError(cause)) throw cause;
    throw new LensError(
      "bad-model",
      `node "${name}" (${type}) reads ${node.inputs.map(shapeInWords).join(", ")}, which its settings do not fit; export the model again`,
      { cause },
    );
  }
}

function shapeInWords(value: GraphValue | undefined): string {
  if (!value) return "nothing";
  return formatShape(value.kind === "map" ? fileShape(value) : value.shape) || "a number";
}

function own(table: Readonly<Record<string, NodeReader>>, type: string): NodeReader | undefined {
  return Object.hasOwn(table, type) ? table[type] : undefined;
}

function countOf({ shape }: GraphConstant): number {
  return shape.reduce((product, n) => product * n, 1);
}

/** The nodes that the outputs depend on. */
function leadingToOutputs({ nodes, outputs }: Graph): readonly GraphNode[] {
  if (outputs.length === 0) return nodes;
  const makers = new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const needed = new Set<GraphNode>();
  const waiting = [...outputs];
  while (waiting.length > 0) {
    const node = makers.get(waiting.pop()!);
    if (!node || needed.has(node)) continue;
    needed.add(node);
    waiting.push(...node.inputs);
  }
  return nodes.filter((node) => needed.has(node));
}

/** Nodes, each after those it reads, else in the order of the file. */
function ordered(nodes: readonly GraphNode[], { constants, input }: Graph): GraphNode[] {
  const makers = new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const isGiven = (name: string): boolean => constants.has(name) || name === input.name;
  const order: GraphNode[] = [];
  const done = new Set<GraphNode>();
  const open = new Set<GraphNode>();
  for (const first of nodes) {
    const path: { node: GraphNode; left: Iterator<string> }[] = [];
    const enter = (node: GraphNode): void => {
      open.add(node);
      path.push({ node, left: node.inputs.values() });
    };
    if (!done.has(first)) enter(first);
    for (let here = path.at(-1); here; here = path.at(-1)) {
      const next = here.left.next();
      if (next.done) {
        open.delete(here.node);
        done.add(here.node);
        order.push(here.node);
        path.pop();
        continue;
      }
      const maker = isGiven(next.value) ? undefined : makers.get(next.value);
      if (!maker || done.has(maker)) continue;
      // A loop of TensorFlow 1 runs back from here; what is inside is opaque, and what comes before it is not concerned.
      if (open.has(maker) && maker.type === "NextIteration") continue;
      if (open.has(maker) && here.node.type === "Merge") continue;
      if (open.has(maker)) {
        throw new LensError(
          "bad-model",
          `node "${maker.name}" (${maker.type}) reads what is computed from its own output; a network goes one way: export the model without this loop, or up to a node before it`,
        );
      }
      enter(maker);
    }
  }
  return order;
}

/** How many nodes read each tensor; being an output of the model counts as one. */
function readerCounts(nodes: readonly GraphNode[], outputs: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of [...nodes.flatMap(({ inputs }) => inputs), ...outputs]) {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}
