/**
 * Threads over shared memory. A job is cut into parts; every thread, the calling one included, takes the next part as soon as
 * it is done with one, so that nobody waits for a slow one longer than a part takes. Nobody waits for a thread that has
 * taken nothing: threads join in when they are ready, and one that dies idle is not missed. Parts do not depend on who
 * does them, and the results are bit for bit those of one thread.
 *
 * A thread that finds nothing to do spins for a moment and then sleeps. The calling thread must not sleep (a page's must
 * not, ever): it spins, and after a while lets its event loop turn, where it hears if a thread has died.
 */
import { LensError } from "../../core/errors.js";
import type { Heap } from "./heap.js";
import { kernels as kernelRecords } from "./kernels.generated.js";
import type { KernelName, Kernels, Variant } from "./module.js";
import type { Runner } from "./runner.js";
import type { Job, KernelJob } from "./schedule.js";
import { spawnThread, type Thread } from "./thread.js";

const names = Object.keys(kernelRecords) as KernelName[];

/** Words of the memory's first block by which threads talk: places, and numbers that both sides must know. */
const at = {
  /** Number of the job times 2^partBits, plus the number of its next part. */
  ticket: 16,
  /** Parts of the job that are done. */
  done: 32,
  /** Threads asleep. */
  sleepers: 48,
  /** Whether threads are to leave the memory. */
  leave: 49,
  /** Address of the scratch of thread 0, and bytes of each thread's. */
  scratch: 50,
  scratchBytes: 51,
  /** Two job descriptions, taken in turn: kernel, task, units, units of a part, parts. */
  jobs: 64,
  jobWords: 16,
  parts: 4,
  partBits: 12,
  /** Milliseconds a thread spins before it sleeps. */
  spin: 0.2,
};

/** Parts a job is cut into, per thread. */
const partsPerThread = 8;
/** Milliseconds the calling thread spins for the others before it lets its event loop turn. */
const patience = 50;

/** How threads are started, and how long they may be silent. */
export interface ThreadOptions {
  /** Threads in all, the calling one included. */
  readonly threads: number;
  /**
   * Starts a thread.
   *
   * @defaultValue a worker thread in Node, a web worker in a page
   */
  readonly spawn?: (() => Thread) | undefined;
  /**
   * Milliseconds without any part done after which threads are given up.
   *
   * @defaultValue 10000
   */
  readonly silence?: number | undefined;
  /** Told when threads cannot be started at all. */
  readonly onMissing: (reason: string) => void;
}

/** Does jobs on several threads. */
export class ThreadedRunner implements Runner {
  readonly #heap: Heap;
  readonly #kernels: Kernels;
  readonly #variant: Variant;
  readonly #options: ThreadOptions;
  #threads: Thread[] = [];
  #failure: string | null = null;
  #given = false;
  #job = 0;
  #scratch = { address: 0, bytes: 0 };
  #turn: Promise<unknown> = Promise.resolve();

  constructor(heap: Heap, kernels: Kernels, variant: Variant, options: ThreadOptions) {
    this.#heap = heap;
    this.#kernels = kernels;
    this.#variant = variant;
    this.#options = options;
    this.#start();
  }

  /** One run at a time: the others wait for their turn. */
  run(jobs: readonly Job[], scratchBytes: number): Promise<void> {
    const run = this.#turn.then(() => this.#run(jobs, scratchBytes));
    this.#turn = run.catch(() => {});
    return run;
  }

