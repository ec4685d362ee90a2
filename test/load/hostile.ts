/** Files made to do harm, opened from memory. */
import { expect } from "vitest";
import { isLensError } from "../../src/core/errors.js";
import type { ModelFolder } from "../../src/load/folder.js";
import { openFolder } from "../../src/load/open.js";

/** The error that opening a file gives, soon, and without asking for anything outside of its folder. */
export async function errorOf(
  name: string,
  bytes: Uint8Array,
  beside: Readonly<Record<string, Uint8Array>> = {},
): Promise<string> {
  const read: string[] = [];
  const folder: ModelFolder = {
    model: name,
    read: async (wanted) => {
      if (wanted !== null) read.push(wanted);
      return wanted === null ? bytes : (beside[wanted] ?? new Uint8Array(0));
    },
  };
  const start = performance.now();
  const error = await openFolder(folder, {}).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(performance.now() - start).toBeLessThan(10_000);
  expect(read.filter((one) => one.includes(".."))).toEqual([]);
  if (!isLensError(error)) throw error ?? new Error("it was opened");
  expect(error.message).not.toContain("\n");
  return `${error.code}: ${error.message}`;
}
