/** Predicted effects of edges against measured ones: on the diagonal the weights tell all. */
import type { Verification } from "../circuit/verify.js";
import { formatUnit } from "../core/unit.js";
import { excitation, type Figure, faint, grey, inhibition, ink, type Mark, mark, text } from "./mark.js";

const side = 360;
const left = 72;
const top = 64;

/**
 * A plot of a verification: a point per edge and picture.
 *
 * @public
 */
export function effects({ edges, r2, pictures, intervention }: Verification): Figure {
  const points = edges.flatMap((edge) => edge.points.map((point) => ({ ...point, edge })));
  const reach = points.reduce((most, p) => Math.max(most, Math.abs(p.predicted), Math.abs(p.measured)), 0) || 1;
  const x = (v: number): number => left + side * (0.5 + v / (2.1 * reach));
  const y = (v: number): number => top + side * (0.5 - v / (2.1 * reach));
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
      },
      mark(
        "title",
        {},
        `${formatUnit(edge.from)} to ${formatUnit(edge.to)}, ${id}: ${predicted.toFixed(3)} predicted, ${measured.toFixed(3)} measured`,
      ),
    ),
  );
  const number = (v: number): string => Number(v.toPrecision(2)).toString();
  return {
    width: left + side + 40,
    height: top + side + 64,
    title: "Predicted and measured effects",
    description: `${edges.length} edges on ${pictures} pictures, units ${intervention === "ablate" ? "silenced" : "made a tenth stronger"}: R² ${r2.toFixed(4)}.`,
    marks: [
      text(left, 26, "Predicted and measured effects", { size: 16, weight: 600 }),
      text(left, 46, `${edges.length} edges, ${pictures} pictures, R² ${r2.toFixed(4)}`, { size: 12, fill: grey }),
      mark("rect", { x: left, y: top, width: side, height: side, fill: "none", stroke: faint }),
      axis({ x1: x(0), y1: top, x2: x(0), y2: top + side }, faint),
      axis({ x1: left, y1: y(0), x2: left + side, y2: y(0) }, faint),
      axis({ x1: x(-reach), y1: y(-reach), x2: x(reach), y2: y(reach) }, ink),
      ...dots,
      ...[-reach, 0, reach].flatMap((v) => [
        text(x(v), top + side + 18, number(v), { size: 11, fill: grey, anchor: "middle" }),
        text(left - 8, y(v) + 4, number(v), { size: 11, fill: grey, anchor: "end" }),
      ]),
      text(left + side / 2, top + side + 40, "predicted from weights and activations", { size: 12, anchor: "middle" }),
      mark(
        "g",
        { transform: `translate(20 ${top + side / 2}) rotate(-90)` },
        text(0, 0, "measured by intervention", { size: 12, anchor: "middle" }),
      ),
    ],
  };
}
