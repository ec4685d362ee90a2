/**
 * Showing a figure in a notebook: Jupyter with the Deno kernel asks the last value of a cell for its looks by the method
 * `Symbol.for("Jupyter.display")`, and draws the richest kind it knows.
 */
import type { Figure } from "./mark.js";
import { toSVG } from "./svg.js";

/**
 * Something a notebook cell draws by itself.
 *
 * @public
 */
export interface Displayed {
  /** The looks of the figure by MIME type: the drawing, and its title where nothing can be drawn. */
  readonly [display: symbol]: () => Readonly<Record<"image/svg+xml" | "text/plain", string>>;
}

/**
 * A figure as the last value of a notebook cell.
 *
 * @public
 */
export function display(figure: Figure): Displayed {
  return {
    [Symbol.for("Jupyter.display")]: () => ({ "image/svg+xml": toSVG(figure), "text/plain": figure.title }),
  };
}
