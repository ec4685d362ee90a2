/**
 * Chooses the engine that runs a network when the caller names none. Each candidate is started on this machine, compared
 * with `cpu` on one layer of the network, and timed on it; the fastest is taken. Every candidate is listed with the reason
 * why it was taken or left. Nothing that a candidate or the trial does wrong stops the choice: `cpu` always remains.
 */
import { optional, unknown } from "valibot";
import { checkOptions, optionsSchema } from "../core/check.js";
import { isLensError } from "../core/errors.js";
import { untilAborted } from "../core/run.js";
import { checkNetwork, type Network } from "../network/network.js";
import { checkEngineName, createEngine, type EngineName } from "./create.js";
import type { Engine } from "./engine.js";
import { reasonAgainst } from "./probe.js";
import { type Sample, sampleOf, trial } from "./trial.js";

/** What is tried without being asked for. `cpu` is left where all of them fail; the other engines are for comparison. */
const candidates: readonly EngineName[] = ["wasm", "tfjs-webgpu", "tfjs-webgl"];

/**
 * Options of `chooseEngine`.
 *
 * @public
 */
export interface ChooseOptions {
  /**
   * The engine to take if it can run here and its numbers are right, however fast the others are.
   *
   * @defaultValue undefined
   */
  readonly prefer?: EngineName | undefined;
}

/**
 * An engine that was looked at.
 *
 * @public
 */
export interface Considered {
  /** Its name. */
  readonly engine: EngineName;
  /** What a step of the sample layer took, forward and back; `null` where it was not measured. */
  readonly milliseconds: number | null;
  /** Why it was taken or left. */
  readonly reason: string;
}

/**
 * An engine, and why this one.
 *
 * @public
 */
export interface Choice {
  /** Dispose it when done. */
  readonly engine: Engine;
  /** All that were looked at, in the order of looking. */
  readonly considered: readonly Considered[];
}

/**
 * The best engine at hand for a network. It is measured once per network; later calls repeat the choice.
 *
 * @throws LensError `bad-argument`, when no engine has the name preferred.
 * @public
 */
export async function chooseEngine(net: Network, options: ChooseOptions = {}): Promise<Choice> {
  checkNetwork(net);
  checkOptions(chooseOptions, options);
  const { prefer } = options;
  if (prefer !== undefined) checkEngineName(prefer);
  const known = choices.get(net)?.get(prefer);
  if (known) return { engine: await createEngine(known.name), considered: known.considered };
  const { engine, name, considered } = await measure(net, prefer);
  const ofNetwork = choices.get(net) ?? new Map();
  choices.set(net, ofNetwork.set(prefer, { name, considered }));
  return { engine, considered };
}

/** Names of engines are checked by the list of engines. */
const chooseOptions = optionsSchema({ prefer: optional(unknown()) });

type Known = { readonly name: EngineName; readonly considered: readonly Considered[] };
const choices = new WeakMap<Network, Map<EngineName | undefined, Known>>();

/** The best engine at hand. An abort during the trial rejects the call and releases the engine that was found. */
export async function engineFor(net: Network, signal: AbortSignal | undefined): Promise<Engine> {
  const choice = chooseEngine(net);
  try {
    return (await untilAborted(signal, choice)).engine;
  } catch (error) {
    void choice.then(
      ({ engine }) => engine.dispose(),
      () => {},
    );
    throw error;
  }
}

/** Runs a task on a given engine, or on one chosen for it and released afterwards. */
export async function withEngine<T>(
  net: Network,
  { engine: given, signal }: { readonly engine?: Engine | undefined; readonly signal?: AbortSignal | undefined },
  task: (engine: Engine) => Promise<T>,
): Promise<T> {
  checkNetwork(net);
  const engine = given ?? (await engineFor(net, signal));
  try {
    return await task(engine);
  } finally {
    if (!given) engine.dispose();
  }
}

/** A candidate that ran and was right. */
interface Runner {
  readonly name: EngineName;
  readonly engine: Engine;
  readonly milliseconds: number | null;
}

async function measure(net: Network, prefer: EngineName | undefined): Promise<Known & { readonly engine: Engine }> {
  // A layer that cannot be tried leaves the engines untried, and does not stop them.
  const sample = await sampleOf(net).catch(() => null);
  const names = prefer ? [prefer, ...candidates.filter((name) => name !== prefer)] : candidates;
  const rejected: Considered[] = [];
  const runners: Runner[] = [];
  for (const name of names) {
    const tried = await attempt(name, sample);
    if (typeof tried === "string") rejected.push({ engine: name, milliseconds: null, reason: tried });
    else runners.push({ name, ...tried });
    if (name === prefer && typeof tried !== "string") break;
  }
  if (runners.length === 0) runners.push({ name: "cpu", engine: await createEngine("cpu"), milliseconds: null });
  const [best, ...others] = runners.sort((a, b) => (a.milliseconds ?? 0) - (b.milliseconds ?? 0));
  for (const { engine } of others) engine.dispose();
  const on = sample ? ` on ${sample.layer}` : "";
  const taken =
    best!.name === prefer
      ? `preferred, and right${on}`
      : others.length > 0
        ? `the fastest${on}`
        : "the only one that can run here";
  const considered = [
    { engine: best!.name, milliseconds: best!.milliseconds, reason: taken },
    ...others.map(({ name, milliseconds }) => ({ engine: name, milliseconds, reason: `slower${on}` })),
    ...rejected,
  ];
  return { name: best!.name, engine: best!.engine, considered };
}

/** Starts and tries an engine; a sentence where it cannot run here, fails, or computes other numbers than `cpu`. */
async function attempt(
  name: EngineName,
  sample: Sample | null,
): Promise<string | { readonly engine: Engine; readonly milliseconds: number | null }> {
  const against = await reasonAgainst(name);
  if (against !== null) return against;
  let engine: Engine | undefined;
  try {
    engine = await createEngine(name);
    const outcome = sample ? await trial(engine, sample) : null;
    if (typeof outcome !== "string") return { engine, milliseconds: outcome };
    engine.dispose();
    return outcome;
  } catch (error) {
    engine?.dispose();
    return isLensError(error) ? error.message : `it failed when it was tried (${String(error)})`;
  }
}
