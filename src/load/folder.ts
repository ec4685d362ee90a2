/**
 * The folder a model lies in, wherever that is: `model.json` and, by the names it gives, its shards. Names that lead out
 * of the folder are refused, since a model file may come from anywhere.
 */
import { LensError } from "../core/errors.js";

/** Reads the files of a model. */
export interface ModelFolder {
  /** What `model.json` is called, for messages and as a name for the model. */
  readonly model: string;
  /** The bytes of `model.json` (`null`), or of a file beside it. */
  read(name: string | null, signal?: AbortSignal): Promise<Uint8Array>;
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

/** The text of a file. */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
