/** Workers: the same command in several processes, each for its share of the batches. */
import { fork } from "node:child_process";
import { InvalidArgumentError } from "commander";
import { LensError } from "../index.js";
import { signal } from "./interrupt.js";

/** A worker's part. */
export interface Share {
  readonly number: number;
  readonly of: number;
}

/** Reads `2/4`. */
export function shareOf(text: string): Share {
  const [number = Number.NaN, of = Number.NaN] = text.split("/").map(Number);
  if (!(Number.isInteger(number) && Number.isInteger(of) && number >= 0 && number < of))
    throw new InvalidArgumentError("A share is k/n, k from 0 to n − 1.");
  return { number, of };
}

/**
 * Runs a command in some workers, and waits for all.
 *
 * @throws LensError with what the first worker that failed had to say; the others are then ended.
 */
export async function runShares(workers: number, words: readonly string[]): Promise<void> {
  const children = Array.from({ length: workers }, (_, k) =>
    fork(process.argv[1]!, [...words, "--share", `${k}/${workers}`], {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      signal,
    }),
  );
  const ended = children.map(
    (child) =>
      new Promise<void>((resolve, reject) => {
        let said = "";
        child.stderr!.on("data", (text) => {
          said = `${said}${text}`.slice(-2000);
        });
        child.on("error", reject);
        child.on("close", (code, by) => {
          if (code === 0) return resolve();
          const last = said
            .trim()
            .split("\n")
            .at(-1)
            ?.replace(/^convlens: /, "");
          reject(
            new LensError(
              "engine",
              `a worker ended ${by ? `by ${by}` : `with code ${code}`}: ${last || "it said nothing"}`,
            ),
          );
        });
      }),
  );
  try {
    await Promise.all(ended);
  } finally {
    for (const child of children) child.kill();
    await Promise.allSettled(ended);
  }
}
