/**
 * What units do over a whole dataset, in one pass: how often they fire, mean and spread, quantiles and histogram, which are
 * dead or always on, which go together, and which classes they answer to.
 */
import { LensError } from "../core/errors.js";
import { withEngine } from "../engine/choose.js";
import { fingerprint } from "../network/fingerprint.js";
import type { Network } from "../network/network.js";
import { type Accumulator, count, emptyAccumulator, joinStatistics, statisticsOf } from "./accumulator.js";
import { addProducts, correlations, emptyProducts } from "./correlation.js";
import type { Dataset } from "./dataset.js";
import { checkSameQuestion, type PartialResult } from "./partial-result.js";
import { type PassOptions, runPass } from "./pass.js";
import { type FitToInputOptions, shownAs } from "./stream-activations.js";
import type { Statistics, StatisticsSettings } from "./unit-statistics.js";
import { resolveUnits, type UnitsLike } from "./units.js";

/**
 * Options of `statistics`.
 *
 * @public
 */
export interface StatisticsOptions extends FitToInputOptions, PassOptions<Statistics> {
  /**
   * Correlates every two units, which must be of one layer. For `n` units it costs `n² / 2` products per position.
   *
   * @defaultValue false
   */
  readonly correlation?: boolean | undefined;
}

/**
 * Statistics of units over a dataset.
 *
 * @throws LensError `unknown-layer`, `bad-unit`, `bad-argument`, `bad-size`, `unsupported`; `bad-model` when an activation is
 * not finite; `file` when no picture could be read; the signal's reason when aborted.
 * @public
 */
export async function statistics(
  net: Network,
  units: UnitsLike,
  dataset: Dataset,
  options: StatisticsOptions = {},
): Promise<Statistics> {
  const { preActivation = false, correlation = false, from } = options;
  const { units: asked, layers } = resolveUnits(net, units);
  if (correlation && layers.length > 1) {
    throw new LensError(
      "bad-argument",
      `correlations are between units of one layer; got units of ${layers.map((l) => l.layer).join(", ")}: ask for one layer at a time`,
    );
  }
  return withEngine(net, options.engine, async (engine) => {
    const { size, fit } = shownAs(net, options);
    const preprocessing = net.input.preprocessing.name;
    const settings: StatisticsSettings = { preActivation, size, fit, correlation, preprocessing, engine: engine.name };
    const question = { network: net.name, fingerprint: fingerprint(net), settings };
    if (from) checkSameQuestion(from, { ...question, units: asked.map((unit) => ({ unit })) });
    const tallies = asked.map(emptyAccumulator);
    if (from) for (const [i, each] of from.units.entries()) joinStatistics(tallies[i]!, each);
    const products = from ? [...from.products] : correlation ? emptyProducts(asked.length) : [];
    return runPass(
      net,
      { units, dataset, engine },
      {
        meet: () => undefined,
        add: (response) => {
          count(tallies, response);
          if (correlation) addProducts(products, response.layers[0]!);
        },
        part: (account) => summary(question, tallies, products, account),
      },
      options,
    );
  });
}

/** Tallies as a result. */
export function summary(
  question: Pick<Statistics, "network" | "fingerprint" | "settings">,
  tallies: readonly Accumulator[],
  products: readonly (readonly number[])[],
  account: Pick<PartialResult, "seen" | "broken">,
): Statistics {
  const units = tallies.map(statisticsOf);
  const correlation = question.settings.correlation ? correlations(units, products) : null;
  return { ...question, units, correlation, products: [...products], ...account };
}
