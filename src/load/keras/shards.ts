/**
 * Weights that Keras cut into several files (`save_weights("model.weights.json", max_shard_size=1)`): the list of them says in which
 * each layer's weights are,
 *
 *     weight_map["/layers/conv2d/vars"] = ["model_00000.weights.h5"]
 *
 * and each is a `.weights.h5` with a part of the whole. The weights of one layer may lie in several.
 */
import { LensError } from "../../core/errors.js";
import type { RunOptions } from "../../core/run.js";
import type { Network } from "../../network/network.js";
import { type ArchitectureChoices, buildArchitecture } from "../architecture.js";
import { insideFolder, type ModelFolder, nameOf } from "../folder.js";
import type { ShardList } from "../model-json.js";
import { type ByteSource, bytesSource } from "../tensors.js";
import { type Hdf5, withHdf5 } from "./hdf5.js";
import { countedTensors } from "./tensors.js";

/**
 * Opens weights in several files for an architecture.
 *
 * @throws LensError `bad-model` for a list that names no files, or files elsewhere; `file` for one that cannot be read;
 * `bad-argument` without an architecture.
 */
export async function openShardList(
  { weight_map }: ShardList,
  folder: ModelFolder,
  choices: ArchitectureChoices & RunOptions,
): Promise<Network> {
  const listed: readonly unknown[] = Object.values(weight_map).flat();
  const names = [...new Set(listed)].filter((name) => typeof name === "string");
  if (names.length === 0 || listed.some((name) => typeof name !== "string")) {
    throw new LensError(
      "bad-model",
      `the weight_map of "${nameOf(folder)}" does not say which files hold the weights; save them again`,
    );
  }
  const shards: ByteSource[] = [];
  for (const name of names.map(insideFolder)) shards.push(bytesSource(name, await folder.read(name, choices.signal)));
  const opened = async ([shard, ...left]: readonly ByteSource[], files: readonly Hdf5[]): Promise<Network> =>
    shard
      ? withHdf5(shard, false, (file) => opened(left, [...files, file]))
      : buildArchitecture(countedTensors(files, nameOf(folder)), choices);
  return opened(shards, []);
}
