/**
 * The one idea of the library: whatever file a model came from, it becomes a `Network`, plain readonly data. No tensors,
 * no framework objects, nothing that computes.
 */

import { custom, looseObject, nullable, optional, unknown } from "valibot";
import { checkArgument, fitted, flagSchema, listOf, textSchema, where, wholeSchema } from "../core/check.js";
import { LensError } from "../core/errors.js";
import { nearestNames, shortList } from "../core/names.js";
import { isThenable, shown } from "../core/numbers.js";
import { channelsOf, type Shape } from "../core/shape.js";
import { parseUnit, type Unit, type UnitLike } from "../core/unit.js";
import type { ReceptiveField } from "./ops/field.js";
import { isOpKind, semanticsOf } from "./ops/table.js";
import type { Op } from "./ops.js";
import type { Preprocessing } from "./preprocessing.js";
import { receptiveFields } from "./receptive-field.js";

/**
 * What the network reads.
 *
 * @public
 */
export interface ImageInput {
  /** `[height, width, channels]`; `null` is a free size. */
  readonly shape: Shape;
  /** How an image in 0…1 becomes the network's input. */
  readonly preprocessing: Preprocessing;
  /** Whether somebody chose the preprocessing; otherwise it was assumed and may be wrong. */
  readonly stated: boolean;
}

/**
 * One row of the layer table.
 *
 * @public
 */
export interface Layer {
  /** The model's own name for it; layers of nested models carry the path, `"backbone/conv1"`. */
  readonly name: string;
  /** Kind of its last operation: `conv`, `dense`, `pool` … or the class of an unsupported layer. */
  readonly kind: string;
  /** Shape it puts out at the model's own input size. */
  readonly output: Shape;
  /** Shape of its weights, `[height, width, in, out]` or `[in, out]`; `null` where it has none. */
  readonly kernel: readonly number[] | null;
  /** Number of weights. */
  readonly parameters: number;
  /** The part of the image one of its values sees. `null` past an unsupported layer. */
  readonly receptiveField: ReceptiveField | null;
  /** Names of the layers it reads. */
  readonly inputs: readonly string[];
}

/**
 * A convolutional network as data: operations in topological order, with their weights.
 *
 * @public
 */
export interface Network {
  /** Name of the model. */
  readonly name: string;
  /** Operations, each after those it reads. */
  readonly ops: readonly Op[];
  /** What it reads. */
  readonly input: ImageInput;
  /** What the loader dropped, folded or took for granted, a sentence each. */
  readonly notes: readonly string[];
  /** The layer table, in order. */
  readonly layers: readonly Layer[];
  /**
   * The layer of a name. The last part of a nested name is enough where it is unique.
   *
   * @throws LensError `unknown-layer`, with the nearest names and the list.
   */
  layer(name: string): Layer;
}

/** What a network is put together with besides its operations. */
export interface NetworkParts extends ImageInput {
  /**
   * What the loader has to say.
   *
   * @defaultValue none
   */
  readonly notes?: readonly string[];
}

/**
 * Puts operations together as a network, by hand or from a file: checks names and order, and draws up the layer table.
 *
 * @throws LensError `bad-model`, when two operations share a name or one reads what does not come before it.
 * @public
 */
export function createNetwork(name: string, ops: readonly Op[], parts: NetworkParts): Network {
  checkArgument("name", textSchema, name);
  checkArgument("ops", opsSchema, ops);
  checkArgument("input", inputSchema, parts);
  checkOps(ops);
  const { notes = [], ...input } = parts;
  const layers = layerTable(ops);
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  const net = Object.freeze({
    name,
    ops: Object.freeze([...ops]),
    input,
    notes: Object.freeze([...notes]),
    layers: Object.freeze(layers),
    layer: (wanted: string) => byName.get(wanted) ?? byName.get(resolveLayer(wanted, layers))!,
  });
  networks.add(net);
  return net;
}

/**
 * The operation that makes a layer's output (the last of its operations).
 *
 * @throws LensError `unknown-layer`.
 */
export function outputOp(net: Network, layer: string): Op {
  const { name } = net.layer(layer);
  let last = lastOps.get(net);
  if (!last) {
    last = new Map(net.ops.map((op) => [op.layer, op]));
    lastOps.set(net, last);
  }
  return last.get(name)!;
}
const lastOps = new WeakMap<Network, ReadonlyMap<string, Op>>();

/** Operations by name. */
export function opsByName(net: Network): ReadonlyMap<string, Op> {
  let map = opMaps.get(net);
  if (!map) {
    map = new Map(net.ops.map((op) => [op.name, op]));
    opMaps.set(net, map);
  }
  return map;
}
const opMaps = new WeakMap<Network, ReadonlyMap<string, Op>>();

/** The operations that read one of a name. */
export function readersOf(net: Network, name: string): readonly Op[] {
  let map = readerMaps.get(net);
  if (!map) {
    map = new Map(net.ops.map((op) => [op.name, [] as Op[]]));
    for (const op of net.ops) for (const input of new Set(op.inputs)) map.get(input)!.push(op);
    readerMaps.set(net, map);
  }
  return map.get(name) ?? [];
}
const readerMaps = new WeakMap<Network, ReadonlyMap<string, Op[]>>();

