/** How a long search lets others be heard: timers, input and the signal that stops it. */
import { pause, throwIfAborted } from "./run.js";

/** Lets others be heard between two pieces of work; throws when the task was aborted. */
export type Yield = () => Promise<void>;

/** Milliseconds of work between two pauses, which cost about one each. */
const often = 25;

/** A breath that looks at the signal every time, and pauses when the last pause is a while ago. */
export function yieldEvery(signal: AbortSignal | undefined): Yield {
  let last = performance.now();
  return async () => {
    throwIfAborted(signal);
    if (performance.now() - last < often) return;
    await pause();
    last = performance.now();
    throwIfAborted(signal);
  };
}
