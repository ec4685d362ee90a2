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
  /** Hears of each step. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Schemas of `RunOptions`. */
export const runSchemas: OptionSchemas<RunOptions> = {
  signal: optional(objectWith<AbortSignal>(["throwIfAborted", "addEventListener"], "an AbortSignal")),
  onProgress: optional(functionSchema<(progress: Progress) => void>()),
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
