#!/usr/bin/env node
/** The command line: `convlens COMMAND MODEL …`. */
import { interruption, listen } from "./interrupt.js";
import { runCommandLine } from "./program.js";

listen();
// A full disk or a closed pipe may be noticed after the command has ended.
process.once("exit", () => {
  const late = interruption();
  if (!late || process.exitCode === late.exitCode) return;
  process.exitCode = late.exitCode;
  if (late.exitCode === 2) process.stderr.write(`convlens: ${late.message}\n`);
});
process.exitCode = await runCommandLine(process.argv.slice(2));
