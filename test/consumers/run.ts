/** Runs a command with a limit of time, and keeps what it says. */
import { spawn } from "node:child_process";
import { resolve } from "node:path";

/** The project's folder. */
export const project: string = resolve(import.meta.dirname, "../..");

/** How a command ended and all it said. */
export interface Said {
  readonly code: number | null;
  readonly said: string;
}

/** Runs a command in a folder. */
export function run(command: string, args: readonly string[], cwd: string, seconds = 240): Promise<Said> {
  const env = {
    ...process.env,
    CI: "1",
    NO_COLOR: "1",
    NEXT_TELEMETRY_DISABLED: "1",
    NODE_ENV: undefined,
    VITEST: undefined,
  };
  return new Promise((done) => {
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], timeout: seconds * 1000 });
    let said = "";
    const hear = (chunk: Buffer): void => void (said += chunk.toString());
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("error", (error) => done({ code: 127, said: error.message }));
    child.on("close", (code) => done({ code, said: said.trim() }));
  });
}
