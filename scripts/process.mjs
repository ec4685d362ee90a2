// Running a command so that it can neither wait for input nor outlive its time.
import { spawn } from "node:child_process";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The package's folder. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const running = new Set();
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    for (const child of running) stop(child);
    process.exit(130);
  });
}

/** Runs a shell command in the package's folder with its tools on PATH; gives the exit code, 124 when time ran out. */
export function run(command, { minutes = 15, env = {} } = {}) {
  const PATH = [join(root, "node_modules", ".bin"), process.env.PATH].join(delimiter);
  return new Promise((resolve) => {
    const child = spawn(command, {
      cwd: root,
      env: { ...process.env, ...env, PATH },
      shell: true,
      stdio: ["ignore", "inherit", "inherit"],
      detached: process.platform !== "win32",
    });
    running.add(child);
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      console.error(`stopped after ${minutes} minutes: ${command}`);
      stop(child);
    }, minutes * 60_000);
    const done = (code) => {
      clearTimeout(timer);
      running.delete(child);
      resolve(late ? 124 : (code ?? 1));
    };
    child.on("error", (error) => {
      console.error(String(error));
      done(127);
    });
    child.on("exit", done);
  });
}

// The child leads its own process group, so that what it started ends with it.
function stop(child) {
  try {
    process.kill(process.platform === "win32" ? child.pid : -child.pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}
