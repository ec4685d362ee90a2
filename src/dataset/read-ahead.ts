/**
 * Reading a few pictures ahead of the network: while it runs one batch the next is read. A picture that cannot be read
 * becomes the reason why, so that one bad file stops nothing.
 */
import type { Image } from "../core/image.js";
import { untilAborted } from "../core/run.js";
import { type DatasetItem, readItem } from "./dataset.js";
import { type FitOptions, fitPicture } from "./fit.js";

/** An item and its picture at the network's size, or the reason why there is none. */
export interface Read {
  readonly item: DatasetItem;
  readonly picture?: Image;
  readonly reason?: string;
  /** Passed over: it only moves the count. */
  readonly skipped?: boolean;
}

/** How pictures are read ahead. */
export interface ReadOptions {
  /** What each picture is brought to. */
  readonly how: FitOptions;
  /** Which items are passed over. */
  readonly skip: ((item: DatasetItem) => boolean) | undefined;
  /** How many are read at a time. */
  readonly ahead: number;
  /** Ends it, also while a picture does not come. */
  readonly signal: AbortSignal | undefined;
}

/** Reads items in order, `ahead` of them at a time. */
export async function* readAhead(
  items: AsyncIterable<DatasetItem>,
  { how, skip, ahead, signal }: ReadOptions,
): AsyncGenerator<Read, void> {
  const waiting: Promise<Read>[] = [];
  for await (const item of items) {
    waiting.push(skip?.(item) ? Promise.resolve({ item, skipped: true }) : readAndFit(item, how));
    if (waiting.length >= ahead) yield await untilAborted(signal, waiting.shift()!);
  }
  for (const each of waiting) yield await untilAborted(signal, each);
}

async function readAndFit(item: DatasetItem, how: FitOptions): Promise<Read> {
  try {
    return { item, picture: fitPicture(await readItem(item), how) };
  } catch (error) {
    return { item, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Reads until `size` pictures are together. */
export async function* groups(reads: AsyncIterable<Read>, size: number): AsyncGenerator<Read[], void> {
  let group: Read[] = [];
  let pictures = 0;
  for await (const each of reads) {
    group.push(each);
    if (each.picture) pictures++;
    if (pictures === size || group.length === 64 * size) {
      yield group;
      group = [];
      pictures = 0;
    }
  }
  if (group.length > 0) yield group;
}
