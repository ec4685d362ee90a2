/**
 * Opening a model: from wherever it is to a `Network`. No framework model is built on the way; a file's layers are read
 * straight into operations and its weights stay where they were read to.
 */
import { LensError } from "../core/errors.js";
import { type RunOptions, throwIfAborted } from "../core/run.js";
import type { Network } from "../network/network.js";
import { buildNetwork, type ModelChoices } from "./build.js";
import { type ModelFolder, textOf } from "./folder.js";
import { type HandlerLike, isHandler, loadArtifacts } from "./handler.js";
import { shortJson } from "./json.js";
import { isLayersModel, type LayersModelLike, memoryWeights, topologyOf } from "./memory.js";
import { parseModelJson } from "./model-json.js";
import { readShards } from "./shards.js";
import { storedWeights } from "./stored-weights.js";
import { readTopology } from "./topology.js";
import { webFolder } from "./web.js";

/**
 * Options of `open`.
 *
 * @public
 */
export interface OpenOptions extends ModelChoices, RunOptions {
  /**
   * Fetches what lies on the web.
   *
   * @defaultValue the global `fetch`
   */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** Where a model can be on every platform: at an address, in a handler, or already in memory. */
export type AnySource = string | URL | LayersModelLike | HandlerLike;

/** Opens the model in a folder. */
export async function openFolder(folder: ModelFolder, options: OpenOptions): Promise<Network> {
  throwIfAborted(options.signal);
  const { topology, groups } = parseModelJson(textOf(await folder.read(null, options.signal)), folder.model);
  const model = readTopology(topology);
  throwIfAborted(options.signal);
  return buildNetwork(model, storedWeights(await readShards(folder, groups, options)), options);
}

/** Opens a model from a source that every platform has; `base` is what relative addresses are relative to. */
export async function openAny(source: AnySource, options: OpenOptions, base?: string): Promise<Network> {
  throwIfAborted(options.signal);
  if (typeof source === "string" && !/^https?:/i.test(source) && /^[a-z][a-z\d]+:\/\//i.test(source)) {
    return openHandler(await routed(source), options);
  }
  if (typeof source === "string" || source instanceof URL) {
    return openFolder(webFolder(urlOf(source, base), options.fetch ?? globalThis.fetch), options);
  }
  if (typeof source === "object" && source !== null) {
    if ("executor" in source) {
      throw new LensError("bad-model", "a tf.GraphModel has its layers dissolved into a graph; give a tf.LayersModel");
    }
    if (isLayersModel(source)) return openMemory(source, options);
    if (isHandler(source)) return openHandler(source, options);
  }
  throw new LensError(
    "bad-argument",
    `a model is a path or URL of a model.json, a tf.LayersModel or a tf.io.IOHandler; got ${shortJson(source)}`,
  );
}

async function openMemory(model: LayersModelLike, options: OpenOptions): Promise<Network> {
  const topology = readTopology(topologyOf(model));
  const weights = await memoryWeights(model);
  throwIfAborted(options.signal);
  return buildNetwork(topology, weights, options);
}

async function openHandler(handler: Required<HandlerLike>, options: OpenOptions): Promise<Network> {
  const { topology, groups } = await loadArtifacts(handler);
  throwIfAborted(options.signal);
  return buildNetwork(readTopology(topology), storedWeights(groups), options);
}

/** The handler that tfjs has for an address such as `indexeddb://name`. */
async function routed(address: string): Promise<Required<HandlerLike>> {
  const { io } = await import("@tensorflow/tfjs-core").catch((cause: unknown) => {
    throw new LensError("file", `"${address}" is opened by @tensorflow/tfjs-core, which is not installed; install it`, {
      cause,
    });
  });
  const [handler] = io.getLoadHandlers(address);
  if (!handler || !isHandler(handler)) {
    throw new LensError(
      "file",
      `nothing here opens "${address}"; indexeddb:// and localstorage:// are for browsers, elsewhere give a path or URL`,
    );
  }
  return handler;
}

function urlOf(source: string | URL, base: string | undefined): URL {
  try {
    return new URL(source, base);
  } catch (cause) {
    throw new LensError("bad-argument", `"${String(source)}" is not a URL`, { cause });
  }
}
