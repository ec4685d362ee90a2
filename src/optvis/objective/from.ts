/** Objectives from JSON: the makers by name. */
import { LensError } from "../../core/errors.js";
import { nearestNames } from "../../core/names.js";
import { alignment, diversity } from "./batches.js";
import { caricature, direction, directionAt, tensorDirection } from "./directions.js";
import { custom, type Objective, type ObjectiveJSON } from "./objective.js";
import { activationDifference, blur, boundary, l1, l2, totalVariation } from "./penalties.js";
import { channel, layer, logit, neuron, position } from "./units.js";

const makers: Readonly<Record<string, (...from: never[]) => Objective>> = {
  channel,
  neuron,
  position,
  logit,
  layer,
  direction,
  directionAt,
  tensorDirection,
  caricature,
  diversity,
  alignment,
  l1,
  l2,
  totalVariation,
  blur,
  boundary,
  activationDifference,
};

/**
 * The objective that JSON describes.
 *
 * @throws LensError `bad-argument`, when it describes none.
 * @public
 */
export function from(json: ObjectiveJSON): Objective {
  if (!Array.isArray(json?.terms)) {
    throw new LensError("bad-argument", `an objective as JSON has a list "terms"; got ${JSON.stringify(json)}`);
  }
  return custom(
    json.terms.flatMap(({ weight, by, from: given }) => {
      if (!Object.hasOwn(makers, by)) {
        const near = nearestNames(by, Object.keys(makers));
        throw new LensError(
          "bad-argument",
          `no objective is called ${JSON.stringify(by)}; did you mean ${near.join(", ")}?`,
        );
      }
      if (typeof weight !== "number" || !Array.isArray(given)) {
        throw new LensError(
          "bad-argument",
          `a term has a number "weight" and a list "from"; got ${JSON.stringify({ weight, from: given })}`,
        );
      }
      return makers[by]!(...(given as never[])).times(weight).terms;
    }),
  );
}
