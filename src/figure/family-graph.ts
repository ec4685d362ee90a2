/** Families of units as boxes, a column for each layer, and what they read of each other as curves with its share in percent. */
import { describeFamily, type FamilyGraph } from "../circuit/family-edges.js";
import { type FigureOptions, frame } from "./frame.js";
import { percent } from "./inputs.js";
import { link } from "./link.js";
import { type Figure, type Mark, mark, moved } from "./mark.js";
import { fitted, text } from "./text.js";
import { faint, grey, line, surface } from "./theme.js";

/**
 * Options of `figure.familyGraph`.
 *
 * @public
 */
export interface FamilyGraphFigureOptions extends FigureOptions {
  /**
   * Edges with a smaller share are left out.
   *
   * @defaultValue 0.01
   */
  readonly least?: number | undefined;
}

const box = { width: 168, height: 46, gap: 22, across: 330 };
const top = 20;

/**
 * The graph of families, layers in the order in which they first come.
 *
 * @public
 */
export function familyGraph(graph: FamilyGraph, options: FamilyGraphFigureOptions = {}): Figure {
  const { least = 0.01 } = options;
  const layers = orderOf(graph);
  const columns = layers.map((layer) => graph.nodes.filter((node) => node.layer === layer));
  const tallest = Math.max(...columns.map(({ length }) => length));
  const room = tallest * (box.height + box.gap);
  const places = new Map<string, readonly [x: number, y: number]>();
  columns.forEach((column, c) => {
    const step = room / column.length;
    column.forEach(({ name }, r) => {
      places.set(name, [c * box.across, top + (r + 0.5) * step - box.height / 2]);
    });
  });
  const shown = graph.edges.filter(({ share }) => share >= least).sort((a, b) => a.share - b.share);
  return frame(
    {
      title: "What families read of each other",
      description: graph.nodes.map(({ name }) => `${describeFamily(graph, name)}.`).join(" "),
      width: (layers.length - 1) * box.across + box.width,
      height: top + room,
      marks: [
        ...layers.map((layer, c) => text(c * box.across, 12, fitted(layer, box.width, 12), { size: 12, fill: grey })),
        ...shown.map((edge) => curve(edge, places)),
        ...graph.nodes.map(({ name, count }) => {
          const [x, y] = places.get(name)!;
          return moved(x, y, ...boxMarks(name, count));
        }),
        ...shown.map((edge) => label(edge, { places, shown })),
      ],
    },
    options,
  );
}

/** Layers so that those that are read come before those that read. */
function orderOf({ nodes, edges }: FamilyGraph): string[] {
  const layerOf = new Map(nodes.map(({ name, layer }) => [name, layer]));
  const left = [...new Set(nodes.map(({ layer }) => layer))];
  const ordered: string[] = [];
  while (left.length > 0) {
    const free = left.findIndex((layer) =>
      edges.every(
        ({ from, to }) =>
          layerOf.get(to) !== layer || layerOf.get(from) === layer || !left.includes(layerOf.get(from)!),
      ),
    );
    ordered.push(...left.splice(Math.max(0, free), 1));
  }
  return ordered;
}

function boxMarks(name: string, count: number): Mark[] {
  return [
    mark("rect", { x: 0, y: 0, width: box.width, height: box.height, rx: 6, fill: surface, stroke: faint }),
    text(12, 20, fitted(name, box.width - 24, 13), { size: 13, weight: 600 }),
    text(12, 37, `${count} unit${count === 1 ? "" : "s"}`, { size: 11.5, fill: grey }),
  ];
}

type Edge = FamilyGraph["edges"][number];
type Places = ReadonlyMap<string, readonly [x: number, y: number]>;

/** Ends of an edge's curve, between the sides of two boxes that face each other. */
function endsOf({ from, to }: Edge, places: Places): readonly [x: number, y: number, toX: number, toY: number] {
  const [[x, y], [toX, toY]] = [places.get(from)!, places.get(to)!];
  return [x + box.width, y + box.height / 2, toX, toY + box.height / 2];
}

function curve(edge: Edge, places: Places): Mark {
  const [x, y, toX, toY] = endsOf(edge, places);
  return mark(
    "path",
    {
      class: "edge",
      "data-from": edge.from,
      "data-to": edge.to,
      d: link([x, y], [toX, toY]),
      fill: "none",
      stroke: line,
      "stroke-opacity": 0.25 + 0.5 * edge.share,
      "stroke-width": Math.max(1, 26 * edge.share),
    },
    mark(
      "title",
      {},
      `${edge.to} reads ${edge.from}: ${percent(edge.share)} of its weight, mean ${edge.mean.toFixed(4)}`,
    ),
  );
}

/** The share by the reading end of the curve; the curves into one box are told apart by where they come from. */
function label(edge: Edge, { places, shown }: { places: Places; shown: readonly Edge[] }): Mark {
  const [x, y, toX, toY] = endsOf(edge, places);
  const siblings = shown.filter(({ from }) => from === edge.from);
  const t = 0.3 + (0.4 * (siblings.indexOf(edge) + 0.5)) / siblings.length;
  // The curve's height at t: its ends with weights (1 − t)²(1 + 2t) and t²(3 − 2t).
  const part = t * t * (3 - 2 * t);
  const along = x + (toX - x) * (1.5 * t - 1.5 * t * t + t ** 3);
  return text(along, y + (toY - y) * part - 4, percent(edge.share, 0), { size: 11, fill: grey, anchor: "middle" });
}
