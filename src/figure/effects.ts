/** Predicted effects of edges against measured ones: on the diagonal the weights predict the effect exactly. */
import type { Verification } from "../circuit/verify.js";
import { formatUnit } from "../core/unit.js";
import { type FigureOptions, frame } from "./frame.js";
import { edgeAttributes } from "./identity.js";
import { type Figure, type Mark, mark } from "./mark.js";
import { text } from "./text.js";
import { excitation, faint, grey, inhibition, ink } from "./theme.js";

const side = 360;
const left = 48;

/**
 * A plot of a verification: a point per edge and picture.
 *
 * @public
 */
export function effects(of: Verification, options: FigureOptions = {}): Figure {
  const { edges, r2, pictures, settings } = of;
  const points = edges.flatMap((edge) => edge.points.map((point) => ({ ...point, edge })));
  const reach = points.reduce((most, p) => Math.max(most, Math.abs(p.predicted), Math.abs(p.measured)), 0) || 1;
  const x = (v: number): number => left + side * (0.5 + v / (2.1 * reach));
  const y = (v: number): number => side * (0.5 - v / (2.1 * reach));
  const axis = (marks: { x1: number; y1: number; x2: number; y2: number }, stroke: string): Mark =>
    mark("line", { ...marks, stroke, "stroke-width": 1 });
  const dots = points.map(({ predicted, measured, edge, id }) =>
    mark(
      "circle",
      {
        cx: x(predicted),
        cy: y(measured),
        r: 3,
        fill: predicted >= 0 ? excitation : inhibition,
        "fill-opacity": 0.55,
        ...edgeAttributes(edge, predicted >= 0 ? "excitatory" : "inhibitory"),
      },
      mark(
        "title",
        {},
        `${formatUnit(edge.from)} to ${formatUnit(edge.to)}, ${id}: ${predicted.toFixed(3)} predicted, ${measured.toFixed(3)} measured`,
      ),
    ),
  );
  const fit = r2 === null ? "unknown: no edge could be tested" : r2.toFixed(4);
  const number = (v: number): string => Number(v.toPrecision(2)).toString();
  return frame(
    {
      title: "Predicted and measured effects",
      facts: [`${edges.length} edges, ${pictures} pictures, R² ${fit}`],
      description: `${edges.length} edges on ${pictures} pictures, units ${settings.intervention === "ablate" ? "silenced" : "made a tenth stronger"}: R² ${fit}.`,
      width: left + side + 16,
      height: side + 44,
      marks: [
        mark("rect", { x: left, y: 0, width: side, height: side, fill: "none", stroke: faint }),
        axis({ x1: x(0), y1: 0, x2: x(0), y2: side }, faint),
        axis({ x1: left, y1: y(0), x2: left + side, y2: y(0) }, faint),
        axis({ x1: x(-reach), y1: y(-reach), x2: x(reach), y2: y(reach) }, ink),
        ...dots,
        ...[-reach, 0, reach].flatMap((v) => [
          text(x(v), side + 18, number(v), { size: 11, fill: grey, anchor: "middle" }),
          text(left - 8, y(v) + 4, number(v), { size: 11, fill: grey, anchor: "end" }),
        ]),
        text(left + side / 2, side + 38, "predicted from weights and activations", { size: 12, anchor: "middle" }),
        mark(
          "g",
          { transform: `translate(10 ${side / 4}) rotate(-90)` },
          text(0, 0, "measured by intervention", { size: 12, anchor: "middle" }),
        ),
      ],
    },
    options,
  );
}
