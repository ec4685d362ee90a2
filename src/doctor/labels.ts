/** Which class a photograph shows, by the names of labels; and whether outputs and labels are shifted against each other. */
import type { DatasetItem } from "../dataset/dataset.js";
import type { LabelVerdict } from "./finding.js";
import { score } from "./predictions.js";

/**
 * Names of classes, in order; a class may have several, `"tabby, tabby cat"`. Or a function that tells the class of an item.
 *
 * @public
 */
export type Labels = readonly string[] | ((item: DatasetItem) => number | undefined);

/** The class of an item; `undefined` where it is not known. */
export function classFinder(labels: Labels): (item: DatasetItem) => number | undefined {
  if (typeof labels === "function") return labels;
  const classes = new Map<string, number>();
  labels.forEach((names, i) => {
    for (const name of names.split(",")) if (!classes.has(plain(name))) classes.set(plain(name), i);
  });
  return ({ label }) => (label === undefined ? undefined : classes.get(plain(label)));
}

/** A name without case, underscores and other marks. */
function plain(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/**
 * Shifts that are tried: backgrounds put before the classes, or left out. Photographs of few classes cannot tell a shift from
 * one class taken for its neighbour.
 */
export function shiftsFor(classes: readonly number[]): readonly number[] {
  return new Set(classes).size >= 5 ? [0, 1, -1] : [0];
}

/** The shift at which predictions name the most classes; 0 wins a tie. */
export function findOffset(predictions: readonly Float64Array[], classes: readonly number[]): LabelVerdict {
  const scores = shiftsFor(classes).map((offset) => ({ offset, ...score(predictions, classes, offset) }));
  const [atZero] = scores;
  const best = scores.reduce((a, b) => (b.accuracy > a.accuracy ? b : a));
  return {
    offset: best.offset,
    photos: predictions.length,
    accuracy: best.accuracy,
    accuracyAtZero: atZero!.accuracy,
  };
}
