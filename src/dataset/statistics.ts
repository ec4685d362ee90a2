/**
 * What units do over a whole dataset, in one pass: how often they fire, mean and spread, quantiles and histogram, which are
 * dead or always on, which go together, and which classes they answer to.
 */

import { optional } from "valibot";
import { checkArgument, checkOptions, flagSchema, type OptionSchemas, optionsSchema } from "../core/check.js";
import { LensError } from "../core/errors.js";
import { withEngine } from "../engine/choose.js";
import { checkNetwork, type Network } from "../network/network.js";
import { createResult } from "../network/result.js";
import { type Accumulator, count, emptyAccumulator, joinStatistics, statisticsOf } from "./accumulator.js";
import { addProducts, correlations, emptyProducts } from "./correlation.js";
import { type Dataset, datasetSchema } from "./dataset.js";
import { type Account, checkSameQuestion, questionOf } from "./partial-result.js";
import { type PassOptions, passSchemas, runPass } from "./pass.js";
import { statisticsSchema } from "./schemas.js";
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

const statisticsOptions = optionsSchema<OptionSchemas<StatisticsOptions>>({
  ...passSchemas<Statistics>(statisticsSchema),
  correlation: optional(flagSchema),
});

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
  checkNetwork(net);
  checkArgument("dataset", datasetSchema, dataset);
  checkOptions(statisticsOptions, options);
  const { preActivation = false, correlation = false, from } = options;
  const { units: asked, layers } = resolveUnits(net, units);
  if (correlation && layers.length > 1) {
    throw new LensError(
      "bad-argument",
      `correlations are between units of one layer; got units of ${layers.map((l) => l.layer).join(", ")}: ask for one layer at a time`,
    );
  }
  return withEngine(net, options, async (engine) => {
    const { size, fit } = shownAs(net, options);
    const settings: StatisticsSettings = { preActivation, size, fit, correlation };
    if (from) checkSameQuestion(from, questionOf(net, engine, { settings, units: asked }));
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
        part: (account) =>
          createResult("statistics", net, { engine, settings }, summary(settings, tallies, products, account)),
      },
      options,
    );
  });
}

/** What a statistics result holds besides its envelope. */
type Summary = Pick<Statistics, "units" | "correlation" | "products" | "seen" | "broken">;

/** Tallies as a result. */
export function summary(
  settings: StatisticsSettings,
  tallies: readonly Accumulator[],
  products: readonly (readonly number[])[],
  account: Account,
): Summary {
  const units = tallies.map(statisticsOf);
  const correlation = settings.correlation ? correlations(units, products) : null;
  return { units, correlation, products: [...products], ...account };
}
