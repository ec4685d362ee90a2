/**
 * Pictures by several workers. Batches are cut as without them, and the next one goes to the next worker that is free; what
 * makes a picture is the same on each, so that the pictures are, too.
 */
import { LensError } from "../../core/errors.js";
import { type Progress, untilAborted } from "../../core/run.js";
import { withEngine } from "../../engine/choose.js";
import { checkEngineName } from "../../engine/create.js";
import type { Engine } from "../../engine/engine.js";
import type { Network } from "../../network/network.js";
import { from } from "../../optvis/objective/from.js";
import type { Objective, ObjectiveJSON } from "../../optvis/objective/objective.js";
import type { Picture } from "../../optvis/picture.js";
import type { VisualizeManyOptions } from "../../optvis/visualize-options.js";
import type { Equipment } from "./message.js";
import { startThread } from "./thread.js";

/**
 * A picture of each of several objectives, by several workers.
 *
 * @throws LensError `bad-argument` for what cannot be sent to a worker; what the first worker that failed had to say; the
 * signal's reason when aborted. No worker is left then.
 */
export async function shareAmongWorkers(
  net: Network,
  objectives: readonly Objective[],
  options: VisualizeManyOptions & { readonly workers: number; readonly batch: number },
): Promise<Picture[]> {
  const { workers, batch, engine: own, signal, onProgress, onPicture, ...settings } = options;
  const sent = objectives.map(sendable);
  checkSendable(settings);
  signal?.throwIfAborted();
  const engine = await withEngine(net, { engine: own, signal }, async (engine) => likeness(engine));
  const batches = cut([...sent.keys()], batch);
  const ordered = inOrder(batches, onPicture, signal);
  const report = onProgress && summed(batches, onProgress);
  const equipment = { net: parcel(net), engine, options: settings };
  const count = Math.min(workers, batches.length);
  const threads = Array.from({ length: count }, () => startThread(equipment));
  const waiting = batches.entries();
  try {
    const all = threads.map(async (thread) => {
      for (const [number, places] of waiting) {
        const asked = places.map((place) => sent[place]!);
        await ordered.add(number, await thread.make(asked, (progress) => report?.(number, progress)));
      }
    });
    await untilAborted(signal, Promise.all(all));
  } finally {
    await Promise.all([ordered.stop(), ...threads.map((thread) => thread.stop())]);
  }
  return ordered.pictures;
}

/** Places of the pictures that are made together, as `visualize` makes them without workers. */
type Places = readonly number[];

function cut(places: Places, batch: number): Places[] {
  return Array.from({ length: Math.ceil(places.length / batch) }, (_, i) => places.slice(i * batch, (i + 1) * batch));
}

/** An objective as it is sent. */
function sendable(objective: Objective): ObjectiveJSON {
  try {
    const json = structuredClone(objective.toJSON());
    from(json);
    return json;
  } catch (cause) {
    throw new LensError(
      "bad-argument",
      `"${objective.name}" cannot be sent to workers (${(cause as Error).message}); leave workers out`,
      { cause },
    );
  }
}

function checkSendable(settings: object): void {
  for (const [name, value] of Object.entries(settings)) {
    try {
      structuredClone(value);
    } catch (cause) {
      throw new LensError(
        "bad-argument",
        `${name} is made of functions, which cannot be sent to workers; leave it to the preset, or leave workers out`,
        { cause },
      );
    }
  }
}

/** What an engine is made by. */
function likeness(engine: Engine): Equipment["engine"] {
  checkEngineName(engine.name);
  const { name, precision, relaxed } = engine as Engine & Equipment["engine"];
  return name === "wasm" ? { name, precision, relaxed } : { name };
}

/** A network as it is sent: plain data, its weights in memory that all workers share. */
function parcel({ name, ops, input, notes }: Network): Equipment["net"] {
  return { name, ops: ops.map(inSharedMemory), input, notes };
}

function inSharedMemory<T>(value: T): T {
  if (value instanceof Float32Array) {
    const shared = new Float32Array(new SharedArrayBuffer(value.byteLength));
    shared.set(value);
    return shared as T & Float32Array;
  }
  if (Array.isArray(value)) return value.map(inSharedMemory) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, inSharedMemory(each)])) as T;
}

interface Ordered {
  readonly pictures: Picture[];
  /** The pictures of a batch; resolves when what can be told has been. */
  add(number: number, made: readonly Picture[]): Promise<void>;
  /** Tells of no more, and resolves when whoever listens is done. */
  stop(): Promise<void>;
}

/** Pictures of batches that come in any order, told in that of the batches. */
function inOrder(
  batches: readonly Places[],
  onPicture: VisualizeManyOptions["onPicture"],
  signal: AbortSignal | undefined,
): Ordered {
  const pictures: Picture[] = [];
  const early = new Map<number, readonly Picture[]>();
  let next = 0;
  let stopped = false;
  let telling = Promise.resolve();
  const tell = async (): Promise<void> => {
    for (let made = early.get(next); made; made = early.get(next)) {
      early.delete(next);
      const places = batches[next++]!;
      for (const [i, place] of places.entries()) {
        if (stopped || signal?.aborted) return;
        await untilAborted(signal, onPicture?.(made[i]!, place));
        pictures[place] = made[i]!;
      }
    }
  };
  return {
    pictures,
    add(number, made) {
      early.set(number, made);
      telling = telling.then(tell);
      return telling;
    },
    stop() {
      stopped = true;
      return telling.catch(() => {});
    },
  };
}

/** Progress of all batches as one. */
function summed(
  batches: readonly Places[],
  onProgress: (progress: Progress) => unknown,
): (number: number, progress: Progress) => unknown {
  const made = batches.map(() => 0);
  const pictures = batches.flat().length;
  return (number, { task, done, total }) => {
    made[number] = done;
    const steps = total / batches[number]!.length;
    return onProgress({ task, done: made.reduce((sum, n) => sum + n, 0), total: pictures * steps });
  };
}
