/**
 * Opening a model: from wherever it is to a `Network`. No framework model is built on the way; a file's layers are read
 * straight into operations and its weights stay where they were read to. The reader of a format is loaded when a file is in it.
 */
import { LensError } from "../core/errors.js";
import { loadPackage, packageError } from "../core/packages.js";
import { type RunOptions, throwIfAborted, untilAborted } from "../core/run.js";
import type { Network } from "../network/network.js";
import type { Architecture } from "./architecture.js";
import type { ArchitectureName } from "./architectures/architectures.js";
import { buildNetwork, type ModelChoices } from "./build.js";
import { type ModelFolder, nameOf, sourceOf, textOf } from "./folder.js";
import { refuseForeign } from "./foreign.js";
import { formatOf } from "./format.js";
import { type HandlerLike, isHandler, loadArtifacts } from "./handler.js";
import { type Json, shortJson } from "./json.js";
import { isLayersModel, type LayersModelLike, memoryWeights, topologyOf } from "./memory.js";
import {
  isGraph,
  isManifest,
  isShardList,
  type ModelJson,
  parseJson,
  readManifest,
  readModelJson,
} from "./model-json.js";
import { withSaved } from "./save/metadata.js";
import { readShards } from "./shards.js";
import { manifestTensors, storedWeights, type WeightGroup, weightTable } from "./stored-weights.js";
import type { NamedTensors } from "./tensors.js";
import { readTopology } from "./topology.js";
import { truncate } from "./truncate.js";
import { webFolder } from "./web.js";

/**
 * Options of `open`.
 *
 * @public
 */
