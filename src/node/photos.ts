/**
 * A folder of photographs as a dataset. The folder is listed once, in the same order on every machine; each file is read
 * when its turn comes. Folders that are linked to are entered once, so that links in a circle end.
 */
import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { LensError } from "../core/errors.js";
import type { Image } from "../core/image.js";
import { pixelLimit } from "../core/limits.js";
import type { DatasetItem } from "../dataset/dataset.js";
import { compareText } from "../dataset/partial-result.js";
import { fetchBlob, fromPixels, hasPixels, type PhotoSource, photoItems } from "../dataset/photo-source.js";
import { decodePicture, type PictureOptions } from "./decode-picture.js";
import { pathOfURL } from "./files.js";

/**
 * Options of `photos`.
 *
 * @public
 */
export interface PhotosOptions extends PictureOptions {
  /**
   * Only each `of`-th file, beginning with number `index`, counted from 0: shards `{ index: 0, of: 4 }` to
   * `{ index: 3, of: 4 }` together are the whole folder.
   *
   * @defaultValue `{ index: 0, of: 1 }`
   */
  readonly shard?: { readonly index: number; readonly of: number } | undefined;
}

/**
 * A dataset that knows how many pictures it has.
 *
 * @public
 */
export interface Photos extends AsyncIterable<DatasetItem> {
  /** How many pictures there are. */
  count(): Promise<number>;
}

const endings = /\.(?:jpe?g|png|webp|gif|avif|heic|tiff?|bmp)$/i;

/**
 * The photographs in a folder and the folders in it, named by their path inside it; a folder in it that cannot be read takes the place of
 * one photograph that cannot, whose name ends in a slash; the name of the innermost folder is the
 * label. What a file is, its bytes say, not its ending; files without the ending of a picture are left aside, as are hidden
 * ones.
 *
 * @throws LensError `file`, when it is first gone through, if there is no such folder.
 * @public
 */
export function photos(folder: string | URL, options?: PhotosOptions): Photos;
/**
 * Pictures in hand as a dataset: a `FileList`, or any list of files, blobs, addresses, paths and decoded pictures. A file goes by its path
 * in the chosen folder, whose innermost folder is the label; an address or path by itself; anything else by its number.
 *
 * @public
 */
export function photos(
  sources: Iterable<PhotoSource> | ArrayLike<PhotoSource>,
  options?: PictureOptions,
): readonly DatasetItem[];
export function photos(
  folder: string | URL | Iterable<PhotoSource> | ArrayLike<PhotoSource>,
  options: PhotosOptions = {},
): Photos | readonly DatasetItem[] {
  if (typeof folder !== "string" && !(folder instanceof URL)) {
    return photoItems(folder, (source) => readPhoto(source, options));
  }
  return photosIn(folder, options);
}

async function readPhoto(source: PhotoSource, { decoder, limits }: PictureOptions): Promise<Image> {
  const how = { decoder, limits };
  if (typeof source === "string" || source instanceof URL) {
    if (!/^https?:/.test(String(source))) {
      return decodePicture(await readPicture(source instanceof URL ? pathOfURL(source) : source, how), how);
    }
    return readPhoto(await fetchBlob(String(source)), how);
  }
  if (source instanceof Blob) return decodePicture(new Uint8Array(await source.arrayBuffer()), how);
  if (hasPixels(source)) return fromPixels(source);
  throw new LensError("file", "the picture has no pixels to read in Node; give its file");
}

