/**
 * What the library says when it cannot do what was asked: one sentence that names what was wrong, what was got, what is
 * allowed and what to do. Errors are recognised by a brand rather than by class, because the ESM and the CommonJS build of
 * this package can meet in one process.
 */

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
    super(printable(message), options);
    this.name = "LensError";
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }
}

/** Messages quote names out of files, which may hold line ends and worse: those are shown as `\u{a}`. */
function printable(message: string): string {
  return message.replace(/\p{Cc}/gu, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/**
 * Whether a value is an error of this library, also when it was made by another copy of it.
 *
 * @public
 */
export function isLensError(value: unknown): value is LensError {
  return typeof value === "object" && value !== null && (value as Record<symbol, unknown>)[brand] === true;
}
