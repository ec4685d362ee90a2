/**
 * Circuits as diagrams: a column for each step from the roots, units as pictures (or boxes with their names), weights as curves
 * between them that carry their kernels, red for excitation and blue for inhibition, as wide as their share. Within a column
 * units stand in the order that crosses fewest curves, found by d3-dag.
 */
import { coordGreedy, decrossTwoLayer, graphConnect, layeringLongestPath, sugiyama } from "d3-dag";
import type { Circuit, CircuitEdge, CircuitNode } from "../circuit/circuit.js";
import type { Image } from "../core/image.js";
import { largestOf } from "../core/kernel.js";
import { formatUnit } from "../core/unit.js";
import { describeInput, percent, signColor } from "./inputs.js";
import { type Figure, fitted, grey, type Mark, mark, moved, text } from "./mark.js";
import { picture } from "./picture.js";
import { emptyCell, legend, tile } from "./tile.js";

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
   * @defaultValue 72
   */
  readonly side?: number | undefined;
}

const margin = 28;
const tileSide = 24;

/**
 * A diagram of a circuit, from what is read on the left to what reads on the right.
 *
 * @public
 */
export function circuit(of: Circuit, { icons = {}, side = 72 }: CircuitFigureOptions = {}): Figure {
  const columns = columnsOf(of);
  const across = side + 150;
  const down = side + 34;
  const tallest = Math.max(...columns.map((column) => column.length));
  const places = new Map<string, Place>();
  columns.forEach((column, c) => {
    // Short columns are spread over the height of the tallest, so that curves run flat.
    const step = (tallest * down) / column.length;
    column.forEach(({ unit }, r) => {
      places.set(formatUnit(unit), { x: margin + c * across, y: 64 + (r + 0.5) * step - down / 2 });
    });
  });
  const limits = new Map<string, number>();
  for (const { to, kernel } of of.edges) {
    const name = formatUnit(to);
    limits.set(name, Math.max(limits.get(name) ?? 0, largestOf(kernel.data)));
  }
  const title = `Circuit of ${of.roots.map(formatUnit).join(", ")}`;
  const nodes = of.nodes.map((node, i) => {
    const { x, y } = places.get(formatUnit(node.unit))!;
    return moved(x, y, ...nodeMarks(node, icons[formatUnit(node.unit)], side, i));
  });
  const height = 64 + tallest * down + 40;
  return {
    width: Math.max(2 * margin + (columns.length - 1) * across + side + 60, 380),
    height,
    title,
    description: of.edges
      .map((edge) => describeInput({ ...edge, unit: edge.from, kind: "", via: edge.route }))
      .join(" "),
    marks: [
      text(margin, 32, fitted(`${title} in ${of.model.name}`, 900, 16, 600), { size: 16, weight: 600 }),
      ...of.edges.map((edge) => curve(edge, places, side)),
      ...nodes,
      // Kernels lie over everything else, each by the unit it comes from.
      ...of.edges.flatMap((edge) => kernelOn(edge, { places, side, of, limit: limits.get(formatUnit(edge.to))! })),
      ...legend(margin, height - 16),
    ],
  };
}

interface Place {
  readonly x: number;
  readonly y: number;
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

function nodeMarks({ unit, kind }: CircuitNode, icon: Image | undefined, side: number, i: number): Mark[] {
  const name = formatUnit(unit);
  const shown = icon
    ? picture(icon, side, `what ${name} looks for`, `node-${i}`)
    : emptyCell(side, kind === "input" ? `image\nchannel ${unit.channel}` : `unit\n${unit.channel}`);
  return [
    mark("g", {}, mark("title", {}, `${name} (${kind})`), ...shown),
    text(0, side + 14, fitted(name, side + 64, 10.5, 600), { size: 10.5, weight: 600 }),
  ];
}

/** Ends and middle of an edge's curve. */
function ends({ from, to }: CircuitEdge, places: Map<string, Place>, side: number): { a: Place; b: Place } {
  const [a, b] = [places.get(formatUnit(from))!, places.get(formatUnit(to))!];
  return { a: { x: a.x + side, y: a.y + side / 2 }, b: { x: b.x, y: b.y + side / 2 } };
}

function curve(edge: CircuitEdge, places: Map<string, Place>, side: number): Mark {
  const { a, b } = ends(edge, places, side);
  const bend = (b.x - a.x) / 2;
  const route = edge.route.length > 0 ? `, by ${edge.route.join(", ")}` : "";
  return mark(
    "path",
    {
      d: `M ${r(a.x)} ${r(a.y)} C ${r(a.x + bend)} ${r(a.y)} ${r(b.x - bend)} ${r(b.y)} ${r(b.x)} ${r(b.y)}`,
      fill: "none",
      stroke: signColor(edge),
      "stroke-opacity": 0.45,
      "stroke-width": Math.max(1, Math.min(12, 40 * edge.share)),
    },
    mark(
      "title",
      {},
      `${formatUnit(edge.from)} to ${formatUnit(edge.to)}${route}: ${edge.sign}, strength ${edge.strength.toFixed(4)}, ${percent(edge.share)}`,
    ),
  );
}

/** The kernel of an edge beside the unit it comes from; one above the other where a unit has several readers. */
function kernelOn(
  edge: CircuitEdge,
  { places, side, of, limit }: { places: Map<string, Place>; side: number; of: Circuit; limit: number },
): Mark[] {
  const siblings = of.edges.filter(({ from }) => formatUnit(from) === formatUnit(edge.from));
  const i = siblings.indexOf(edge);
  const { a } = ends(edge, places, side);
  const fits = Math.max(1, Math.floor(side / (tileSide + 2)));
  const x = a.x + 8 + Math.floor(i / fits) * (tileSide + 26);
  const rows = Math.min(fits, siblings.length);
  const y = a.y - (rows * (tileSide + 2)) / 2 + (i % fits) * (tileSide + 2);
  return [
    moved(x, y, mark("rect", { x: -1, y: -1, width: tileSide + 2, height: tileSide + 2, fill: "#ffffff" })),
    moved(
      x,
      y,
      mark(
        "g",
        {},
        mark("title", {}, `${formatUnit(edge.from)} to ${formatUnit(edge.to)}`),
        ...tile(edge.kernel, tileSide, limit),
      ),
    ),
    moved(x, y, text(tileSide + 3, tileSide / 2 + 4, percent(edge.share), { size: 8.5, fill: grey })),
  ];
}

const r = (n: number): number => Math.round(n * 100) / 100;
