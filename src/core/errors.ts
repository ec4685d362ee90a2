/**
 * What the library says when it cannot do what was asked: one sentence that names what was wrong, what was got, what is
 * allowed and what to do. Errors are recognised by a brand rather than by class, because the ESM and the CommonJS build of
 * this package can meet in one process.
 */

import { oneLine } from "./text.js";

/**
 * The kind of mistake, stable across versions; the message is for people.
 *
 * @public
 */
export type LensErrorCode =
  | "bad-argument"
  | "bad-unit"
  | "unknown-layer"
  | "bad-model"
  | "unsupported"
  | "bad-size"
  | "file"
  | "engine";

const brand = Symbol.for("convlens.error");

/**
 * Every error that this library raises on purpose.
 *
 * @public
 */
export class LensError extends Error {
  /** The kind of mistake. */
  readonly code: LensErrorCode;

  constructor(code: LensErrorCode, message: string, options?: { cause?: unknown }) {
    super(limited(oneLine(message)), options);
    this.name = "LensError";
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }
}

/** Characters of a message, at most: it quotes names and values out of files, which may be of any length. */
const longestMessage = 500;

/** A message with the middle left out where it is too long, so that what was wrong and what to do stay. */
function limited(message: string): string {
  if (message.length <= longestMessage) return message;
  const half = (longestMessage - 3) / 2;
  // A cut inside a pair of surrogates would leave one of them alone.
  const start = message.slice(0, Math.ceil(half)).replace(/[\ud800-\udbff]$/, "");
  const end = message.slice(-Math.floor(half)).replace(/^[\udc00-\udfff]/, "");
  return `${start} … ${end}`;
}

/**
 * Whether a value is an error of this library, also when it was made by another copy of it.
 *
 * @public
 */
export function isLensError(value: unknown): value is LensError {
  return typeof value === "object" && value !== null && (value as Record<symbol, unknown>)[brand] === true;
}
