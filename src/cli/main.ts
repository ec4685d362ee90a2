#!/usr/bin/env node
/** The command line: `convlens COMMAND MODEL …`. All of it is loaded from here, so that a limit on open files is said in a sentence. */

try {
  const { start } = await import("./start.js");
  await start();
} catch (error) {
  if ((error as NodeJS.ErrnoException).code !== "EMFILE") throw error;
  process.stderr.write("convlens: too many files are open; 256 are enough: run ulimit -n 256 first\n");
  process.exitCode = 2;
}

export {};
