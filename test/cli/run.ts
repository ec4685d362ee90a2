/** Runs a command line inside the test, and returns what it said. */
import { vi } from "vitest";
import { runCommandLine } from "../../src/cli/program.js";

/** What a command said, and its exit code. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command that some words name. */
export async function convlens(...words: string[]): Promise<Ran> {
  const said = { stdout: "", stderr: "" };
  const streams = (["stdout", "stderr"] as const).map((name) =>
    vi.spyOn(process[name], "write").mockImplementation((text) => {
      said[name] += String(text);
      return true;
    }),
  );
  try {
    return { code: await runCommandLine(words), ...said };
  } finally {
    for (const stream of streams) stream.mockRestore();
  }
}
