/** Runs the command line of this process, and ends it with the exit code. */
import { interruption, listen } from "./interrupt.js";
import { runCommandLine } from "./program.js";

/** Runs the words of the process's command line. */
export async function start(): Promise<void> {
  listen();
  // A full disk or a closed pipe may be noticed after the command has ended.
  process.once("exit", () => {
    const late = interruption();
    if (!late || process.exitCode === late.exitCode) return;
    process.exitCode = late.exitCode;
    if (late.exitCode === 2) process.stderr.write(`convlens: ${late.message}\n`);
  });
  process.exitCode = await runCommandLine(process.argv.slice(2));
}
