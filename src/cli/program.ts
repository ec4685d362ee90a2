/** The command line as a function: words in, exit code out. */
import { Command, CommanderError } from "commander";
import { isLensError, terminalText, version } from "../index.js";
import { commands } from "./commands.js";
import { Interrupted, interruption } from "./interrupt.js";

/** Runs the command that some words name, and returns the exit code: 0 done, 2 bad input, 130 interrupted, 1 a fault of ours. */
export async function runCommandLine(words: readonly string[]): Promise<number> {
  const program = new Command("convlens")
    .description("A lens on convolutional networks.")
    .version(version)
    .exitOverride()
    .showHelpAfterError("(convlens COMMAND --help lists what a command takes)");
  for (const make of commands) program.addCommand(make());
  try {
    await program.parseAsync(words, { from: "user" });
    return 0;
  } catch (error) {
    return explain(error);
  }
}

/** Says what went wrong in one sentence, and returns the exit code. */
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
