/** Statistics as JSON text; numbers come back exactly, so saved parts can be joined. */
import { LensError } from "../core/errors.js";
import { openResult, saveResult } from "../core/saved.js";
import type { Statistics } from "./unit-statistics.js";

const format = "convlens.statistics";
const version = 1;

/**
 * Statistics as JSON text.
 *
 * @public
 */
export function saveStatistics(statistics: Statistics): string {
  return saveResult(format, version, statistics);
}

/**
 * Statistics from their JSON text.
 *
 * @throws LensError `file` when the text is something else.
 * @public
 */
export function openStatistics(text: string): Statistics {
  const opened = openResult<Statistics>(format, version, text);
  if (!Array.isArray(opened.units) || !Array.isArray(opened.seen)) {
    throw new LensError("file", "this saved convlens.statistics has no units or names of pictures; make it again");
  }
  return opened;
}
