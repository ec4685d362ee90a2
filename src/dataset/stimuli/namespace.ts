/** The stimuli one picks from, under one name. */
import { arc, circle } from "./arc.js";
import { corner } from "./corner.js";
import { dots } from "./dots.js";
import { edge } from "./edge.js";
import { gabor, grating } from "./grating.js";
import { highLow } from "./high-low.js";
import { line } from "./line.js";
import { patch } from "./patch.js";

/**
 * Synthetic stimuli: each a pure function from its parameters to an image, so that any of them can be swept.
 *
 * @public
 */
export const stimulus: {
  readonly line: typeof line;
  readonly edge: typeof edge;
  readonly grating: typeof grating;
  readonly gabor: typeof gabor;
  readonly arc: typeof arc;
  readonly circle: typeof circle;
  readonly corner: typeof corner;
  readonly highLow: typeof highLow;
  readonly patch: typeof patch;
  readonly dots: typeof dots;
} = { line, edge, grating, gabor, arc, circle, corner, highLow, patch, dots };
