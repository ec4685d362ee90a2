/**
 * The folder a model lies in, wherever that is: `model.json` and, by the names it gives, its shards. Names that lead out
 * of the folder are refused, since a model file may come from anywhere.
 */
import { LensError } from "../core/errors.js";
import { type ByteSource, bytesSource } from "./tensors.js";

/** Reads the files of a model. */
export interface ModelFolder {
  /** What `model.json` is called, for messages and as a name for the model. */
  readonly model: string;
  /** The bytes of `model.json` (`null`), or of a file beside it. */
  read(name: string | null, signal?: AbortSignal): Promise<Uint8Array>;
  /** The model's own file, to be read piece by piece, where that is possible; `part` if not all of it will be wanted. */
  source?(part: boolean, signal?: AbortSignal): Promise<ByteSource>;
}

/** The model's own file piece by piece; where its folder knows no pieces it is read as a whole first. */
export async function sourceOf(folder: ModelFolder, part: boolean, signal?: AbortSignal): Promise<ByteSource> {
  return folder.source ? folder.source(part, signal) : bytesSource(nameOf(folder), await folder.read(null, signal));
}

/**
 * A name of a file inside the model's folder.
 *
 * @throws LensError `bad-model` for one that leads elsewhere.
 */
export function insideFolder(name: string): string {
  const parts = name.split(/[/\\]/);
  if (
    name === "" ||
    name.includes("\0") ||
    parts[0] === "" ||
    parts.includes("..") ||
    /^[a-z][a-z\d+.-]*:/i.test(name)
  ) {
    throw new LensError(
      "bad-model",
      `the model names ${JSON.stringify(name)} as a weight file; only files in its own folder are read`,
    );
  }
  return name;
}

/** What the model's file is called, without its folder. */
export function nameOf({ model }: ModelFolder): string {
  return (
    model
      .split(/[/\\]/)
      .at(-1)!
      .replace(/[?#].*$/, "") || model
  );
}

/** The text of a file. */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