  dispose(): void {
    const { words } = this.#heap;
    Atomics.store(words, at.leave, 1);
    Atomics.notify(words, at.ticket);
    for (const thread of this.#threads) void thread.stop();
    this.#threads = [];
  }

  #start(): void {
    if (this.#given) return;
    const { threads, spawn = spawnThread } = this.#options;
    try {
      for (let number = 1; number < threads; number++) {
        const thread = spawn();
        this.#threads.push(thread);
        const mine = (act: (text: string) => void) => (text: string) => {
          if (this.#threads.includes(thread)) act(text);
        };
        thread.listen({
          onFailure: mine((text) => {
            this.#failure ??= text;
          }),
          onMissing: mine((text) => this.#giveUp(text)),
        });
        thread.send({ module: this.#variant.module, memory: this.#heap.memory, thread: number, names, at });
      }
    } catch (error) {
      this.#giveUp(String(error));
    }
  }

  /** Goes on without threads, for good. */
  #giveUp(reason: string): void {
    this.#given = true;
    for (const thread of this.#threads) void thread.stop();
    this.#threads = [];
    this.#options.onMissing(`threads could not be started: ${reason}`);
  }

  async #run(jobs: readonly Job[], scratchBytes: number): Promise<void> {
    // A thread that died between two runs is not missed; it is replaced.
    if (this.#failure) await this.#restart();
    this.#reserve(scratchBytes);
    for (const job of jobs) {
      if ("script" in job) job.script();
      else if (this.#threads.length === 0 || job.units === 1)
        this.#kernels[job.kernel](job.task, 0, job.units, this.#scratch.address);
      else await this.#share(job);
    }
  }

  #reserve(bytes: number): void {
    if (bytes > this.#scratch.bytes) {
      this.#heap.release(this.#scratch.address);
      this.#scratch = { address: this.#heap.allocate(bytes * this.#options.threads), bytes };
    }
    const { words } = this.#heap;
    words[at.scratch] = this.#scratch.address;
    words[at.scratchBytes] = this.#scratch.bytes;
  }

  async #share({ kernel, task, units }: KernelJob): Promise<void> {
    const { words } = this.#heap;
    const size = Math.ceil(units / Math.min(units, this.#options.threads * partsPerThread));
    const parts = Math.ceil(units / size);
    this.#job = (this.#job + 1) & 0xfffff;
    words.set([names.indexOf(kernel), task, units, size, parts], at.jobs + (this.#job & 1) * at.jobWords);
    Atomics.store(words, at.done, 0);
    Atomics.store(words, at.ticket, this.#job << at.partBits);
    if (Atomics.load(words, at.sleepers) > 0) Atomics.notify(words, at.ticket);
    const run = this.#kernels[kernel];
    for (let part = this.#take(parts); part >= 0; part = this.#take(parts)) {
      run(task, part * size, Math.min(units, (part + 1) * size), this.#scratch.address);
      Atomics.add(words, at.done, 1);
    }
    if (!spin(words, parts)) await this.#wait(parts);
  }

  /** Takes the next part; −1 when there is none. */
  #take(parts: number): number {
    const { words } = this.#heap;
    for (;;) {
      const ticket = Atomics.load(words, at.ticket);
      const part = ticket & ((1 << at.partBits) - 1);
      if (part >= parts) return -1;
      if (Atomics.compareExchange(words, at.ticket, ticket, ticket + 1) === ticket) return part;
    }
  }

  /** Waits for parts that others have taken, in turn with the event loop, where it hears of their end. */
  async #wait(parts: number): Promise<void> {
    const { words } = this.#heap;
    const { silence = 10_000 } = this.#options;
    let [last, done] = [performance.now(), -1];
    while (!spin(words, parts)) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      const now = Atomics.load(words, at.done);
      if (now !== done) [last, done] = [performance.now(), now];
      else if (performance.now() - last > silence) this.#failure ??= `it was silent for ${silence / 1000} s`;
      if (!this.#failure) continue;
      const cause = this.#failure;
      await this.#restart();
      throw new LensError(
        "engine",
        `a thread of the wasm engine died in the middle of a step (${cause}); new ones were started: run the step again`,
      );
    }
  }

  /** Stops all threads, waits until none can write any more, and starts new ones. */
  async #restart(): Promise<void> {
    const threads = this.#threads;
    this.#threads = [];
    this.#failure = null;
    await Promise.all(threads.map((thread) => thread.stop()));
    const { words } = this.#heap;
    Atomics.store(words, at.sleepers, 0);
    // No part to take until the next job.
    words.fill(0, at.jobs, at.jobs + 2 * at.jobWords);
    this.#start();
  }
}

/** Spins for a while; whether all parts are done. */
function spin(words: Int32Array, parts: number): boolean {
  const until = performance.now() + patience;
  do {
    for (let i = 0; i < 1000; i++) if (Atomics.load(words, at.done) >= parts) return true;
  } while (performance.now() < until);
  return false;
}
