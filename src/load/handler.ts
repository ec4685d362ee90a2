/** Models handed over by a `tf.io.IOHandler`, tfjs's own protocol for places that models are kept in. */
import { LensError } from "../core/errors.js";
import { readSpec } from "./decode.js";
import type { Json } from "./json.js";
import { type ModelJson, topologyIn } from "./model-json.js";
import type { Shard, WeightGroup } from "./stored-weights.js";

/**
 * What is needed of a `tf.io.ModelArtifacts`.
 *
 * @public
 */
export interface ArtifactsLike {
  readonly modelTopology?: object;
  readonly format?: string;
  readonly weightSpecs?: readonly object[];
  /** What a graph is given and puts out. */
  readonly signature?: object;
  readonly userDefinedMetadata?: object;
  readonly weightData?: ArrayBuffer | readonly ArrayBuffer[];
  /** Streams the bytes of `weightData` instead. */
  getWeightStream?(): ReadableStream<ArrayBuffer>;
}

/**
 * What is needed of a `tf.io.IOHandler`: the loading half. The network looks into the buffers it hands over; they must not
 * be written afterwards.
 *
 * @public
 */
export interface HandlerLike {
  /** Reads the model. */
  load?(): Promise<ArtifactsLike> | ArtifactsLike;
}

/** Whether a value can load a model. */
export function isHandler(value: object): value is Required<HandlerLike> {
  return "load" in value && typeof value.load === "function";
}

/** Topology and weights from a handler. */
export async function loadArtifacts(
  handler: Required<HandlerLike>,
): Promise<Omit<ModelJson, "groups"> & { groups: WeightGroup[] }> {
  const artifacts = await handler.load();
  const topology = topologyIn(artifacts.modelTopology, "the handler's model");
  if (!artifacts.weightSpecs)
    throw new LensError("bad-model", "the handler's model comes without weightSpecs; save it with its weights");
  const specs = artifacts.weightSpecs.map((spec) => readSpec(spec as Json));
  const groups = [{ specs, shards: await shardsOf(artifacts) }];
  const metadata = artifacts.userDefinedMetadata as Json | undefined;
  return { topology, groups, signature: (artifacts.signature as Json | undefined) ?? metadata, metadata };
}

async function shardsOf({ weightData, ...artifacts }: ArtifactsLike): Promise<Shard[]> {
  const buffers =
    weightData === undefined ? await drain(artifacts) : "byteLength" in weightData ? [weightData] : weightData;
  return buffers.map((buffer, i) => ({
    name: `weightData ${i + 1} of ${buffers.length}`,
    bytes: new Uint8Array(buffer),
  }));
}

async function drain({ getWeightStream }: ArtifactsLike): Promise<ArrayBuffer[]> {
  if (!getWeightStream)
    throw new LensError("bad-model", "the handler's model comes without weightData; save it with its weights");
  const buffers: ArrayBuffer[] = [];
  const reader = getWeightStream().getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) buffers.push(next.value);
  return buffers;
}
