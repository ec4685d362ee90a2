/** Which engine runs a network when nobody said. */
import type { Network } from "../network/network.js";
import { cpuEngine } from "./cpu/cpu.js";
import type { Engine } from "./engine.js";

/** The best engine at hand for a network. */
export async function chooseEngine(_net: Network): Promise<Engine> {
  return cpuEngine();
}

/** Runs a task on a given engine, or on one chosen for it and released afterwards. */
export async function withEngine<T>(net: Network, given: Engine | undefined, task: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = given ?? (await chooseEngine(net));
  try {
    return await task(engine);
  } finally {
    if (!given) engine.dispose();
  }
}
