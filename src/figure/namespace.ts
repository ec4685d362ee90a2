/** The figures one picks from, under one name. */

import { channels } from "./channels.js";
import { circuit } from "./circuit.js";
import { contactSheet } from "./contact-sheet.js";
import { effects } from "./effects.js";
import { examples } from "./examples.js";
import { field } from "./field.js";
import { heatMap } from "./heat-map.js";
import { histogram } from "./histogram.js";
import { inputs } from "./inputs.js";
import { jointTuning } from "./joint-tuning.js";
import { lab } from "./lab.js";
import { responseMap } from "./response-map.js";
import { kernel } from "./tile.js";
import { tuning } from "./tuning.js";

/**
 * Figures as plain data: `figure.kernel`, `figure.inputs`, `figure.lab`, `figure.contactSheet`; for circuits `circuit`, `effects`; for photographs `examples`, `field`, `channels`,
 * `heatMap`, `histogram`; for stimuli `tuning`, `responseMap`, `jointTuning`.
 *
 * @public
 */
export const figure: {
  readonly kernel: typeof kernel;
  readonly inputs: typeof inputs;
  readonly lab: typeof lab;
  readonly contactSheet: typeof contactSheet;
  readonly circuit: typeof circuit;
  readonly effects: typeof effects;
  readonly examples: typeof examples;
  readonly field: typeof field;
  readonly channels: typeof channels;
  readonly heatMap: typeof heatMap;
  readonly histogram: typeof histogram;
  readonly tuning: typeof tuning;
  readonly responseMap: typeof responseMap;
  readonly jointTuning: typeof jointTuning;
} = {
  kernel,
  inputs,
  lab,
  contactSheet,
  circuit,
  effects,
  examples,
  field,
  channels,
  heatMap,
  histogram,
  tuning,
  responseMap,
  jointTuning,
};
