/** The photographs a diagnosis is made of: those whose class is known first, spread evenly over the dataset. */
import type { Image } from "../core/image.js";
import { type RunOptions, throwIfAborted } from "../core/run.js";
import { type Dataset, type DatasetItem, itemsOf, readItem } from "../dataset/dataset.js";
import { fitPicture } from "../dataset/fit.js";
import type { Network } from "../network/network.js";

/** Pictures as the network is given them. */
export interface Pictures {
  readonly images: readonly Image[];
  /** Class of each; `undefined` where it is not known. */
  readonly classes: readonly (number | undefined)[];
  /** Least and largest value found in them before they were fitted. */
  readonly range: readonly [number, number];
}

/** Sizes of networks that take any. */
const usualSize = 224;

/** Chooses and reads pictures. */
export async function choosePictures(
  net: Network,
  photos: Dataset,
  { count, classOf, signal }: RunOptions & { count: number; classOf: (item: DatasetItem) => number | undefined },
): Promise<Pictures> {
  const [height = null, width = null, channels] = net.input.shape;
  const size = [height ?? usualSize, width ?? usualSize] as const;
  const items: { item: DatasetItem; right: number | undefined }[] = [];
  for await (const item of itemsOf(photos, signal)) items.push({ item, right: classOf(item) });
  const known = items.filter(({ right }) => right !== undefined);
  const chosen = spread(known.length > 0 ? known : items, count);
  const images: Image[] = [];
  const classes: (number | undefined)[] = [];
  let range: [number, number] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { item, right } of chosen) {
    throwIfAborted(signal);
    const image = await readItem(item, signal).catch(() => null);
    throwIfAborted(signal);
    // A broken photograph is one fewer.
    if (!image) continue;
    range = image.data.reduce(([least, most], value) => [Math.min(least, value), Math.max(most, value)], range);
    images.push(fitPicture(image, { size, fit: "cover", channels: channels ?? 3 }));
    classes.push(right);
  }
  return { images, classes, range };
}

/** Some of a list, from all over it, in an order in which a few from the front are from all over it too. */
function spread<T>(list: readonly T[], count: number): T[] {
  const kept = Math.min(count, list.length);
  const even = Array.from({ length: kept }, (_, i) => list[Math.floor((i * list.length) / kept)]!);
  const stride = Math.max(1, Math.floor(kept / 8));
  return even
    .map((item, i) => ({ item, place: (i % stride) * kept + i }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
