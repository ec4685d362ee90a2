/** Whoever does the jobs. */

import type { Heap } from "./heap.js";
import type { Kernels } from "./module.js";
import type { Job } from "./schedule.js";

/** Does jobs in order. */
export interface Runner {
  /** Does all jobs, each before the next. */
  run(jobs: readonly Job[], scratchBytes: number): Promise<void>;
  /** Lets the memory go. */
  dispose(): void;
}

/** Does everything on the calling thread. */
export function singleRunner(heap: Heap, kernels: Kernels): Runner {
  let [scratch, bytes] = [0, 0];
  return {
    async run(jobs, scratchBytes) {
      if (scratchBytes > bytes) {
        heap.release(scratch);
        scratch = heap.allocate(scratchBytes);
        bytes = scratchBytes;
      }
      for (const job of jobs) {
        if ("script" in job) job.script();
        else kernels[job.kernel](job.task, 0, job.units, scratch);
      }
    },
    dispose() {
      heap.release(scratch);
    },
  };
}
