/** Reads objectives from JSON: each term names its maker and the arguments of that maker. */
import { LensError } from "../../core/errors.js";
import { nearestNames } from "../../core/names.js";
import { shown } from "../../core/numbers.js";
import { ofPicture } from "./batches.js";
import { makers } from "./makers.js";
import { custom, type Objective, type ObjectiveJSON, type Term } from "./objective.js";

/**
 * The objective that JSON describes.
 *
 * @throws LensError `bad-argument`, when it describes none.
 * @public
 */
export function from(json: ObjectiveJSON): Objective {
  if (!Array.isArray(json?.terms))
    throw new LensError("bad-argument", `an objective as JSON has a list "terms"; got ${shown(json)}`);
  return custom(json.terms.flatMap(termsOf));
}

function termsOf(term: ObjectiveJSON["terms"][number]): readonly Term[] {
  const { weight, maker, from: given, picture } = term ?? {};
  if (typeof maker !== "string" || typeof weight !== "number" || !Array.isArray(given)) {
    throw new LensError(
      "bad-argument",
      `a term has a number "weight", a name "maker" and a list "from"; got ${shown(term)}`,
    );
  }
  if (!Object.hasOwn(makers, maker)) {
    const near = nearestNames(maker, Object.keys(makers));
    throw new LensError("bad-argument", `no objective is called ${shown(maker)}; did you mean ${near.join(", ")}?`);
  }
  const make = makers[maker as keyof typeof makers] as (...from: never[]) => Objective;
  const { terms } = make(...(given as never[])).times(weight);
  return picture ? terms.map((one) => ofPicture(one, picture)) : terms;
}