/** Names of some operations and of all that lead to them. A loop rather than a recursion: a chain may be longer than the stack. */
export function leadingTo(net: Network, names: Iterable<string>): Set<string> {
  const needed = new Set(names);
  for (const op of net.ops.toReversed()) {
    if (needed.has(op.name)) for (const input of op.inputs) needed.add(input);
  }
  return needed;
}

/**
 * Checks that an argument is a network.
 *
 * @throws LensError `bad-argument`, also for a promise of one.
 */
export function checkNetwork(net: unknown): asserts net is Network {
  if (typeof net === "object" && net !== null && networks.has(net)) return;
  const { ops, layers, layer, input } = (net ?? {}) as { readonly [Field in keyof Network]?: unknown };
  if (!Array.isArray(ops) || !Array.isArray(layers) || typeof layer !== "function" || !input) {
    const hint = isThenable(net) ? "a promise: write `await open(…)`" : shown(net);
    throw new LensError("bad-argument", `net is a network, as \`await open(…)\` gives; got ${hint}`);
  }
  fitted(opsSchema, ops, "bad-argument", "net.ops");
  networks.add(net as object);
}
/** Networks that were checked already. */
const networks = new WeakSet<object>();

/** What all operations have in common. */
const opsSchema = listOf<object>(
  looseObject(
    {
      kind: custom<Op["kind"]>(isOpKind, "a kind of operation that this version of convlens knows"),
      name: textSchema,
      layer: textSchema,
      inputs: listOf(textSchema, "a list of names"),
      output: listOf(nullable(wholeSchema(0)), "a shape"),
    },
    "an operation",
  ),
  "a list of operations",
);
const inputSchema = looseObject(
  {
    shape: listOf(nullable(wholeSchema(1)), "a shape"),
    preprocessing: looseObject(
      { order: textSchema, mean: listOf(unknown()), std: listOf(unknown()) },
      "a preprocessing",
    ),
    stated: flagSchema,
    notes: optional(listOf(textSchema, "a list of sentences")),
  },
  "{ shape, preprocessing, stated }",
);

/**
 * The unit a caller means, with the layer's full name.
 *
 * @throws LensError `bad-unit` when the channel is outside the layer, `unknown-layer` when there is no such layer.
 *
 * @public
 */
export function resolveUnit(net: Network, unit: UnitLike | string): Unit {
  checkNetwork(net);
  const { layer: wanted, channel } = parseUnit(unit);
  const layer = net.layer(wanted);
  const channels = channelsOf(layer.output);
  if (channel >= channels) {
    throw new LensError("bad-unit", `layer "${layer.name}" has units 0 to ${channels - 1}; got ${channel}`);
  }
  return { layer: layer.name, channel };
}

/** A depthwise convolution and a 1 × 1 convolution that mixes its channels, in one layer. */
function isSeparable(members: readonly Op[]): boolean {
  return members.length > 1 && members[0]!.kind === "depthwise";
}

function resolveLayer(wanted: string, layers: readonly Layer[]): string {
  if (typeof wanted !== "string")
    throw new LensError("unknown-layer", `a layer is named by a text; got ${shown(wanted)}`);
  const names = layers.map((layer) => layer.name);
  const ends = names.filter((name) => name.endsWith(`/${wanted}`));
  if (ends.length === 1) return ends[0]!;
  if (ends.length > 1) {
    throw new LensError(
      "unknown-layer",
      `several layers are called "${wanted}": ${shortList(ends)}; give the whole name`,
    );
  }
  throw new LensError(
    "unknown-layer",
    `no layer is called "${wanted}"; the nearest are ${nearestNames(wanted, names).join(", ")}; all: ${shortList(names)}`,
  );
}

function checkOps(ops: readonly Op[]): void {
  const seen = new Set<string>();
  for (const op of ops) {
    if (seen.has(op.name)) throw new LensError("bad-model", `two operations are called "${op.name}"`);
    for (const input of op.inputs) {
      if (!seen.has(input))
        throw new LensError("bad-model", `"${op.name}" reads "${input}", which does not come before it`);
    }
    seen.add(op.name);
  }
}

function layerTable(ops: readonly Op[]): Layer[] {
  const fields = receptiveFields(ops);
  const layerOf = new Map(ops.map((op) => [op.name, op.layer]));
  const groups = new Map<string, Op[]>();
  for (const op of ops) groups.set(op.layer, [...(groups.get(op.layer) ?? []), op]);
  return [...groups].map(([name, members]) => {
    const last = members[members.length - 1]!;
    const weighted = members.findLast((op) => "kernelShape" in op);
    return {
      name,
      kind: last.kind === "opaque" ? last.className : isSeparable(members) ? "separable" : last.kind,
      output: last.output,
      kernel: weighted && "kernelShape" in weighted ? weighted.kernelShape : null,
      parameters: members.reduce((sum, op) => sum + semanticsOf(op).parameters(op), 0),
      receptiveField: fields.get(last.name) ?? null,
      inputs: [...new Set(members.flatMap((op) => op.inputs.map((i) => layerOf.get(i)!)))].filter((i) => i !== name),
    };
  });
}
