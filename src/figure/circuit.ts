/**
 * Circuits as diagrams: a column for each step from the roots, units as pictures (or boxes with their names), weights as curves
 * between them that carry their kernels, red for excitation and blue for inhibition, as wide as their share. Within a column
 * units stand in the order that crosses fewest curves, found by d3-dag.
 */
import { coordGreedy, decrossTwoLayer, graphConnect, layeringLongestPath, sugiyama } from "d3-dag";
import type { Circuit, CircuitEdge, CircuitNode } from "../circuit/circuit.js";
import type { Image } from "../core/image.js";
import { formatUnit } from "../core/unit.js";
import { describeEdges, diagram, type Place } from "./diagram.js";
import { type Figure, fitted, text } from "./mark.js";
import { legend } from "./tile.js";

/**
 * Options of `figure.circuit`.
 *
 * @public
 */
export interface CircuitFigureOptions {
  /** Pictures of units, by name: what each looks for. */
  readonly icons?: Readonly<Record<string, Image>> | undefined;
  /**
   * Side of a unit's picture, in pixels.
   *
   * @defaultValue 72, or 40 where a column has more than a dozen units
   */
  readonly side?: number | undefined;
  /**
   * What makes an edge red or blue: the sum of its kernel, or the kernel's largest weight.
   *
   * @defaultValue "sum"
   */
  readonly sign?: "sum" | "peak" | undefined;
}

const margin = 28;

/**
 * A diagram of a circuit, from what is read on the left to what reads on the right.
 *
 * @public
 */
export function circuit(of: Circuit, options: CircuitFigureOptions = {}): Figure {
  const columns = columnsOf(of);
  const tallest = Math.max(...columns.map((column) => column.length));
  const { icons = {}, side = tallest > 12 ? 40 : 72, sign = "sum" } = options;
  // Room for the curves of a tall diagram to spread.
  const across = side + (tallest > 12 ? 220 : 150);
  const down = side + (tallest > 12 ? 24 : 34);
  const places = new Map<string, Place>();
  columns.forEach((column, c) => {
    // Short columns are spread over the height of the tallest, so that curves run flat.
    const step = (tallest * down) / column.length;
    column.forEach(({ unit }, r) => {
      places.set(formatUnit(unit), { x: margin + c * across, y: 64 + (r + 0.5) * step - down / 2 });
    });
  });
  const title = `Circuit of ${of.roots.map(formatUnit).join(", ")}`;
  const height = 64 + tallest * down + 40;
  return {
    width: Math.max(2 * margin + (columns.length - 1) * across + side + 60, 380),
    height,
    title,
    description: describeEdges(of),
    marks: [
      text(margin, 32, fitted(`${title} in ${of.model.name}`, 900, 16, 600), { size: 16, weight: 600 }),
      ...diagram(of, { places, icons, side, sign }),
      ...legend(margin, height - 16),
    ],
  };
}

/** Units by their distance from the roots, the furthest first, each column in the order that crosses least. */
function columnsOf({ nodes, edges }: Circuit): CircuitNode[][] {
  const height = orderOf(edges);
  const depths = [...new Set(nodes.map(({ depth }) => depth))].sort((a, b) => b - a);
  const byHeight = (a: CircuitNode, b: CircuitNode): number =>
    (height.get(formatUnit(a.unit)) ?? 0) - (height.get(formatUnit(b.unit)) ?? 0);
  return depths.map((depth) => nodes.filter((node) => node.depth === depth).sort(byHeight));
}

/** Place of every unit along its column, by d3-dag's layered layout. */
function orderOf(edges: readonly CircuitEdge[]): Map<string, number> {
  if (edges.length === 0) return new Map();
  const links = edges.map(({ from, to }) => [formatUnit(from), formatUnit(to)] as const);
  const graph = graphConnect()(
    [...new Map(links.map((link) => [link.join(), link])).values()].map((link) => [...link]),
  );
  sugiyama().nodeSize([1, 1]).layering(layeringLongestPath()).decross(decrossTwoLayer()).coord(coordGreedy())(
    graph as never,
  );
  const places = new Map<string, number>();
  for (const node of graph.nodes()) places.set(node.data as string, node.x);
  return places;
}
