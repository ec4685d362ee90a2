/** Pictures of a page as a dataset: chosen files, addresses, and pictures the browser has decoded already. */
import { LensError } from "../core/errors.js";
import type { Image } from "../core/image.js";
import type { DatasetItem } from "../dataset/dataset.js";
import { fetchBlob, fromPixels, hasPixels, type PhotoSource, photoItems } from "../dataset/photo-source.js";

/**
 * Pictures as a dataset: a `FileList`, or any list of files, blobs, addresses and decoded pictures. A file goes by its path in the chosen
 * folder, whose innermost folder is the label; an address by itself; anything else by its number. Each is read when its turn comes, the
 * right way up.
 *
 * @throws LensError `bad-argument` for a path: folders are read in Node.
 * @public
 */
export function photos(sources: Iterable<PhotoSource> | ArrayLike<PhotoSource>): readonly DatasetItem[] {
  if (typeof sources === "string") {
    throw new LensError("bad-argument", `a browser reads no folder by its path, "${sources}"; give chosen files`);
  }
  return photoItems(sources, readPhoto);
}

async function readPhoto(source: PhotoSource): Promise<Image> {
  if (typeof ImageBitmap !== "undefined" && source instanceof ImageBitmap) return fromBitmap(source);
  if (typeof source === "object" && hasPixels(source)) return fromPixels(source);
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

function fromBitmap(bitmap: ImageBitmap): Image {
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new LensError("file", "this browser gives no canvas to read the picture from");
  context.drawImage(bitmap, 0, 0);
  return fromPixels(context.getImageData(0, 0, bitmap.width, bitmap.height));
}
