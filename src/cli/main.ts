#!/usr/bin/env node
/** The command line: `convlens COMMAND MODEL …`. Thin: every command calls the public surface. */
import { Command, CommanderError } from "commander";
import { isLensError, version } from "../index.js";
import { commands } from "./commands.js";
import { Interrupted, signal } from "./interrupt.js";

const program = new Command("convlens")
  .description("A lens on convolutional networks.")
  .version(version)
  .exitOverride()
  .showHelpAfterError("(convlens COMMAND --help lists what a command takes)");
for (const command of commands) {
  program.addCommand(command().exitOverride());
}

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // The reader of a pipe has gone (`| head`): there is nobody left to tell.
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = explain(error);
}

/** Says what went wrong in one sentence, and returns the exit code: 2 bad input, 130 interrupted, 1 a fault of ours. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (signal.aborted) {
    const left = error instanceof Interrupted ? error.message : "nothing was written";
    process.stderr.write(`convlens: interrupted; ${left}\n`);
    return 130;
  }
  if (isLensError(error)) {
    process.stderr.write(`convlens: ${error.message}\n`);
    return 2;
  }
  process.stderr.write(`convlens: unexpected: ${(error as Error)?.stack ?? String(error)}\n`);
  return 1;
}
