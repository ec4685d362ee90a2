/**
 * A dataset is any iterable, or async iterable, of pictures with names: an array, a generator, a folder of photographs.
 * A picture may be a function that reads it when its turn comes, so that a large set is listed at once and held one batch
 * at a time; a picture that cannot be read is named, counted and skipped, and the rest goes on.
 */
import { custom } from "valibot";
import { checkArgument, type Schema } from "../core/check.js";
import { LensError } from "../core/errors.js";
import type { Image } from "../core/image.js";
import { eachUntilAborted, untilAborted } from "../core/run.js";

/**
 * One picture of a dataset.
 *
 * @public
 */
export interface DatasetItem {
  /** Its name, unique in the dataset: for a folder the path inside it, `"Faces/image_0001.jpg"`. */
  readonly id: string;
  /** The picture, or a function that reads it: called when its turn comes, and again when a crop of it is shown. */
  readonly image: Image | (() => Image | Promise<Image>);
  /** What it shows, where somebody said so: for a folder of folders the name of the inner one. */
  readonly label?: string | undefined;
}

/**
 * Pictures with names, in order.
 *
 * @public
 */
export type Dataset = Iterable<DatasetItem> | AsyncIterable<DatasetItem>;

/**
 * A picture that could not be read.
 *
 * @public
 */
export interface BrokenItem {
  /** Its name. */
  readonly id: string;
  /** Why, in words. */
  readonly reason: string;
}

/** A dataset, as an argument; its items are checked when their turn comes. */
export const datasetSchema: Schema<Dataset> = custom<Dataset>(
  (value) => typeof value === "object" && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value),
  'an iterable of { id, image }, such as an array or photos("folder")',
);

/**
 * Reads an item's picture.
 *
 * @throws whatever the item's own function throws.
 */
export async function readItem(item: DatasetItem, signal?: AbortSignal): Promise<Image> {
  return untilAborted(signal, typeof item.image === "function" ? item.image() : item.image);
}

/**
 * The items of a dataset, each checked.
 *
 * @throws LensError `bad-argument` when it is no iterable, an item has no name or no picture, or two share a name.
 */
export async function* itemsOf(dataset: Dataset, signal?: AbortSignal): AsyncGenerator<DatasetItem, void> {
  checkArgument("dataset", datasetSchema, dataset);
  const names = new Set<string>();
  for await (const item of eachUntilAborted(signal, dataset)) {
    const { id, image, label } = item ?? {};
    if (typeof id !== "string" || !image || !(label === undefined || typeof label === "string")) {
      throw new LensError("bad-argument", `an item of a dataset is { id, image, label? }; got ${describe(item)}`);
    }
    if (names.has(item.id)) {
      throw new LensError("bad-argument", `two items of the dataset are called "${item.id}"; give each its own id`);
    }
    names.add(item.id);
    yield item;
  }
}

/**
 * All items of a dataset that is gone through more than once.
 *
 * @throws LensError `bad-argument` as `itemsOf`, and where there are none.
 */
export async function listItems(dataset: Dataset, signal?: AbortSignal): Promise<DatasetItem[]> {
  const items: DatasetItem[] = [];
  for await (const item of itemsOf(dataset, signal)) items.push(item);
  if (items.length === 0) throw new LensError("bad-argument", "photos is a dataset of one picture or more; got none");
  return items;
}

function describe(item: unknown): string {
  return typeof item === "object" && item !== null ? `{ ${Object.keys(item).join(", ")} }` : String(item);
}
