/** One worker, from the calling thread: it makes a batch at a time, until it is stopped. */
import { Worker } from "node:worker_threads";
import { LensError } from "../../core/errors.js";
import { withResultMethods } from "../../core/result.js";
import type { Progress } from "../../core/run.js";
import type { Picture } from "../../optvis/picture.js";
import type { Answer, Batch, Equipment } from "./message.js";
import { workerScript } from "./script.js";

/** A worker. */
export interface Thread {
  /** The pictures of a batch; rejects with what is wrong with it, or when the worker ends. */
  make(batch: Batch, onProgress: (progress: Progress) => unknown): Promise<readonly Picture[]>;
  /** Ends it, and resolves when it has. */
  stop(): Promise<unknown>;
}

/**
 * Starts a worker.
 *
 * @throws LensError `unsupported`, where its script is not beside the library.
 */
export function startThread(equipment: Equipment): Thread {
  // What this process was started with (a script of its own, loaders) is not for the worker.
  const worker = new Worker(scriptOfPictures(), { workerData: equipment, execArgv: [] });
  const ended = new Promise<never>((_, reject) => {
    worker.on("error", reject);
    worker.on("exit", (code) =>
      reject(new LensError("engine", `a worker ended with code ${code} before its pictures were done; run it again`)),
    );
  });
  // Whoever waits for a batch hears of it; when nobody does, it was stopped.
  ended.catch(() => {});
  return {
    make: (batch, onProgress) => Promise.race([ended, answerOf(worker, batch, onProgress)]),
    stop: () => worker.terminate(),
  };
}

function answerOf(
  worker: Worker,
  batch: Batch,
  onProgress: (progress: Progress) => unknown,
): Promise<readonly Picture[]> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      worker.off("message", listen);
      reject(error);
    };
    const listen = (answer: Answer): void => {
      if ("progress" in answer) {
        // What the listener throws, now or later, rejects the task.
        Promise.resolve(answer.progress).then(onProgress).catch(fail);
        return;
      }
      worker.off("message", listen);
      if ("pictures" in answer) resolve(answer.pictures.map(withResultMethods));
      else reject(new LensError(answer.error.code, answer.error.message));
    };
    worker.on("message", listen);
    worker.postMessage(batch);
  });
}

function scriptOfPictures(): URL {
  const script = workerScript("worker");
  if (script) return script;
  throw new LensError(
    "unsupported",
    "the script of the workers is not beside the library, as when a bundler put it into one file; leave convlens out of the bundle, or leave workers out",
  );
}
