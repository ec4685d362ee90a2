/**
 * A node of a graph while it is read, and the protocol by which it becomes operations: a function from the node to what it
 * puts out. Settings are asked for by name and found wherever the format and its version keep them.
 */
import { LensError } from "../../core/errors.js";
import { shortJson } from "../json.js";
import type { GraphBuilder } from "./builder.js";
import { CannotRead } from "./cannot-read.js";
import { floatsOf, freeSize, type GraphConstant, type GraphMap, type GraphValue, settingsOf } from "./value.js";

/** A setting of a node. */
export type Setting = number | string | boolean | readonly number[] | readonly string[] | GraphConstant;

/** A node as its file has it. */
export interface GraphNode {
  readonly name: string;
  /** Whether the file gives it no name, so that it bears that of what it puts out. */
  readonly nameless?: boolean | undefined;
  /** `"Conv"`, `"FusedBatchNormV3"`. */
  readonly type: string;
  /** Names of the tensors it reads; empty where one is left out. */
  readonly inputs: readonly string[];
  /** Names of the tensors it writes. */
  readonly outputs: readonly string[];
  readonly settings: ReadonlyMap<string, Setting>;
}

/** Turns a node into operations and returns what it puts out, one value for each output that matters. */
export type NodeReader = (node: NodeToRead) => GraphValue | readonly GraphValue[];

/** What a node knows of the graph that it is read in. */
export interface NodeContext {
  readonly builder: GraphBuilder;
  /** Version of the operator set. */
  readonly version: number;
  /** How many nodes read a tensor. */
  readonly readersOf: (tensor: string) => number;
  readonly layerOf: (weights: readonly string[]) => string;
  /** The node that makes a tensor, once it has been read. */
  readonly makerOf: (tensor: string) => NodeToRead | undefined;
}

/** A node to be read. */
export class NodeToRead {
  readonly node: GraphNode;
  readonly builder: GraphBuilder;
  /** Version of the operator set. */
  readonly version: number;
  readonly #inputs: readonly (GraphValue | undefined)[];
  readonly #context: NodeContext;

  constructor(node: GraphNode, inputs: readonly (GraphValue | undefined)[], context: NodeContext) {
    this.node = node;
    this.#inputs = inputs;
    this.#context = context;
    this.builder = context.builder;
    this.version = context.version;
  }

  /** How many nodes read its first output. */
  get readers(): number {
    return this.readersOf(0);
  }

  /** How many nodes read one of its outputs. */
  readersOf(output: number): number {
    return this.#context.readersOf(this.node.outputs[output] ?? "");
  }

  /** The node that makes one of its inputs; `undefined` for weights and the image. */
  maker(i: number): NodeToRead | undefined {
    return this.#context.makerOf(this.node.inputs[i] ?? "");
  }

  /** Name of the layer, told from its weights where one of them says it. */
  layer(...weights: readonly (GraphConstant | undefined)[]): string {
    return this.#context.layerOf(weights.flatMap((weight) => (weight ? [weight.name] : [])));
  }

  /** What it reads. */
  get inputs(): readonly (GraphValue | undefined)[] {
    return this.#inputs;
  }

  /** The maps it reads. */
  get maps(): readonly GraphMap[] {
    return this.#inputs.filter((value) => value?.kind === "map");
  }

  /** A map it reads. */
  map(i: number): GraphMap {
    const value = this.#inputs[i];
    if (value?.kind === "map") return value;
    throw new CannotRead(value ? `its input ${i} is a constant` : `its input ${i} is missing`);
  }

  /** A constant it reads; `undefined` where it is left out. */
  constant(i: number): GraphConstant | undefined {
    const value = this.#inputs[i];
    if (value === undefined || value.kind === "constant") return value;
    throw new CannotRead(`its input ${i} is computed, not a constant`);
  }

  /** A constant it must have, of a number of axes. */
  weight(i: number, axes?: number): GraphConstant {
    const found = this.constant(i);
    if (!found) throw new LensError("bad-model", `node "${this.node.name}" (${this.node.type}) lacks its input ${i}`);
    if (axes !== undefined && found.shape.length !== axes) {
      throw new CannotRead(`its weights have ${found.shape.length} axes, not ${axes}`);
    }
    return found;
  }

  /** The numbers of a constant that it reads, all finite. */
  numbers(i: number): Float32Array {
    return this.numbersOf(this.weight(i));
  }

  /** The numbers of a constant, all finite. */
  numbersOf(constant: GraphConstant): Float32Array {
    const values = floatsOf(constant);
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0 && constant.computed) throw new CannotRead(freeSize);
    if (bad >= 0) {
      throw new LensError(
        "bad-model",
        `"${constant.name}" of layer "${this.layer(constant)}" is damaged: value ${bad} of ${values.length} is ${values[bad]}; get the model again`,
      );
    }
    return values;
  }

  /** A number. */
  number(name: string, fallback?: number): number {
    const value = this.node.settings.get(name) ?? fallback;
    if (typeof value !== "number" || !Number.isFinite(value)) throw this.wrong(name, "a number", value);
    return value;
  }

  /** Whole numbers from `least`, `count` of them. */
  whole(name: string, count: number, { fallback, least = 0 }: { fallback?: number[]; least?: number } = {}): number[] {
    const value = this.list(name) ?? fallback;
    if (value?.length !== count || !value.every((n) => Number.isInteger(n) && n >= least && n <= 1e6)) {
      throw this.wrong(name, `${count} whole numbers from ${least}`, value);
    }
    return value;
  }

  /** A list of numbers, or `undefined`. */
  list(name: string): number[] | undefined {
    const value = this.node.settings.get(name);
    if (value === undefined) return undefined;
    if (typeof value === "number") return [value];
    if (Array.isArray(value) && value.every((n) => typeof n === "number")) return [...value];
    throw this.wrong(name, "a list of numbers", value);
  }

  /** A word. */
  word(name: string, fallback: string): string {
    const value = this.node.settings.get(name) ?? fallback;
    if (typeof value !== "string") throw this.wrong(name, "a word", value);
    return value;
  }

  /** Yes or no; formats also write 1 and 0. */
  flag(name: string, fallback: boolean): boolean {
    const value = this.node.settings.get(name) ?? fallback;
    if (typeof value !== "boolean" && value !== 0 && value !== 1) throw this.wrong(name, "true or false", value);
    return Boolean(value);
  }

  /** A list that newer versions read as an input, and older ones have as a setting. */
  listFrom(i: number, name: string): number[] | undefined {
    const input = this.constant(i);
    return input ? settingsOf(input) : this.list(name);
  }

  /** The error of a setting that cannot be. */
  wrong(name: string, wants: string, got: unknown): LensError {
    const { name: node, type } = this.node;
    return new LensError(
      "bad-model",
      `${name} of node "${node}" (${type}) is ${wants}; the model says ${shortJson(got ?? null)}`,
    );
  }
}
