/** One picture file. */
import { basename } from "node:path";
import { isLensError, LensError } from "../core/errors.js";
import type { Image } from "../core/image.js";
import { decodePicture, type PictureOptions } from "./decode-picture.js";
import { readBytes } from "./files.js";

/**
 * The picture in a file.
 *
 * @throws LensError `file`, with its name and the reason in words.
 * @public
 */
export async function readImage(path: string, options: PictureOptions = {}): Promise<Image> {
  const bytes = await readBytes(path);
  try {
    return await decodePicture(bytes, options);
  } catch (cause) {
    if (isLensError(cause) && cause.code === "file") {
      throw new LensError("file", `"${basename(path)}" cannot be read: ${cause.message}`, { cause });
    }
    throw cause;
  }
}
