/** Names of classes from a file. */

import { readFile } from "node:fs/promises";
import { checkArgument, textSchema } from "../core/check.js";
import { LensError } from "../core/errors.js";

/**
 * The names of the classes of a network, in the order of its outputs, from a JSON file: a list of names, or `{ index: name }`.
 *
 * @throws LensError `file`.
 * @public
 */
export async function readLabels(path: string): Promise<string[]> {
  checkArgument("path", textSchema, path);
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new LensError("file", `the labels "${path}" cannot be read: ${(cause as Error).message}`, { cause });
  });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new LensError("file", `the labels "${path}" are not JSON`, { cause });
  }
  const names = typeof parsed === "object" && parsed !== null ? Object.values(parsed) : [];
  if (names.length > 0 && names.every((name) => typeof name === "string")) return names;
  throw new LensError("file", `the labels "${path}" are not a list of names or { index: name }; give such a file`);
}
