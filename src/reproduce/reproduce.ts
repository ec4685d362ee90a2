/** Tests the claims of the Circuits articles on a network: each as a number that the claim's threshold judges. */
import { checkOptions, type OptionSchemas, optionsSchema } from "../core/check.js";
import { isLensError } from "../core/errors.js";
import { type RunOptions, runSchemas, throwIfAborted } from "../core/run.js";
import { withEngine } from "../engine/choose.js";
import { type Engine, engineSchema } from "../engine/engine.js";
import { checkNetwork, type Network } from "../network/network.js";
import { createResult } from "../network/result.js";
import { type Claim, claims } from "./claims.js";
import type { Bench } from "./measures.js";
import { namesOf, partsOf } from "./networks.js";
import type { Reproduction, TestedClaim } from "./reproduction.js";
import { createTunings } from "./tunings.js";

/**
 * Options of `reproduce`.
 *
 * @public
 */
export interface ReproduceOptions extends RunOptions {
  /** Runs the network; the best one at hand when absent, released afterwards. */
  readonly engine?: Engine | undefined;
}

const reproduceOptions = optionsSchema<OptionSchemas<ReproduceOptions>>({ ...runSchemas, engine: engineSchema });

/**
 * Tests each claim of the Circuits articles that a network can answer. A claim that does not hold is reported as such, with its
 * number; one that the network cannot answer has a reason.
 *
 * @throws LensError `unsupported` for a network whose layers are none of those known; the signal's reason when aborted.
 * @public
 */
export async function reproduce(net: Network, options: ReproduceOptions = {}): Promise<Reproduction> {
  checkNetwork(net);
  checkOptions(reproduceOptions, options);
  const { engine: own, signal, onProgress } = options;
  const parts = partsOf(net);
  return withEngine(net, { engine: own, signal }, async (engine) => {
    const bench: Bench = { net, parts, tuned: createTunings(net, { engine, signal }) };
    const tested: TestedClaim[] = [];
    for (const claim of claims) {
      throwIfAborted(signal);
      tested.push(await test(claim, bench));
      onProgress?.({ task: claim.id, done: tested.length, total: claims.length });
    }
    return createResult("reproduction", net, { engine, settings: { layers: namesOf(parts) } }, { claims: tested });
  });
}

async function test({ test, ...claim }: Claim, bench: Bench): Promise<TestedClaim> {
  try {
    const { value, parts, units } = await test(bench);
    return { ...claim, value, holds: value >= claim.atLeast, parts, units, reason: null };
  } catch (error) {
    if (!isLensError(error) || error.code !== "unsupported") throw error;
    return { ...claim, value: null, holds: null, parts: [], units: [], reason: error.message };
  }
}
