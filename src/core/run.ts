/** What every long task accepts: a signal that stops it and a listener that hears how far it is. */
import { optional } from "valibot";
import { functionSchema, type OptionSchemas, objectWith } from "./check.js";

/**
 * How far a long task is.
 *
 * @public
 */
export interface Progress {
  /** What is being done, for people: `"block3_conv3:195"`. */
  readonly task: string;
  /** Steps done so far. */
  readonly done: number;
  /** Steps in all. */
  readonly total: number;
}

/**
 * Options of every long task.
 *
 * @public
 */
export interface RunOptions {
  /** Aborts the task: it rejects with the signal's reason and leaves nothing behind. */
  readonly signal?: AbortSignal | undefined;
  /** Called at each step. A promise is waited for; what it throws rejects the task. */
  readonly onProgress?: ((progress: Progress) => unknown) | undefined;
}

/** Schemas of `RunOptions`. */
export const runSchemas: OptionSchemas<RunOptions> = {
  signal: optional(objectWith<AbortSignal>(["throwIfAborted", "addEventListener"], "an AbortSignal")),
  onProgress: optional(functionSchema<NonNullable<RunOptions["onProgress"]>>()),
};

/** Throws the signal's reason if the task was aborted. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  signal?.throwIfAborted();
}

/**
 * Lets timers, input and abort signals be heard between two steps of a computation that would otherwise never pause.
 */
export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Waits for a value; an abort rejects at once with the signal's reason, also where the value never comes. */
export async function untilAborted<T>(signal: AbortSignal | undefined, value: T | PromiseLike<T>): Promise<T> {
  if (!signal) return value;
  const listening = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true, signal: listening.signal });
  });
  try {
    return await Promise.race([value, aborted]);
  } finally {
    listening.abort();
  }
}

/** The values of an iterable, until the task is aborted. `return` of a stuck iterator is called, but not waited for. */
export async function* eachUntilAborted<T>(
  signal: AbortSignal | undefined,
  values: Iterable<T> | AsyncIterable<T>,
): AsyncGenerator<Awaited<T>, void> {
  const iterator = Symbol.asyncIterator in values ? values[Symbol.asyncIterator]() : values[Symbol.iterator]();
  let ended = false;
  try {
    for (;;) {
      const next = await untilAborted(signal, iterator.next()).catch((error: unknown) => {
        // One that failed has ended by itself.
        ended = !signal?.aborted;
        throw error;
      });
      ended = next.done === true;
      if (ended) return;
      yield await untilAborted(signal, next.value);
    }
  } finally {
    if (!ended) {
      const closed = Promise.resolve(iterator.return?.()).catch(() => {});
      if (!signal?.aborted) await closed;
    }
  }
}
