/** The check that all counted groups share. */

import { LensError } from "../../core/errors.js";
import { shown } from "../../core/numbers.js";

/** Refuses counts that make no group. */
export function checkCount(name: string, count: number, least = 2): void {
  if (Number.isInteger(count) && count >= least && count <= 128) return;
  throw new LensError("bad-argument", `group.${name} takes a whole number from ${least} to 128; got ${shown(count)}`);
}
