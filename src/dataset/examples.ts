/**
 * Which real pictures excite a unit most. One pass over a dataset finds the largest activations of many units at once,
 * cuts out what each of them saw, and can be stopped, gone on with, and joined with passes over other parts: the result is
 * that of a single pass, bit for bit.
 */

import { optional } from "valibot";
import {
  checkArgument,
  checkOptions,
  flagSchema,
  type OptionSchemas,
  oneOf,
  optionsSchema,
  seedSchema,
  wholeSchema,
} from "../core/check.js";
import { LensError } from "../core/errors.js";
import { throwIfAborted } from "../core/run.js";
import { withEngine } from "../engine/choose.js";
import { fieldAt } from "../network/at-size.js";
import { checkNetwork, type Network } from "../network/network.js";
import { createResult, withFields } from "../network/result.js";
import { collect, type Lists, listsOf, shown } from "./collect.js";
import { type Dataset, datasetSchema, readItem } from "./dataset.js";
import type { Example, Examples, ExamplesSettings, Region, UnitExamples } from "./example.js";
import { crop, regionOf, rounded } from "./field.js";
import { fitPicture } from "./fit.js";
import { type Account, checkSameQuestion, questionOf } from "./partial-result.js";
import { type PassOptions, passSchemas, runPass } from "./pass.js";
import { RetainedItems } from "./retained-items.js";
import { examplesSchema } from "./schemas.js";
import { type FitToInputOptions, shownAs } from "./stream-activations.js";
import { resolveUnits, type UnitsLike } from "./units.js";

/**
 * Options of `examples`.
 *
 * @public
 */
export interface ExamplesOptions extends FitToInputOptions, PassOptions<Examples> {
  /**
   * Examples of each unit with the largest activations.
   *
   * @defaultValue 9
   */
  readonly count?: number | undefined;
  /**
   * Examples of each unit with the smallest activations.
   *
   * @defaultValue 0
   */
  readonly bottom?: number | undefined;
  /**
   * Pictures drawn by chance, the same for all units, which `byQuantile` parts into few or many activations.
   *
   * @defaultValue 0
   */
  readonly random?: number | undefined;
  /**
   * The value of a picture: its largest activation (at the bottom its smallest), or the mean over the map.
   *
   * @defaultValue "max"
   */
  readonly statistic?: "max" | "mean" | undefined;
  /**
   * One example per picture, or every position of every picture.
   *
   * @defaultValue "picture"
   */
  readonly per?: "picture" | "position" | undefined;
  /**
   * Cuts the receptive field out of each example; the pictures are read once more at the end.
   *
   * @defaultValue true
   */
  readonly crops?: boolean | undefined;
  /**
   * Keeps each example's whole picture.
   *
   * @defaultValue false
   */
  readonly pictures?: boolean | undefined;
  /**
   * Seed of the pictures drawn by chance.
   *
   * @defaultValue 0
   */
  readonly seed?: number | undefined;
}

const examplesOptions = optionsSchema<OptionSchemas<ExamplesOptions>>({
  ...passSchemas<Examples>(examplesSchema),
  count: optional(wholeSchema(0)),
  bottom: optional(wholeSchema(0)),
  random: optional(wholeSchema(0)),
  statistic: optional(oneOf("max", "mean")),
  per: optional(oneOf("picture", "position")),
  crops: optional(flagSchema),
  pictures: optional(flagSchema),
  seed: optional(seedSchema),
});

/**
 * The pictures of a dataset to which units answer most, least, or by chance.
 *
 * @throws LensError `unknown-layer`, `bad-unit`, `bad-argument`, `bad-size`, `unsupported`; `file` when no picture could be
 * read; the signal's reason when aborted.
 * @public
 */
export async function examples(
  net: Network,
  units: UnitsLike,
  dataset: Dataset,
  options: ExamplesOptions = {},
): Promise<Examples> {
  checkNetwork(net);
  checkArgument("dataset", datasetSchema, dataset);
  checkOptions(examplesOptions, options);
  return withEngine(net, options, async (engine) => {
    const settings = settingsOf(net, options);
    const { units: asked } = resolveUnits(net, units);
    const resultOf = (units: readonly UnitExamples[], account: Account): Examples =>
      createResult("examples", net, { engine, settings }, { units, ...account });
    const { from } = options;
    if (from) checkSameQuestion(from, questionOf(net, engine, { settings, units: asked }));
    const lists: Lists[] = asked.map((unit, i) =>
      from ? listsOf(from.units[i]!, settings.seed) : { unit, top: [], bottom: [], random: [] },
    );
    const winners = new RetainedItems(lists);
    const regions = fieldsOf(net, settings.size);
    const found = await runPass(
      net,
      { units, dataset, engine },
      {
        meet: (item) => winners.keep(item),
        add: (response) => {
          if (collect(lists, response, settings, regions)) winners.keep(response.item);
        },
        part: (account): Examples => resultOf(lists.map(shown), account),
      },
      options,
    );
    if (!settings.crops && !settings.pictures) return found;
    const how = shownAs(net, options);
    const views = new Map<Example, Example>();
    for (const [item, wanted] of winners.pictures()) {
      throwIfAborted(options.signal);
      const picture = await readItem(item, options.signal).then(
        (image) => fitPicture(image, how),
        () => null, // Read before, gone by now: the numbers stand, there is nothing to show.
      );
      throwIfAborted(options.signal);
      if (!picture) continue;
      const whole = settings.pictures ? rounded(picture) : null;
      for (const each of wanted) {
        views.set(each, { ...each, crop: settings.crops ? crop(picture, each.field) : null, picture: whole });
      }
    }
    const look = (list: readonly Example[]): Example[] => list.map((each) => views.get(each) ?? each);
    const shownUnits = found.units.map(
      ({ unit, top, bottom, random }): UnitExamples => ({
        unit,
        top: look(top),
        bottom: look(bottom),
        random: look(random),
      }),
    );
    return withFields(found, { units: shownUnits });
  });
}

function settingsOf(net: Network, options: ExamplesOptions): ExamplesSettings {
  const { count = 9, bottom = 0, random = 0, statistic = "max", per = "picture", seed = 0 } = options;
  const { size, fit } = shownAs(net, options);
  if (count + bottom + random === 0) {
    throw new LensError("bad-argument", "count, bottom and random are all 0; ask for at least one example");
  }
  if (statistic === "mean" && per === "position") {
    throw new LensError(
      "bad-argument",
      'the mean over a map has no positions; give per: "picture" with statistic: "mean"',
    );
  }
  const { preActivation = false, crops = true, pictures = false } = options;
  return {
    count,
    bottom,
    random,
    statistic,
    per,
    preActivation,
    size,
    fit,
    crops,
    pictures,
    seed,
  };
}

/** The receptive field of a position; of a mean the whole picture. */
function fieldsOf(
  net: Network,
  size: readonly [number, number],
): (layer: string, position: readonly [number, number] | null) => Region {
  const fields = new Map<string, ReturnType<typeof fieldAt>>();
  return (layer, position) => {
    if (!position) return { top: 0, left: 0, height: size[0], width: size[1] };
    let field = fields.get(layer);
    if (!field) {
      field = fieldAt(net, layer, size);
      fields.set(layer, field);
    }
    return regionOf(field, position, size);
  };
}
