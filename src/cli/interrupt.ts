/** Ctrl-C: the first one aborts the task, which then cleans up; a second one ends the process at once. */

const interrupted = new AbortController();
process.once("SIGINT", () => interrupted.abort(new Error("interrupted")));

/** Aborts the running command. */
export const signal: AbortSignal = interrupted.signal;

/** Thrown by an interrupted command that leaves something behind: the message says what. */
export class Interrupted extends Error {}
