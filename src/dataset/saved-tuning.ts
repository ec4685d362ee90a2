/** Tunings as JSON text. */
import { LensError } from "../core/errors.js";
import { openResult, saveResult } from "../core/saved.js";
import type { Tuning } from "./tune.js";

const format = "convlens.tuning";
const version = 1;

/**
 * A tuning as JSON text.
 *
 * @public
 */
export function saveTuning(tuning: Tuning): string {
  return saveResult(format, version, tuning);
}

/**
 * A tuning from its JSON text.
 *
 * @throws LensError `file` when the text is something else.
 * @public
 */
export function openTuning(text: string): Tuning {
  const opened = openResult<Tuning>(format, version, text);
  if (!Array.isArray(opened.units) || !Array.isArray(opened.axes)) {
    throw new LensError("file", "this saved convlens.tuning has no units or axes; make it again");
  }
  return opened;
}
