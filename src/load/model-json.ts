/**
 * `model.json`: `{ modelTopology, weightsManifest: [{ paths, weights }, …] }`, the layers and where their weights lie.
 */
import { LensError } from "../core/errors.js";
import { readSpec, type WeightSpec } from "./decode.js";
import { insideFolder } from "./folder.js";
import { isArray, isObject, type Json, type JsonObject } from "./json.js";

/** A group of weights and the files they lie in. */
export interface ManifestGroup {
  readonly paths: readonly string[];
  readonly specs: readonly WeightSpec[];
}

/** What a `model.json` says. */
export interface ModelJson {
  readonly topology: JsonObject;
  readonly groups: readonly ManifestGroup[];
  /** What a graph is given and puts out; only graphs say it. */
  readonly signature: Json | undefined;
  /** What whoever saved it wrote beside it. */
  readonly metadata: Json | undefined;
}

/**
 * The JSON of a file; `where` is its name, for messages.
 *
 * @throws LensError `file` when it is none.
 */
export function parseJson(text: string, where: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new LensError("file", `"${where}" is not JSON${otherFormat(text)}; give the model.json of a tfjs model`, {
      cause,
    });
  }
}

/**
 * What a `model.json` says.
 *
 * @throws LensError `bad-model` when it is not a model.
 */
export function readModelJson(file: Json, where: string): ModelJson {
  if (!isObject(file)) throw notLayers(where, "it is no object");
  const topology = topologyIn(file.modelTopology, where);
  if (!isArray(file.weightsManifest)) throw notLayers(where, "it has no weightsManifest");
  const groups = readManifest(file.weightsManifest, where);
  const metadata = file.userDefinedMetadata;
  return { topology, groups, signature: file.signature ?? metadata, metadata };
}

/** Whether a file is a weightsManifest alone, without a network, as face-api.js has them. */
export function isManifest(file: Json): file is readonly Json[] {
  return isArray(file) && file.length > 0 && file.every((group) => isObject(group) && isArray(group.paths));
}

/** The groups of a weightsManifest. */
export function readManifest(manifest: readonly Json[], where: string): ManifestGroup[] {
  return manifest.map((group) => readGroup(group, where));
}

/**
 * The topology of a Layers model or of a GraphModel.
 *
 * @throws LensError `bad-model` for anything else.
 */
export function topologyIn(topology: unknown, where: string): JsonObject {
  if (!isObject(topology)) throw notLayers(where, "it has no modelTopology");
  if (!isObject(topology.model_config) && topology.class_name === undefined && !isGraph(topology)) {
    throw notLayers(where, "its modelTopology has neither model_config nor class_name nor node");
  }
  return topology;
}

/** The list of files into which Keras cut weights; see `keras/shards.ts`. */
export interface ShardList extends JsonObject {
  readonly weight_map: JsonObject;
}

/** Whether a file is a list of files with weights. */
export function isShardList(file: Json): file is ShardList {
  return isObject(file) && isObject(file.weight_map);
}

/** Whether a topology is that of a GraphModel, whose layers are dissolved into nodes. */
export function isGraph(topology: JsonObject): boolean {
  return isArray(topology.node);
}

function readGroup(group: Json, where: string): ManifestGroup {
  const { paths, weights } = isObject(group) ? group : {};
  if (!isArray(paths) || !paths.every((path) => typeof path === "string") || !isArray(weights)) {
    throw notLayers(where, "a group of its weightsManifest lacks paths or weights");
  }
  return { paths: (paths as string[]).map(insideFolder), specs: weights.map(readSpec) };
}

function notLayers(where: string, why: string): LensError {
  return new LensError("bad-model", `"${where}" is not the model.json of a tfjs model: ${why}`);
}

/** A word on files that people take for a model.json. */
function otherFormat(text: string): string {
  if (text.slice(1, 4) === "HDF") return " but HDF5, a Keras model";
  if (text.trimStart().startsWith("<")) return " but a web page";
  return text.trim() === "" ? ": it is empty" : "";
}
