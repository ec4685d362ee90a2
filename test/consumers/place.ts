/** A folder of tools, for the tests that need them. */
import { join } from "node:path";
import { inject, type TestContext } from "vitest";
import type { Place } from "./tools.js";

/** The folder of a kind of tools; the test is skipped, with the reason, where it could not be made. */
export function place(name: Place, { skip }: TestContext): string {
  const found = inject("places")[name];
  if ("path" in found) return found.path;
  console.warn(`skipped: ${found.reason}`);
  return skip(found.reason);
}

/** A tool of a folder. */
export function tool(folder: string, name: string): string {
  return join(folder, "node_modules", ".bin", name);
}
