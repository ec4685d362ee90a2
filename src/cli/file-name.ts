/** Units as file names. */
import { formatUnit, parseUnit } from "../index.js";

/** A unit as a file name: the path of nested layers becomes dashes. */
export function fileName(unit: string): string {
  return formatUnit(parseUnit(unit)).replace(/[^\w.-]+/g, "-");
}
