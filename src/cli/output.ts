/** What commands write: lines of text or JSON on stdout, notes on stderr. Nothing in them is obeyed by a terminal. */
import { terminalJSON, terminalText } from "../index.js";

/** Writes a line of output. */
export function say(line: string): void {
  process.stdout.write(`${terminalText(line)}\n`);
}

/** Writes a note for people. */
export function note(line: string): void {
  process.stderr.write(`${terminalText(line)}\n`);
}

/** Writes a value as JSON, typed arrays as lists of numbers; text is JSON already. */
export function sayJSON(value: unknown): void {
  const list = (_: string, v: unknown): unknown => (v instanceof Float32Array ? [...v] : v);
  const json = typeof value === "string" ? value : JSON.stringify(value, list, 1);
  process.stdout.write(`${terminalJSON(json)}\n`);
}