export interface OpenOptions extends ModelChoices, RunOptions {
  /**
   * What the network looks like, for files that hold weights alone (`.pth`, safetensors, npz, `.weights.h5`): a known name, or a
   * function of your own.
   *
   * @defaultValue none: such files are refused
   */
  readonly architecture?: ArchitectureName | Architecture | undefined;
  /**
   * The last layer that matters: what it does not read is left out, and of files of weights not even read from the disk or fetched.
   *
   * @defaultValue the whole network
   */
  readonly upTo?: string | undefined;
  /**
   * Fetches what lies on the web.
   *
   * @defaultValue the global `fetch`
   */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/**
 * Where a model can be: in Node a path to its file or folder; an address (`http://`, in Node also `file://`, in a browser relative to the page,
 * or `indexeddb://`, `localstorage://`); a `File` or `Blob`, or the files of a model as a file input or a drop gives them; a
 * `tf.LayersModel` in memory; or a `tf.io.IOHandler`.
 *
 * @public
 */
export type ModelSource = AnySource | Blob | ArrayLike<Blob>;

/** Where a model can be on every platform: at an address, in a handler, or already in memory. */
export type AnySource = string | URL | LayersModelLike | HandlerLike;

/** Opens the model in a folder. */
export async function openFolder(folder: ModelFolder, options: OpenOptions): Promise<Network> {
  try {
    return await openFormat(heard(folder, options.signal), options);
  } catch (cause) {
    // A file nested deeper than the stack, or longer than an array can be.
    if (!(cause instanceof RangeError)) throw cause;
    throw new LensError("bad-model", `"${nameOf(folder)}" is damaged, or made to do harm: ${cause.message}`, { cause });
  }
}

/** A folder whose files are waited for until the task is aborted. */
function heard(folder: ModelFolder, signal: AbortSignal | undefined): ModelFolder {
  if (!signal) return folder;
  return {
    model: folder.model,
    read: (name) => untilAborted(signal, folder.read(name, signal)),
    ...(folder.source && {
      async source(part: boolean) {
        const source = await untilAborted(signal, folder.source!(part, signal));
        return { ...source, read: (start: number, end: number) => untilAborted(signal, source.read(start, end)) };
      },
    }),
  };
}

/** Bytes of a file that is read as a whole: no more has a message of protocol buffers. */
const mostWhole = 2 ** 31 - 1;

/** Opens the model in a folder by the format it is in. */
async function openFormat(folder: ModelFolder, options: OpenOptions): Promise<Network> {
  throwIfAborted(options.signal);
  const source = await sourceOf(folder, options.upTo !== undefined, options.signal);
  throwIfAborted(options.signal);
  const head = await source.read(0, Math.min(16, source.size));
  refuseForeign(head, folder.model, nameOf(folder));
  const format = formatOf(head, folder.model);
  if (format === "safetensors")
    return built((await import("./safetensors/safetensors.js")).readSafetensors(source), options);
  if (format === "numpy") return built((await import("./numpy/npz.js")).readNpz(source), options);
  if (format === "hdf5") return (await import("./keras/open.js")).openHdf5(source, options);
  if (format === "zip") return (await import("./archive.js")).openArchive(source, options);
  if (format === "pickle") return built((await import("./pytorch/checkpoint.js")).readOldCheckpoint(source), options);
  if (source.size > mostWhole) {
    throw new LensError(
      "file",
      `"${nameOf(folder)}" has ${source.size} bytes; ${format === "onnx" ? "an ONNX file has at most 2 GiB: save it with its weights in a file of their own" : `a description in JSON has at most ${mostWhole}`}`,
    );
  }
  const bytes = await source.read(0, source.size);
  throwIfAborted(options.signal);
  if (format === "onnx") return (await import("./onnx/open.js")).openOnnx(bytes, folder, options);
  const file = parseJson(textOf(bytes), folder.model);
  if (isShardList(file)) return (await import("./keras/shards.js")).openShardList(file, folder, options);
  if (isManifest(file)) {
    if (!options.architecture) throw onlyWeights(nameOf(folder));
    const groups = readManifest(file, folder.model);
    return built(manifestTensors(await readShards(folder, groups, options), nameOf(folder)), options);
  }
  const { groups, ...model } = readModelJson(file, folder.model);
  if (!isGraph(model.topology)) readTopology(model.topology);
  throwIfAborted(options.signal);
  return openStored(await readShards(folder, groups, options), model, options);
}

/** The network of an architecture; the table of architectures is loaded where one is asked for. */
async function built(tensors: NamedTensors | Promise<NamedTensors>, options: OpenOptions): Promise<Network> {
  const read = await tensors;
  return (await import("./architecture.js")).buildArchitecture(read, options);
}

function onlyWeights(file: string): LensError {
  return new LensError(
    "bad-argument",
    `"${file}" is a weights manifest alone, as face-api.js has, without the network, which is in that library's code; build it of the tensors: open("${file}", { architecture: (tensors) => … })`,
  );
}

/** A network of a topology and weights. */
async function openStored(
  groups: readonly WeightGroup[],
  { topology, signature, metadata }: Omit<ModelJson, "groups">,
  options: OpenOptions,
): Promise<Network> {
  if (!isGraph(topology)) {
    const part = truncate(readTopology(topology), options.upTo);
    return withSaved(metadata, options, (choices) => buildNetwork(part, storedWeights(groups), choices));
  }
  const { openGraph } = await import("./graph-model/open.js");
  return openGraph(topology, { weights: weightTable(groups), signature }, options);
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
      throw new LensError(
        "bad-model",
        "a tf.GraphModel in memory no longer says what it was made of; give the model.json that it was loaded from",
      );
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
  const topology = truncate(readTopology(topologyOf(model)), options.upTo);
  const weights = await untilAborted(options.signal, memoryWeights(model));
  throwIfAborted(options.signal);
  const metadata = model.getUserDefinedMetadata?.() as Json | undefined;
  return withSaved(metadata, options, (choices) => buildNetwork(topology, weights, choices));
}

async function openHandler(handler: Required<HandlerLike>, options: OpenOptions): Promise<Network> {
  const { groups, ...model } = await untilAborted(options.signal, loadArtifacts(handler));
  throwIfAborted(options.signal);
  return openStored(groups, model, options);
}

const core = "@tensorflow/tfjs-core";

/** The handler that tfjs has for an address such as `indexeddb://name`. */
async function routed(address: string): Promise<Required<HandlerLike>> {
  const { io } = await loadPackage<typeof import("@tensorflow/tfjs-core")>(core).catch((cause: unknown) => {
    throw packageError("file", `opening "${address}" needs the package ${core}`, { names: [core], cause });
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
