/** Pictures that a program has in hand, as a dataset: chosen files, addresses or paths, and decoded pictures. */
import { LensError } from "../core/errors.js";
import { createImage, type Image } from "../core/image.js";
import type { DatasetItem } from "./dataset.js";

/**
 * A picture: a chosen file or a blob, an address (in Node also a path), or one that is decoded, such as an `ImageData` or, in browsers,
 * an `ImageBitmap`.
 *
 * @public
 */
export type PhotoSource = Blob | URL | string | { readonly width: number; readonly height: number };

/**
 * The items of such pictures. A file has its path in the chosen folder as its name, and the innermost folder as its label; an address is
 * its own name; anything else is numbered.
 */
export function photoItems(
  sources: Iterable<PhotoSource> | ArrayLike<PhotoSource>,
  read: (source: PhotoSource) => Promise<Image>,
): readonly DatasetItem[] {
  return Array.from(sources, (source, i) => {
    const id = nameOf(source, i);
    const label = source instanceof Blob ? id.split("/").at(-2) : undefined;
    return { id, label, image: () => read(source) };
  });
}

function nameOf(source: PhotoSource, i: number): string {
  if (source instanceof Blob) {
    const { webkitRelativePath, name } = source as Blob & {
      readonly webkitRelativePath?: string;
      readonly name?: string;
    };
    return webkitRelativePath || name || `picture ${i}`;
  }
  return typeof source === "string" || source instanceof URL ? String(source) : `picture ${i}`;
}

/** The picture of an `ImageData`, or of anything else with RGBA bytes. */
export function fromPixels({ width, height, data }: { width: number; height: number; data: ArrayLike<number> }): Image {
  return createImage(
    height,
    width,
    4,
    Float32Array.from(data, (byte) => byte / 255),
  );
}

/** Whether a decoded picture has its pixels, as an `ImageData` does. */
export function hasPixels(source: object): source is { width: number; height: number; data: ArrayLike<number> } {
  return "data" in source && "width" in source && "height" in source;
}

/**
 * Fetches a file.
 *
 * @throws LensError `file`, with the reason.
 */
export async function fetchBlob(address: string): Promise<Blob> {
  const answer = await fetch(address).catch((cause: unknown) => {
    throw new LensError("file", `"${address}" cannot be fetched: ${(cause as Error).message}`, { cause });
  });
  if (!answer.ok) throw new LensError("file", `"${address}" cannot be fetched: status ${answer.status}`);
  return answer.blob();
}
