#!/usr/bin/env node
/** The command line: `convlens COMMAND MODEL …`. Thin: every command calls the public surface. */
import { Command, CommanderError } from "commander";
import { isLensError, terminalText, version } from "../index.js";
import { commands } from "./commands.js";
import { Interrupted, interruption, listen } from "./interrupt.js";

const program = new Command("convlens")
  .description("A lens on convolutional networks.")
  .version(version)
  .exitOverride()
  .showHelpAfterError("(convlens COMMAND --help lists what a command takes)");
for (const make of commands) {
  const made = make();
  // What is quoted of the command line may hold anything.
  made.configureOutput({ outputError: (words, write) => write(`${terminalText(words.trimEnd())}\n`) });
  program.addCommand(made);
}

listen();
try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = explain(error);
}
// A full disk or a closed pipe may be noticed after the command has ended.
process.once("exit", () => {
  const late = interruption();
  if (late && process.exitCode !== late.exitCode) {
    process.exitCode = late.exitCode;
    if (late.exitCode === 2) process.stderr.write(`convlens: ${late.message}\n`);
  }
});

/** Says what went wrong in one sentence, and returns the exit code: 2 bad input, 130 interrupted, 1 a fault of ours. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const reason = interruption();
  if (reason) {
    const left = error instanceof Interrupted ? error.message : "nothing was written";
    process.stderr.write(`convlens: ${reason.message}; ${terminalText(left)}\n`);
    return reason.exitCode;
  }
  if (isLensError(error)) {
    process.stderr.write(`convlens: ${error.message}\n`);
    return 2;
  }
  process.stderr.write(`convlens: unexpected: ${(error as Error)?.stack ?? String(error)}\n`);
  return 1;
}
