/*
 * The script of a thread, for worker_threads and for web workers; `src/engine/wasm/threads.ts` is its other half, and says
 * where in the memory the words lie that the two talk by.
 *
 * The ticket is the number of the job at hand and that of the next part of it to be taken, in one word, so that both are
 * taken at once: a thread reads the job's description, and takes a part by exchanging the ticket it has seen for the next.
 * If anything changed meanwhile, the exchange fails and it looks again.
 */
const port = typeof require === "function" ? require("node:worker_threads").parentPort : self;

function work({ module, memory, thread, names, at }) {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const kernels = names.map((name) => exports[name]);
  const words = new Int32Array(memory.buffer);
  let idleSince = 0;
  for (;;) {
    const ticket = Atomics.load(words, at.ticket);
    const job = at.jobs + ((ticket >>> at.partBits) & 1) * at.jobWords;
    const part = ticket & ((1 << at.partBits) - 1);
    if (part < words[job + at.parts]) {
      const [kernel, task, units, size] = words.subarray(job, job + 4);
      const scratch = words[at.scratch] + thread * words[at.scratchBytes];
      if (Atomics.compareExchange(words, at.ticket, ticket, ticket + 1) !== ticket) continue;
      kernels[kernel](task, part * size, Math.min(units, (part + 1) * size), scratch);
      Atomics.add(words, at.done, 1);
      idleSince = 0;
    } else if (Atomics.load(words, at.leave)) {
      return;
    } else if (idleSince === 0) {
      idleSince = performance.now();
    } else if (performance.now() - idleSince > at.spin) {
      Atomics.add(words, at.sleepers, 1);
      Atomics.wait(words, at.ticket, ticket);
      Atomics.sub(words, at.sleepers, 1);
      idleSince = 0;
    }
  }
}

function receive(message) {
  try {
    port.postMessage({ ready: true });
    work(message);
    port.postMessage({ left: true });
  } catch (error) {
    port.postMessage({ failed: String(error) });
  }
}

if (typeof require === "function") port.on("message", receive);
else port.onmessage = ({ data }) => receive(data);
