/**
 * What every result of the library has beside its fields: it prints in a console in a few lines, and `JSON.stringify` writes
 * it as `stringify` does. Both are hidden properties, so that a result is otherwise a plain object.
 */
import { toPlain } from "./codec.js";

/** Options that Node gives to a custom inspection; all that is used of them here. */
interface InspectOptions {
  readonly depth?: number | null;
  readonly stylize?: (text: string, style: "special") => string;
}
type Inspect = (value: unknown, options: object) => string;

/** Levels of a result that a console shows. */
const shownDepth = 2;

/** Items of a list that a console shows. */
const shownItems = 4;

const hidden: PropertyDescriptorMap = {
  toJSON: {
    value(this: { readonly kind: string }): unknown {
      return toPlain(this, this.kind);
    },
  },
  [Symbol.for("nodejs.util.inspect.custom")]: {
    value(this: object, depth: number, options: InspectOptions, inspect: Inspect): string {
      const { kind, ...fields } = this as { readonly kind: string };
      const title = options.stylize?.(`${kind} result`, "special") ?? `${kind} result`;
      if (depth < 0) return title;
      return `${title} ${inspect(fields, { ...options, depth: Math.min(depth, shownDepth), maxArrayLength: shownItems })}`;
    },
  },
};

/** Gives a result its two hidden properties. */
export function withResultMethods<R extends { readonly kind: string }>(result: R): R {
  return Object.defineProperties(result, hidden);
}
