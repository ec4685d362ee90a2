/** Pictures of a page as a dataset: chosen files, addresses, and pictures the browser has decoded already. */
import { LensError } from "../core/errors.js";
import { createImage, type Image } from "../core/image.js";
import type { DatasetItem } from "../dataset/dataset.js";

/**
 * A picture the browser can read: a chosen file or a blob, an address, or a decoded picture.
 *
 * @public
 */
export type PhotoSource = Blob | URL | string | ImageBitmap | ImageData;

/**
 * Pictures as a dataset. A file goes by its path in the chosen folder, whose innermost folder is the label; an address by
 * itself; anything else by its number. Each is read when its turn comes, the right way up.
 *
 * @public
 */
export function photos(sources: Iterable<PhotoSource>): readonly DatasetItem[] {
  return [...sources].map((source, i) => {
    const id = nameOf(source, i);
    const label = source instanceof Blob ? id.split("/").at(-2) : undefined;
    return { id, label, image: () => readPhoto(source) };
  });
}

function nameOf(source: PhotoSource, i: number): string {
  if (typeof File !== "undefined" && source instanceof File) return source.webkitRelativePath || source.name;
  return typeof source === "string" || source instanceof URL ? String(source) : `picture ${i}`;
}

async function readPhoto(source: PhotoSource): Promise<Image> {
  if (typeof ImageData !== "undefined" && source instanceof ImageData) return fromPixels(source);
  if (typeof ImageBitmap !== "undefined" && source instanceof ImageBitmap) return fromBitmap(source);
  const blob = source instanceof Blob ? source : await fetchBlob(String(source));
  const bitmap = await createImageBitmap(blob, { premultiplyAlpha: "none" }).catch((cause: unknown) => {
    throw new LensError("file", "the file is no picture this browser can read, or ends too early", { cause });
  });
  try {
    return fromBitmap(bitmap);
  } finally {
    bitmap.close();
  }
}

async function fetchBlob(address: string): Promise<Blob> {
  const answer = await fetch(address).catch((cause: unknown) => {
    throw new LensError("file", `"${address}" cannot be fetched: ${(cause as Error).message}`, { cause });
  });
  if (!answer.ok) throw new LensError("file", `"${address}" cannot be fetched: status ${answer.status}`);
  return answer.blob();
}

function fromBitmap(bitmap: ImageBitmap): Image {
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new LensError("file", "this browser gives no canvas to read the picture from");
  context.drawImage(bitmap, 0, 0);
  return fromPixels(context.getImageData(0, 0, bitmap.width, bitmap.height));
}

function fromPixels({ width, height, data }: ImageData): Image {
  return createImage(
    height,
    width,
    4,
    Float32Array.from(data, (byte) => byte / 255),
  );
}
