/** Reads the shards of a model, several at a time. */
import { type RunOptions, throwIfAborted, untilAborted } from "../core/run.js";
import type { ModelFolder } from "./folder.js";
import type { ManifestGroup } from "./model-json.js";
import type { Shard, WeightGroup } from "./stored-weights.js";

/** Files read at the same time: enough to keep a disk or a connection busy, few enough not to exhaust it. */
const atOnce = 8;

/** Reads all shards of a manifest. */
export async function readShards(
  folder: ModelFolder,
  groups: readonly ManifestGroup[],
  { signal, onProgress }: RunOptions,
): Promise<WeightGroup[]> {
  const names = [...new Set(groups.flatMap(({ paths }) => paths))];
  const shards = new Map<string, Shard>();
  const stop = new AbortController();
  const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const queue = names.values();
  const work = async (): Promise<void> => {
    for (const name of queue) {
      throwIfAborted(either);
      shards.set(name, { name, bytes: await folder.read(name, either) });
      throwIfAborted(either);
      await untilAborted(either, onProgress?.({ task: folder.model, done: shards.size, total: names.length }));
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, work));
  } catch (error) {
    stop.abort(error);
    throwIfAborted(signal);
    throw error;
  }
  return groups.map(({ paths, specs }) => ({ specs, shards: paths.map((path) => shards.get(path)!) }));
}
