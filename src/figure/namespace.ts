/** The figures one picks from, under one name. */
import { contactSheet } from "./contact-sheet.js";
import { inputs } from "./inputs.js";
import { lab } from "./lab.js";
import { kernel } from "./tile.js";

/**
 * Figures as plain data: `figure.kernel`, `figure.inputs`, `figure.lab`, `figure.contactSheet`.
 *
 * @public
 */
export const figure: {
  readonly kernel: typeof kernel;
  readonly inputs: typeof inputs;
  readonly lab: typeof lab;
  readonly contactSheet: typeof contactSheet;
} = { kernel, inputs, lab, contactSheet };
