/** The figures one picks from, under one name. */

import { angleDial } from "./angle-dial.js";
import { channels } from "./channels.js";
import { circuit } from "./circuit.js";
import { claim } from "./claim.js";
import { contactSheet } from "./contact-sheet.js";
import { effects } from "./effects.js";
import { examples } from "./examples.js";
import { expanded } from "./expanded.js";
import { factors } from "./factors.js";
import { family } from "./family.js";
import { familyGraph } from "./family-graph.js";
import { fan } from "./fan.js";
import { field } from "./field.js";
import { heatMap } from "./heat-map.js";
import { histogram } from "./histogram.js";
import { inputs } from "./inputs.js";
import { jointTuning } from "./joint-tuning.js";
import { kernelMatrix } from "./kernel-matrix.js";
import { lab } from "./lab.js";
import { mirrored } from "./mirrored.js";
import { motif } from "./motif.js";
import { motifMatrix } from "./motif-matrix.js";
import { responseMap } from "./response-map.js";
import { superposition } from "./superposition.js";
import { kernel } from "./tile.js";
import { tuning } from "./tuning.js";

/**
 * Figures as plain data: `figure.kernel`, `figure.inputs`, `figure.lab`, `figure.contactSheet`; for circuits `circuit`, `mirrored`,
 * `fan`, `superposition`, `expanded`, `factors`, `familyGraph`, `effects`; for families and motifs `family`, `angleDial`,
 * `kernelMatrix`, `motif`, `motifMatrix`; for photographs `examples`, `field`, `channels`, `heatMap`, `histogram`; for stimuli
 * `tuning`, `responseMap`, `jointTuning`; for claims of articles `claim`.
 *
 * @public
 */
export const figure: {
  readonly kernel: typeof kernel;
  readonly inputs: typeof inputs;
  readonly lab: typeof lab;
  readonly claim: typeof claim;
  readonly contactSheet: typeof contactSheet;
  readonly circuit: typeof circuit;
  readonly effects: typeof effects;
  readonly superposition: typeof superposition;
  readonly mirrored: typeof mirrored;
  readonly fan: typeof fan;
  readonly familyGraph: typeof familyGraph;
  readonly factors: typeof factors;
  readonly expanded: typeof expanded;
  readonly examples: typeof examples;
  readonly field: typeof field;
  readonly channels: typeof channels;
  readonly heatMap: typeof heatMap;
  readonly histogram: typeof histogram;
  readonly tuning: typeof tuning;
  readonly responseMap: typeof responseMap;
  readonly jointTuning: typeof jointTuning;
  readonly motifMatrix: typeof motifMatrix;
  readonly motif: typeof motif;
  readonly kernelMatrix: typeof kernelMatrix;
  readonly family: typeof family;
  readonly angleDial: typeof angleDial;
} = {
  kernel,
  inputs,
  lab,
  claim,
  contactSheet,
  circuit,
  expanded,
  factors,
  familyGraph,
  fan,
  mirrored,
  superposition,
  effects,
  examples,
  field,
  channels,
  heatMap,
  histogram,
  tuning,
  responseMap,
  jointTuning,
  angleDial,
  family,
  kernelMatrix,
  motif,
  motifMatrix,
};
