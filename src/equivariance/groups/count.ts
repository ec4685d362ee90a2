/** How many elements counted groups may have. */
import { type Schema, wholeSchema } from "../../core/check.js";

/** A number of elements. */
export const elementsSchema: Schema<number> = wholeSchema(2, 128);
/** A number of elements, where one is enough. */
export const oneOrMoreSchema: Schema<number> = wholeSchema(1, 128);
