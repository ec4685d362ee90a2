/** What diagrams of circuits are made of: units as pictures at their places, curves between them, and kernels on the curves. */
import type { Circuit, CircuitEdge, CircuitNode } from "../circuit/circuit.js";
import type { Image } from "../core/image.js";
import { largestOf } from "../core/kernel.js";
import { formatUnit, type Unit } from "../core/unit.js";
import { describeInput, percent, signColor } from "./inputs.js";
import { fitted, grey, type Mark, mark, moved, text } from "./mark.js";
import { picture } from "./picture.js";
import { emptyCell, tile } from "./tile.js";

/** Top left corner of a unit's picture. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** How units are shown. */
export interface DiagramOptions {
  readonly places: ReadonlyMap<string, Place>;
  readonly icons: Readonly<Record<string, Image>>;
  readonly side: number;
  readonly sign: "sum" | "peak";
}

/** The marks of a circuit whose units have their places: curves behind, then units, and kernels over everything. */
export function diagram(of: Circuit, { places, icons, side, sign }: DiagramOptions): Mark[] {
  // Two kernels fit beside a picture; where a unit is read more often than that, they are drawn smaller.
  const most = Math.max(0, ...of.nodes.map(({ unit }) => readersOf(of, unit)));
  const tileSide = most <= 2 ? Math.min(34, side / 2 - 3) : 24;
  const limits = new Map<string, number>();
  for (const { to, kernel } of of.edges) {
    const name = formatUnit(to);
    limits.set(name, Math.max(limits.get(name) ?? 0, largestOf(kernel.data)));
  }
  return [
    ...of.edges.map((edge) => curve(edge, { places, side, color: colorOf(edge, sign) })),
    ...of.nodes.map((node, i) => {
      const { x, y } = places.get(formatUnit(node.unit))!;
      return moved(x, y, ...nodeMarks(node, icons[formatUnit(node.unit)], side, i));
    }),
    ...of.edges.flatMap((edge) =>
      kernelOn(edge, { places, side, tileSide, of, limit: limits.get(formatUnit(edge.to))! }),
    ),
  ];
}

const readersOf = ({ edges }: Circuit, unit: Unit): number =>
  edges.filter(({ from }) => formatUnit(from) === formatUnit(unit)).length;

/** Red or blue, by the sum of the kernel, or by its largest weight. */
function colorOf(edge: CircuitEdge, sign: DiagramOptions["sign"]): string {
  if (sign === "sum") return signColor(edge);
  const peak = edge.kernel.data.reduce((most, w) => (Math.abs(w) > Math.abs(most) ? w : most), 0);
  return signColor({ sign: peak >= 0 ? "excitatory" : "inhibitory" });
}

/** Every edge in a sentence. */
export function describeEdges({ edges }: Circuit): string {
  return edges.map((edge) => describeInput({ ...edge, unit: edge.from, kind: "", via: edge.route })).join(" ");
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
function ends({ from, to }: CircuitEdge, places: ReadonlyMap<string, Place>, side: number): { a: Place; b: Place } {
  const [a, b] = [places.get(formatUnit(from))!, places.get(formatUnit(to))!];
  return { a: { x: a.x + side, y: a.y + side / 2 }, b: { x: b.x, y: b.y + side / 2 } };
}

function curve(
  edge: CircuitEdge,
  { places, side, color }: { places: ReadonlyMap<string, Place>; side: number; color: string },
): Mark {
  const { a, b } = ends(edge, places, side);
  const bend = (b.x - a.x) / 2;
  const route = edge.route.length > 0 ? `, by ${edge.route.join(", ")}` : "";
  return mark(
    "path",
    {
      d: `M ${r(a.x)} ${r(a.y)} C ${r(a.x + bend)} ${r(a.y)} ${r(b.x - bend)} ${r(b.y)} ${r(b.x)} ${r(b.y)}`,
      fill: "none",
      stroke: color,
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
  {
    places,
    side,
    tileSide,
    of,
    limit,
  }: { places: ReadonlyMap<string, Place>; side: number; tileSide: number; of: Circuit; limit: number },
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
    moved(x, y, haloed(tileSide + 3, tileSide / 2 + 4, percent(edge.share))),
  ];
}

/** Small words that stay legible on a curve. */
function haloed(x: number, y: number, words: string): Mark {
  const halo = { stroke: "#ffffff", "stroke-width": 3, "stroke-linejoin": "round" };
  const style = { x, y, "font-size": 9, fill: grey };
  return mark("g", {}, mark("text", { ...style, ...halo }, words), mark("text", style, words));
}

const r = (n: number): number => Math.round(n * 100) / 100;