function photosIn(folder: string | URL, options: PhotosOptions): Photos {
  const { shard = { index: 0, of: 1 }, ...how } = options;
  const { index, of } = shard;
  if (!(Number.isInteger(of) && of > 0 && Number.isInteger(index) && index >= 0 && index < of)) {
    throw new LensError(
      "bad-argument",
      `a shard is { index, of } with index from 0 to of − 1; got ${JSON.stringify(shard)}`,
    );
  }
  const root = folder instanceof URL ? pathOfURL(folder) : folder;
  let listing: Promise<Found[]> | undefined;
  const list = (): Promise<Found[]> => {
    listing ??= pictureFiles(root).then((all) => all.filter((_, i) => i % of === index));
    return listing;
  };
  return {
    count: async () => (await list()).length,
    async *[Symbol.asyncIterator]() {
      for (const { id, unreadable } of await list()) {
        const label = id.split("/").at(-2);
        const image = async (): Promise<Image> => {
          if (unreadable !== undefined) throw new LensError("file", unreadable);
          return decodePicture(await readPicture(join(root, id), how), how);
        };
        yield { id, label, image };
      }
    },
  };
}

/** A picture by its path inside the folder; or a folder that cannot be read, with the reason, whose path ends in a slash. */
interface Found {
  readonly id: string;
  readonly unreadable?: string;
}

/** All picture files inside a folder, sorted by path. A folder in it that cannot be read stands there as one picture that cannot. */
async function pictureFiles(root: string): Promise<Found[]> {
  const found: Found[] = [];
  const entered = new Set<string>();
  /** Folders by a link wait until all real ones are entered, so that a file goes by its real name if it has one here. */
  const linked: string[] = [];
  const enter = async (inside: string): Promise<void> => {
    const path = join(root, inside);
    const real = await realpath(path);
    if (entered.has(real)) return;
    entered.add(real);
    const entries = (await readdir(path, { withFileTypes: true })).filter(({ name }) => !name.startsWith("."));
    for (const entry of entries.sort((a, b) => compareText(a.name, b.name))) {
      const name = inside === "" ? entry.name : `${inside}/${entry.name}`;
      if (entry.isDirectory()) await enterIfReadable(name);
      else if (entry.isSymbolicLink() && (await isFolder(join(root, name)))) linked.push(name);
      else if (endings.test(entry.name)) found.push({ id: name });
    }
  };
  const enterIfReadable = async (inside: string): Promise<void> => {
    try {
      await enter(inside);
    } catch (cause) {
      found.push({ id: `${inside}/`, unreadable: `the folder cannot be read: ${reasonOf(cause)}` });
    }
  };
  try {
    await enter("");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const reason = code === "ENOENT" ? "there is none" : code === "ENOTDIR" ? "it is a file" : reasonOf(cause);
    throw new LensError("file", `a folder of photographs was expected at "${root}": ${reason}; give a folder`, {
      cause,
    });
  }
  while (linked.length > 0) await enterIfReadable(linked.shift()!);
  return found.sort((a, b) => compareText(a.id, b.id));
}

/** Why a file or folder cannot be read, in words. */
function reasonOf(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  const words: Record<string, string> = {
    ELOOP: "the link leads back to itself",
    ENOENT: "the link leads nowhere, or it is gone",
    EACCES: "it may not be read",
    EPERM: "it may not be read",
    EISDIR: "it is a folder",
    ENAMETOOLONG: "its path is too long",
    EMFILE: "too many files are open; raise ulimit -n",
  };
  return (code && words[code]) ?? message;
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Bytes of a picture file, at most: twelve for each of as many pixels as a picture may have. */
function byteLimitOf({ limits }: PictureOptions): number {
  return 12 * pixelLimit(Number.POSITIVE_INFINITY, limits);
}

async function readPicture(path: string, options: PictureOptions): Promise<Uint8Array> {
  try {
    // A pipe would never begin, some devices never end.
    const found = await stat(path);
    if (!found.isFile() && !found.isDirectory()) throw new Error("it is a device or a pipe");
    const most = byteLimitOf(options);
    if (found.size > most)
      throw new Error(`its ${found.size} bytes are more than a picture has; at most ${most} are read`);
    return await readFile(path);
  } catch (cause) {
    throw new LensError("file", reasonOf(cause), { cause });
  }
}
