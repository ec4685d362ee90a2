/** The claims of the Circuits articles as data: what is claimed, by which number it is tested, and from which number on it holds. */

import type { Measure } from "./measures.js";
import {
  blackAndWhite,
  carParts,
  curveFamily,
  curveTuning,
  earlyCurvesToCurves,
  highLowFactors,
  highLowFamily,
  linesToCurves,
  mirroredHeads,
} from "./measures.js";
import type { TestedClaim } from "./reproduction.js";

/** A claim, and how it is measured. */
export interface Claim extends Pick<TestedClaim, "id" | "article" | "claim" | "measure" | "atLeast"> {
  readonly test: Measure;
}

/** All claims. */
export const claims: readonly Claim[] = [
  {
    id: "black-and-white",
    article: "An Overview of Early Vision",
    claim: "Most of the first layer's weights read black and white; colours are opposed in the rest.",
    measure: "share of the first layer's weights in its first direction of colour, where that is grey",
    atLeast: 0.5,
    test: blackAndWhite,
  },
  {
    id: "curve-family",
    article: "Curve Detectors",
    claim:
      "There is a family of curve detectors, whose members look for curves of one shape at angles all round the circle.",
    measure: "eighths of the circle in which a unit is tuned to arcs (selectivity of at least 0.8, no echo)",
    atLeast: 6,
    test: curveFamily,
  },
  {
    id: "curve-tuning",
    article: "Curve Detectors",
    claim: "A curve detector answers less and less as the curve is turned away from the angle it prefers.",
    measure: "answer at the preferred angle less that at 90°, as a share of the first, mean of all curve detectors",
    atLeast: 0.5,
    test: curveTuning,
  },
  {
    id: "early-curves-to-curves",
    article: "Curve Circuits",
    claim: "Curve detectors are excited by early curves of their own angle and inhibited by those of the opposite one.",
    measure: "the smaller of excitation at 0° and inhibition at 180°, in mean sizes of the detectors' weights",
    atLeast: 0.25,
    test: earlyCurvesToCurves,
  },
  {
    id: "lines-to-curves",
    article: "Curve Circuits",
    claim: "Curve detectors are excited by lines along the curve more than by lines across it.",
    measure: "weight of lines at 0° less that at 90°, in mean sizes of the detectors' weights",
    atLeast: 0.25,
    test: linesToCurves,
  },
  {
    id: "high-low-family",
    article: "High-Low Frequency Detectors",
    claim: "There is a family of units for a boundary between high and low frequencies, at several angles.",
    measure: "units tuned to such boundaries more than to edges (selectivity of at least 0.5)",
    atLeast: 6,
    test: highLowFamily,
  },
  {
    id: "high-low-factors",
    article: "High-Low Frequency Detectors",
    claim: "They are made of two groups of inputs, one of high and one of low frequencies, read from opposite sides.",
    measure:
      "how opposite the kernels of the first two factors of their weights are (−correlation), mean of the family",
    atLeast: 0.5,
    test: highLowFactors,
  },
  {
    id: "car",
    article: "An Introduction to Circuits",
    claim: "A car detector is excited by windows above and inhibited by them below; by wheels the other way round.",
    measure: "the smaller contrast of upper and lower rows of both kernels, as a share of their size",
    atLeast: 0.3,
    test: carParts,
  },
  {
    id: "mirrored-heads",
    article: "An Introduction to Circuits",
    claim:
      "Heads of animals that look left and right are made by two mirrored paths, which excite along themselves and inhibit across, and meet in one unit.",
    measure:
      "the smallest of four in mean sizes of the readers' weights: along a path, against across, and both into the union",
    atLeast: 0.25,
    test: mirroredHeads,
  },
];
