/** Text for terminals, as users of the library call it. */
import { checkArgument, textSchema } from "./check.js";
import { oneLine, plainJSON } from "./text.js";

/**
 * Text as one line that a terminal shows and does not obey: control characters, bidirectional controls and the like are written as `\u{1b}`.
 *
 * @throws LensError `bad-argument` for what is no text.
 * @public
 */
export function terminalText(text: string): string {
  return oneLine(checkArgument("text", textSchema, text));
}

/**
 * JSON text that a terminal shows and does not obey; it parses to the same value.
 *
 * @throws LensError `bad-argument` for what is no text.
 * @public
 */
export function terminalJSON(json: string): string {
  return plainJSON(checkArgument("json", textSchema, json));
}
