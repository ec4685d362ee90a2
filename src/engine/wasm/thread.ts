/** One thread: a worker thread in Node, a web worker in a page, under one face. Its script comes along as text. */
import { workerScript } from "./kernels.generated.js";
import { nodeModule } from "./module.js";

/** What a thread may have to say. */
export interface ThreadListener {
  /** It has died, and why. */
  readonly onFailure: (reason: string) => void;
  /** It could not even begin, and why. */
  readonly onMissing: (reason: string) => void;
}

/** A thread. */
export interface Thread {
  /** Hands it the module and the memory, upon which it looks for work. */
  send(message: unknown): void;
  /** Listens to it. */
  listen(listener: ThreadListener): void;
  /** Ends it, and resolves when it has. */
  stop(): Promise<void>;
}

/** The part of Node's `worker_threads` that is used. */
interface NodeWorker {
  on(event: string, listener: (value: unknown) => void): void;
  postMessage(message: unknown): void;
  terminate(): Promise<unknown>;
  unref(): void;
}

interface NodeThreads {
  readonly Worker: new (script: string, options: { eval: true }) => NodeWorker;
}

/** Why there can be no threads here; `null` where there can. */
export function whyNoThreads(): string | null {
  if (typeof SharedArrayBuffer === "undefined") return "this JavaScript engine has no SharedArrayBuffer";
  if (nodeModule("node:worker_threads")) return null;
  if (typeof Worker === "undefined") return "there are no workers here";
  return (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated
    ? null
    : "the page is not cross-origin isolated (it needs the headers Cross-Origin-Opener-Policy and Cross-Origin-Embedder-Policy)";
}

/** Number of processors. */
export function processors(): number {
  const os = nodeModule<{ availableParallelism(): number }>("node:os");
  return os ? os.availableParallelism() : (globalThis.navigator?.hardwareConcurrency ?? 1);
}

/** Starts a thread. */
export function spawnThread(): Thread {
  const node = nodeModule<NodeThreads>("node:worker_threads");
  return node ? nodeThread(new node.Worker(workerScript, { eval: true })) : pageThread();
}

/** A worker thread of Node; it does not keep the process alive. */
function nodeThread(worker: NodeWorker): Thread {
  worker.unref();
  return {
    send: (message) => worker.postMessage(message),
    listen({ onFailure, onMissing }) {
      const hear = hearing({ onFailure, onMissing });
      worker.on("message", hear.message);
      worker.on("error", (error) => hear.end(String(error)));
      worker.on("exit", () => hear.end("it ended"));
    },
    stop: async () => {
      await worker.terminate();
    },
  };
}

function pageThread(): Thread {
  const url = URL.createObjectURL(new Blob([workerScript], { type: "text/javascript" }));
  const worker = new Worker(url);
  return {
    send: (message) => worker.postMessage(message),
    listen(listener) {
      const hear = hearing(listener);
      worker.onmessage = ({ data }) => hear.message(data);
      worker.onerror = ({ message }) => hear.end(message ?? "its script could not be loaded");
    },
    stop: async () => {
      worker.terminate();
      URL.revokeObjectURL(url);
    },
  };
}

/** Tells an end before the beginning from one after it. */
function hearing({ onFailure, onMissing }: ThreadListener): {
  message: (said: unknown) => void;
  end: (reason: string) => void;
} {
  let begun = false;
  return {
    message(said) {
      const { ready, failed } = said as { ready?: true; failed?: string };
      if (ready) begun = true;
      if (failed !== undefined) onFailure(failed);
    },
    end: (reason) => (begun ? onFailure(reason) : onMissing(reason)),
  };
}
