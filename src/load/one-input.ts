/** The refusal of models that do not read exactly one image. */
import { LensError } from "../core/errors.js";
import { shortList } from "../core/names.js";

/** What is said of a model with no input or several; of several, with how to leave the others out. */
export function notOneInput(names: readonly string[]): LensError {
  const got = names.length === 0 ? "none" : `${names.length}: ${shortList(names)}`;
  const remedy =
    names.length === 0 ? "" : "; give upTo, a layer that reads only one of them, to leave out what the others are for";
  return new LensError("bad-model", `a network has one input, an image; this model has ${got}${remedy}`);
}
