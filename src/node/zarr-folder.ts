/** A folder as a zarr store: a key is a path in it. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { checkArgument, textSchema } from "../core/check.js";
import type { ActivationStore } from "../dataset/store-activations.js";
import { save } from "./save.js";

/**
 * A folder on disk as a store of activations; each chunk is written whole or not at all.
 *
 * @public
 */
export function zarrFolder(folder: string): ActivationStore {
  checkArgument("folder", textSchema, folder);
  return {
    get: (key) =>
      readFile(join(folder, key)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return undefined;
        throw error;
      }),
    set: (key, value) => save(join(folder, key), value),
  };
}
