/**
 * The topology of a Layers model as a flat list of calls, each after those it reads. Nested models are taken apart, their
 * layers called `"outer/inner"`; their input layers vanish, being other names for what the nested model is given. A
 * layer called several times stands there several times, as `"name"`, `"name#1"`, ….
 */
import { LensError } from "../core/errors.js";
import { shortList } from "../core/names.js";
import { isTraining, type Operand, operandsOf, keyOf as sliceKeyOf, type TensorRef, tensorsIn } from "./calls.js";
import { withChannelStacks } from "./channel-stacks.js";
import type { LayerConfig } from "./config.js";
import { isArray, isObject, type Json, type JsonObject, shortJson } from "./json.js";
import { withOperator } from "./keras2-operators.js";
import { classOf } from "./layer-class.js";

/** One use of a layer. */
export interface LayerCall {
  /** Unique name. */
  readonly name: string;
  /** Names of the nested models it lies in, and its own: where its weights are found. */
  readonly path: readonly string[];
  readonly config: LayerConfig;
  /** Names of the calls it reads. */
  readonly inputs: readonly string[];
  /** What it is given, in order, where that is not tensors alone, as for `x * 2.0`. */
  readonly operands?: readonly Operand[] | undefined;
  /** Whether it is called as in training. */
  readonly training?: boolean;
}

/** A model taken apart. */
export interface Topology {
  readonly name: string;
  readonly calls: readonly LayerCall[];
  /** What was dropped or approximated before, in sentences. */
  readonly notes?: readonly string[];
}

/** Where a (nested) model lies and what it is given. */
interface Place {
  readonly path: readonly string[];
  /** Put before the names of its layers: `"outer/"`. */
  readonly prefix: string;
  /** Calls that feed its input layers; `null` for the model itself. */
  readonly fed: readonly string[] | null;
  readonly keras3: boolean;
  readonly centred: boolean;
  readonly calls: LayerCall[];
}

/**
 * Takes a topology apart: `{ class_name, config }`, alone or under `model_config`. The same description is computed a little
 * differently by tfjs and by Keras, so it matters whose file it is in.
 *
 * @throws LensError `bad-model`.
 */
export function readTopology(topology: JsonObject, framework: "tfjs" | "keras" = "tfjs"): Topology {
  const model = isObject(topology.model_config) ? topology.model_config : topology;
  const { config } = model;
  const version = String(topology.keras_version ?? "");
  const keras3 = version.startsWith("3") || JSON.stringify(config ?? null).includes('"__keras_tensor__"');
  const calls: LayerCall[] = [];
  expand(model, { path: [], prefix: "", fed: null, keras3, centred: framework === "keras", calls });
  const name = (isObject(config) && typeof config.name === "string" && config.name) || "model";
  return { name, calls: withChannelStacks(calls) };
}

/** Adds the calls of a model and returns the names of those that make its outputs. */
function expand(model: JsonObject, place: Place): string[] {
  const className = model.class_name ?? model.className;
  const config = model.config ?? null;
  const layers = isArray(config) ? config : isObject(config) ? config.layers : undefined;
  if (!isArray(layers) || layers.length === 0 || !layers.every(isObject)) {
    throw new LensError(
      "bad-model",
      `a Layers model is { class_name, config } with a list of layers; got ${shortJson(model)}`,
    );
  }
  if (className === "Sequential") return expandSequential(layers, isObject(config) ? config : {}, place);
  if (isObject(config) && "inbound_nodes" in (layers[0] ?? {})) return expandFunctional(layers, config, place);
  throw new LensError(
    "bad-model",
    `the model is of class ${shortJson(className)}; a Sequential or functional model is needed, a subclassed one does not say how its layers are connected`,
  );
}

function expandSequential(layers: readonly JsonObject[], config: JsonObject, place: Place): string[] {
  let last = place.fed ?? [];
  if (!place.fed && classOf(layers[0]) !== "InputLayer") {
    const shape = firstShape(layers) ?? config.build_input_shape;
    const name = `${nameOf(layers[0])}_input`;
    last = addCall({ class_name: "InputLayer", config: { name, batch_input_shape: shape ?? null } }, 0, {
      inputs: [],
      place,
    });
  }
  for (const layer of layers) last = addCall(layer, 0, { inputs: last, place });
  return [...last];
}

function expandFunctional(written: readonly JsonObject[], config: JsonObject, place: Place): string[] {
  const layers = written.map(withOperator);
  const uses = layers.flatMap((layer) => {
    const nodes = isArray(layer.inbound_nodes) && layer.inbound_nodes.length > 0 ? layer.inbound_nodes : [[]];
    return nodes.map((node, use) => ({ layer, name: nameOf(layer), node, use, reads: tensorsIn(node) }));
  });
  const made = new Map<string, readonly string[]>();
  const first = firstUses(layers, [...uses.flatMap((use) => use.reads), ...tensorsIn(config.output_layers)]);
  const keyOf = ({ layer, use }: Pick<TensorRef, "layer" | "use">): string =>
    `${layer} ${use - (first.get(layer) ?? 0)}`;
  const outputs = tensorsIn(config.output_layers);
  const found = (ref: TensorRef): string | undefined => {
    const values = made.get(keyOf(ref));
    return values?.[ref.output] ?? values?.[0];
  };
  const fedTo = tensorsIn(config.input_layers).map(({ layer }) => layer);
  for (const ready of inRounds(uses, keyOf)) {
    for (const { layer, name, node, use, reads } of ready) {
      const given = place.fed?.[fedTo.indexOf(name)];
      const isFed = classOf(layer) === "InputLayer" && given !== undefined;
      const inputs = reads.map((ref) => found(ref)!);
      made.set(
        `${name} ${use}`,
        isFed
          ? [given]
          : addCall(sliced(layer, node), use, {
              inputs,
              place,
              operands: classOf(layer) === "GetItem" ? undefined : operandsOf(node),
              training: isTraining(node),
            }),
      );
    }
  }
  const stuck = uses.find(({ name, use }) => !made.has(`${name} ${use}`));
  if (stuck) throw unconnected(stuck, found);
  return outputs.map((ref) => {
    const name = found(ref);
    if (name === undefined)
      throw new LensError("bad-model", `the model puts out layer "${ref.layer}", which it does not have`);
    return name;
  });
}

