/** Tasks aborted at any moment: each rejects with the reason or ends as it would have, and nothing stays loaded. */
import type { Random } from "../../src/core/random.js";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import type { Engine } from "../../src/engine/engine.js";
import * as convlens from "../../src/index.js";
import { net, photo } from "../results/samples.js";
import type { Case } from "./suite.js";

let held = 0;
let memory: number | undefined;
const cpu = cpuEngine();
/** An engine that counts the plans it holds. */
const engine: Engine = {
  ...cpu,
  async load(plan) {
    const executable = await cpu.load(plan);
    const dispose = executable.dispose.bind(executable);
    held++;
    executable.dispose = () => {
      held--;
      dispose();
    };
    return executable;
  },
};

const pictures = Array.from({ length: 8 }, (_, i) => ({ id: String(i), image: photo() }));
const circuit = convlens.grow(net, "b:0", { depth: 1 });
const group = convlens.group.rotations(4);

const tasks: readonly ((signal: AbortSignal) => Promise<unknown>)[] = [
  (signal) => convlens.examples(net, ["b"], pictures, { engine, signal }),
  (signal) => convlens.statistics(net, ["a", "b"], pictures, { engine, signal }),
  (signal) => convlens.visualize(net, ["a:0", "b:1"], { engine, signal, preset: "draft", steps: 6, size: 16 }),
  (signal) => convlens.lab(net, "b:0", { engine, signal, preset: "draft", steps: 2, size: 16 }),
  (signal) => convlens.verify(net, circuit, pictures, { engine, signal }),
  (signal) => convlens.faithfulness(net, circuit, "b:0", pictures, { engine, signal }),
  (signal) => convlens.expand(net, "b:0", "image", { engine, signal, photos: pictures }),
  (signal) => convlens.doctor(net, { engine, signal, photos: pictures }),
  (signal) => convlens.findFamilies(net, "a", { signal, group, nullDraws: 19 }),
  (signal) => convlens.factor(net, "b", { signal }),
];

/** What each task comes to without an abort, but for the seconds it took. */
const whole: (string | undefined)[] = [];
const textOf = (value: unknown): string => JSON.stringify(value).replace(/"seconds":[\d.e+-]+/, "");

/** A task of each kind in turn, aborted within its time. */
export async function tryAbort(random: Random, number: number): Promise<Case> {
  const which = number % tasks.length;
  whole[which] ??= textOf(await tasks[which]!(new AbortController().signal));
  memory ??= process.memoryUsage().heapUsed;
  const controller = new AbortController();
  const reason = new Error("aborted");
  let aborted = Number.NaN;
  const timer = setTimeout(() => {
    aborted = performance.now();
    controller.abort(reason);
  }, random.uniform() * 60);
  const found = await tasks[which]!(controller.signal).then(textOf, (error: unknown) => error);
  const late = performance.now() - aborted;
  clearTimeout(timer);
  if (held !== 0) return { outcome: "aborted", fault: `task ${which} left ${held} plans loaded` };
  if (found === reason)
    return { outcome: "aborted", fault: late > 1000 ? `task ${which} heard it after ${late} ms` : null };
  const isSame = found === whole[which];
  return {
    outcome: isSame ? "ended" : "raw error",
    fault: isSame ? null : `task ${which}: ${String(found).slice(0, 300)}`,
  };
}

/** Whether memory has grown over all aborts. */
export function closeAborts(): string | undefined {
  const grown = (process.memoryUsage().heapUsed - (memory ?? 0)) / 1e6;
  return grown > 300 ? `the memory grew by ${grown.toFixed(0)} MB` : undefined;
}
