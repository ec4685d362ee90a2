/** Objectives from JSON: the makers by name. */
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
  const { weight, by, from: given, picture } = term ?? {};
  if (typeof by !== "string" || typeof weight !== "number" || !Array.isArray(given)) {
    throw new LensError(
      "bad-argument",
      `a term has a number "weight", a name "by" and a list "from"; got ${shown(term)}`,
    );
  }
  if (!Object.hasOwn(makers, by)) {
    const near = nearestNames(by, Object.keys(makers));
    throw new LensError("bad-argument", `no objective is called ${shown(by)}; did you mean ${near.join(", ")}?`);
  }
  const maker = makers[by as keyof typeof makers] as (...from: never[]) => Objective;
  const { terms } = maker(...(given as never[])).times(weight);
  return picture ? terms.map((one) => ofPicture(one, picture)) : terms;
}