/** A layer that slices, with what it picks among its settings. */
function sliced(layer: JsonObject, node: Json): JsonObject {
  if (classOf(layer) !== "GetItem") return layer;
  return { ...layer, config: { ...(isObject(layer.config) ? layer.config : {}), key: sliceKeyOf(node) } };
}

/** Uses in rounds: each reads only what earlier rounds made. Those that wait for what never comes are left out. */
function inRounds<U extends { readonly name: string; readonly use: number; readonly reads: readonly TensorRef[] }>(
  uses: readonly U[],
  keyOf: (ref: TensorRef) => string,
): U[][] {
  const missing = uses.map(({ reads }) => new Set(reads.map(keyOf)));
  const waiting = new Map<string, number[]>();
  missing.forEach((keys, i) => {
    for (const key of keys) {
      const list = waiting.get(key);
      if (list) list.push(i);
      else waiting.set(key, [i]);
    }
  });
  const rounds: U[][] = [];
  let ready = [...uses.keys()].filter((i) => missing[i]!.size === 0);
  while (ready.length > 0) {
    rounds.push(ready.map((i) => uses[i]!));
    const next: number[] = [];
    for (const { name, use } of rounds.at(-1)!) {
      const key = `${name} ${use}`;
      for (const i of waiting.get(key) ?? []) if (missing[i]!.delete(key) && missing[i]!.size === 0) next.push(i);
    }
    ready = next.sort((a, b) => a - b);
  }
  return rounds;
}

/** Most uses of layers in a model: far above any real one. Models nested in models multiply. */
const mostCalls = 20_000;

/**
 * The number of a layer's first use. Keras 2 and tfjs count from 1 for nested models, whose use 0 is their own
 * construction; Keras 3 counts from 0.
 */
function firstUses(layers: readonly JsonObject[], refs: readonly TensorRef[]): Map<string, number> {
  const first = new Map<string, number>();
  for (const layer of layers) {
    if (!isModel(layer)) continue;
    const used = refs.filter((ref) => ref.layer === nameOf(layer)).map((ref) => ref.use);
    first.set(nameOf(layer), used.includes(0) ? 0 : 1);
  }
  return first;
}

interface Given {
  readonly inputs: readonly string[];
  readonly place: Place;
  readonly operands?: readonly Operand[] | undefined;
  readonly training?: boolean;
}

/** Adds one use of a layer, or the whole of a nested model, and returns what makes its outputs. */
function addCall(
  layer: JsonObject,
  use: number,
  { inputs, place, operands, training = false }: Given,
): readonly string[] {
  const own = nameOf(layer);
  const name = place.prefix + own + (use > 0 ? `#${use}` : "");
  const path = [...place.path, own];
  if (isModel(layer)) return expand(layer, { ...place, path, prefix: `${name}/`, fed: inputs });
  const className = classOf(layer);
  if (className === "InputLayer" && place.fed) return inputs;
  if (place.calls.length >= mostCalls) {
    throw new LensError("bad-model", `the model uses layers more than ${mostCalls} times; give a smaller one`);
  }
  const fields = isObject(layer.config) ? layer.config : {};
  place.calls.push({
    name,
    path,
    config: { layer: name, className, fields, keras3: place.keras3, centred: place.centred },
    inputs,
    operands,
    training,
  });
  return [name];
}

/** The shape a Sequential model starts with, stated by its first layer or by that of a nested model. */
function firstShape([layer]: readonly JsonObject[]): Json | undefined {
  const config = layer?.config;
  if (isArray(config)) return firstShape(config.filter(isObject));
  if (!isObject(config)) return undefined;
  const inner = isArray(config.layers) ? firstShape(config.layers.filter(isObject)) : undefined;
  return config.batch_input_shape ?? config.batch_shape ?? config.batchInputShape ?? inner;
}

function isModel(layer: JsonObject): boolean {
  return ["Sequential", "Model", "Functional"].includes(classOf(layer));
}

function nameOf(layer: JsonObject | undefined): string {
  const { config } = layer ?? {};
  const name = layer?.name ?? (isObject(config) ? config.name : undefined);
  if (typeof name !== "string" || name === "")
    throw new LensError("bad-model", `a layer has no name: ${shortJson(layer)}`);
  return name;
}

function unconnected(
  use: { name: string; reads: readonly TensorRef[] },
  found: (ref: TensorRef) => string | undefined,
): LensError {
  const missing = use.reads.filter((ref) => found(ref) === undefined).map(({ layer }) => `"${layer}"`);
  return new LensError(
    "bad-model",
    `layer "${use.name}" reads ${shortList(missing)}, which the model does not have before it`,
  );
}
