/**
 * Circuits as diagrams, from the units that are read on the left to those that read on the right: units as pictures, or boxes
 * with their names, beside each picture the kernels of its edges with their shares, and the edges as curves, red for excitation
 * and blue for inhibition, as wide as their share.
 */
import type { Circuit, CircuitEdge } from "../circuit/circuit.js";
import type { Image } from "../core/image.js";
import { formatUnit } from "../core/unit.js";
import { columnsOf, folded } from "./circuit-columns.js";
import { layoutCircuit } from "./circuit-layout.js";
import { describeEdges, diagram, relationStroke } from "./diagram.js";
import { type Content, type FigureOptions, frame, weightsLegend } from "./frame.js";
import { type Figure, mark } from "./mark.js";
import { text, textWidth } from "./text.js";
import { grey } from "./theme.js";

/**
 * Options of `figure.circuit`.
 *
 * @public
 */
export interface CircuitFigureOptions extends FigureOptions {
  /** Pictures of units, by name: what each looks for. */
  readonly icons?: Readonly<Record<string, Image>> | undefined;
  /**
   * Side of a unit's picture, in pixels.
   *
   * @defaultValue 104 for up to 12 units, 88 for up to 24, 76 for up to 48, 64 for more
   */
  readonly side?: number | undefined;
  /**
   * What makes an edge red or blue: the sum of its kernel, or the kernel's largest weight.
   *
   * @defaultValue "sum"
   */
  readonly sign?: "sum" | "peak" | undefined;
  /**
   * Most inputs drawn of one unit, the strongest first; the others are counted: `14 more, 22 %`.
   *
   * @defaultValue all; where a circuit has more than 60 units, as many as leave no more than 60
   */
  readonly most?: number | undefined;
}

/** More units than this are hard to read on one page. */
const page = 60;

/**
 * A diagram of a circuit, from what is read on the left to what reads on the right, in the shape of a landscape page.
 *
 * @public
 */
export function circuit(of: Circuit, options: CircuitFigureOptions = {}): Figure {
  const { circuit: drawn, folds } = foldedTo(of, options.most);
  const { icons = {}, side = sideFor(drawn.nodes.length), sign = "sum" } = options;
  const layout = layoutCircuit(drawn, columnsOf(drawn, folds), side);
  return frame(
    {
      title: `Circuit of ${of.roots.map(formatUnit).join(", ")}`,
      facts: [factsOf(of, drawn), keyOf(of.edges, sign)],
      description: describeEdges(of.edges),
      width: layout.width,
      height: layout.height,
      marks: diagram(layout, { icons, sign }),
      legend: legendOf(drawn.edges),
    },
    options,
  );
}

function foldedTo(of: Circuit, most: number | undefined): ReturnType<typeof folded> {
  if (most !== undefined) return folded(of, most);
  const widest = Math.max(
    0,
    ...of.nodes.map(({ unit }) => of.edges.filter(({ to }) => to === unit).length),
    of.edges.length,
  );
  let result = folded(of, widest);
  for (let count = 12; result.circuit.nodes.length > page && count > 0; count--) result = folded(of, count);
  return result;
}

function sideFor(units: number): number {
  return units <= 12 ? 104 : units <= 24 ? 88 : units <= 48 ? 76 : 64;
}

/** Model and settings, and how much of the circuit is drawn. */
export function factsOf({ name, settings, nodes, edges }: Circuit, drawn: Circuit): string {
  const many = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;
  const part =
    drawn.edges.length < edges.length ? `, of which ${drawn.nodes.length} and ${drawn.edges.length} are drawn` : "";
  return `${name}  ·  ${many(nodes.length, "unit")}, ${many(edges.length, "edge")}${part}  ·  strength ${settings.strength}, weights ${settings.weights}`;
}

/** How to read the diagram. */
export function keyOf(edges: Circuit["edges"], sign: "sum" | "peak"): string {
  return `Each kernel stands beside one of its two units, with its share of all that the reading unit reads. Kernels of one reading unit share a scale. An edge is as wide as its share, red or blue by the kernel's ${sign === "sum" ? "sum" : "largest weight"}.${expandedWords(edges)}`;
}

/** What edges between distant layers are; nothing where there are none. */
function expandedWords(edges: Circuit["edges"]): string {
  const statuses = [...new Set(edges.flatMap(({ expanded }) => (expanded ? [expanded.status] : [])))];
  return statuses.length > 0 ? ` Edges past a layer in between are expanded weights (${statuses.join("; ")}).` : "";
}

const relations = { term: "term of a sum", factor: "factor of a product" } as const;

/** What red and blue mean, and the lines of edges without weights, where there are any. */
export function legendOf(edges: readonly CircuitEdge[]): NonNullable<Content["legend"]> {
  const weights = weightsLegend("positive (excitation)", "negative (inhibition)");
  let { width } = weights;
  const lines = (["term", "factor"] as const)
    .filter((relation) => edges.some((edge) => edge.relation === relation))
    .flatMap((relation) => {
      const x = width;
      width += 27 + textWidth(relations[relation], 11.5) + 14;
      return [
        mark("path", { d: `M${x},7h22`, fill: "none", "stroke-width": 2, ...relationStroke[relation] }),
        text(x + 27, 11, relations[relation], { size: 11.5, fill: grey }),
      ];
    });
  return { marks: [...weights.marks, ...lines], width, height: weights.height };
}
