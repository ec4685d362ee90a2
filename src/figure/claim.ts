/** A tested claim as a chart: what its number is made of as bars, and beside it the number and the threshold. */
import { ticks } from "d3-array";
import { formatUnit } from "../core/unit.js";
import type { TestedClaim } from "../reproduce/reproduction.js";
import { type FigureOptions, frame } from "./frame.js";
import { short } from "./heat.js";
import { type Figure, mark } from "./mark.js";
import { fitted, text } from "./text.js";
import { excitation, faint, grey, inhibition } from "./theme.js";

/** Room for the labels, and the length of the longest bar. */
const labels = 190;
const plot = 360;
const row = 24;

/**
 * The parts of a claim's number as bars, positive ones red and negative ones blue.
 *
 * @public
 */
export function claim(of: TestedClaim, options: FigureOptions = {}): Figure {
  const values = of.parts.map(({ value }) => value);
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const span = high - low || 1;
  const x = (value: number): number => labels + (plot * (value - low)) / span;
  const height = of.parts.length * row;
  const axis = of.parts.length > 0 ? ticks(low, high, 5) : [];
  return frame(
    {
      title: `${of.id}: ${verdictOf(of)}`,
      facts: [of.claim, resultOf(of)],
      description: `${of.claim} ${resultOf(of)} ${of.parts.map(({ label, value }) => `${label}: ${short(value)}.`).join(" ")}`,
      width: labels + plot + 60,
      height: height + (axis.length > 0 ? 24 : 0),
      marks: [
        ...axis.flatMap((at) => [
          mark("line", { x1: x(at), x2: x(at), y1: 0, y2: height, stroke: at === 0 ? grey : faint }),
          text(x(at), height + 16, short(at), { size: 11, fill: grey, anchor: "middle" }),
        ]),
        ...of.parts.flatMap(({ label, value }, i) => [
          text(labels - 10, i * row + 16, fitted(label, labels - 14, 12), { size: 12, anchor: "end" }),
          mark("rect", {
            x: Math.min(x(0), x(value)),
            y: i * row + 4,
            width: Math.abs(x(value) - x(0)),
            height: row - 8,
            fill: value < 0 ? inhibition : excitation,
          }),
          text(x(Math.max(0, value)) + 6, i * row + 16, short(value), { size: 11, fill: grey }),
        ]),
      ],
      notes:
        of.units.length > 0
          ? [
              `${of.units.length} units: ${of.units.slice(0, 12).map(formatUnit).join(", ")}${of.units.length > 12 ? " …" : ""}`,
            ]
          : [],
    },
    options,
  );
}

function verdictOf({ holds }: TestedClaim): string {
  return holds === null ? "not asked" : holds ? "holds" : "does not hold";
}

function resultOf({ value, measure, atLeast, reason, article }: TestedClaim): string {
  const source = `(${article})`;
  return value === null
    ? `Not asked: ${reason} ${source}`
    : `${measure}: ${short(value)}, at least ${short(atLeast)} is needed ${source}`;
}
