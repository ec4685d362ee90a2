/** Ctrl-C: the first one aborts the task, which then cleans up; a second one ends the process at once. */

const interrupted = new AbortController();
process.once("SIGINT", () => interrupted.abort(new Error("interrupted")));

// A worker whose parent has gone has nobody to work for.
process.once("disconnect", () => process.exit(1));
process.channel?.unref();

/** Aborts the running command. */
export const signal: AbortSignal = interrupted.signal;
