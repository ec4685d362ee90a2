/** The marks of a circuit whose units have their places: curves behind, then units with their kernels. */
import type { CircuitEdge } from "../circuit/circuit.js";
import type { Image } from "../core/image.js";
import { largestOf } from "../core/kernel.js";
import { formatUnit } from "../core/unit.js";
import { cardText } from "./circuit-cards.js";
import type { CircuitLayout } from "./circuit-layout.js";
import type { PlacedCard, Route } from "./circuit-routes.js";
import { edgeAttributes, kernelGroup, unitGroup } from "./identity.js";
import { describeInput, percent, signColor } from "./inputs.js";
import { link, type Point } from "./link.js";
import { type Mark, mark, moved } from "./mark.js";
import { picture } from "./picture.js";
import { fitted, text } from "./text.js";
import { faint, grey, line, surface } from "./theme.js";
import { emptyCell, tile } from "./tile.js";

/** How units and edges are shown. */
export interface DiagramOptions {
  readonly icons: Readonly<Record<string, Image>>;
  readonly sign: "sum" | "peak";
}

/** The marks of a layout. */
export function diagram({ cards, folds, panels, routes }: CircuitLayout, options: DiagramOptions): Mark[] {
  // The kernels that one unit reads are on one scale: full red is the largest weight among them.
  const limits = new Map<string, number>();
  for (const { edge } of routes) {
    const name = formatUnit(edge.to);
    limits.set(name, Math.max(limits.get(name) ?? 0, largestOf(edge.kernel.data)));
  }
  return [
    ...panels.map(({ x, y, width, height }) =>
      mark("rect", { class: "panel", x, y, width, height, rx: 8, fill: surface }),
    ),
    ...routes.map((route) => curve(route, options.sign)),
    ...cards.map((card, i) => moved(card.x, card.y, ...cardMarks(card, { ...options, limits, id: `node-${i}` }))),
    ...folds.map(({ x, y, width, height, words, reader }) =>
      mark(
        "g",
        { class: "folded", "data-to": reader, transform: `translate(${x} ${y})` },
        mark("rect", { width, height, rx: 5, fill: "none", stroke: faint, "stroke-dasharray": "3 3" }),
        text(width / 2, height / 2 + 4, fitted(words, width - 4, 10), { size: 10, fill: grey, anchor: "middle" }),
      ),
    ),
  ];
}

/** The lines of edges that have no weights of their own. */
export const relationStroke: Readonly<Record<"term" | "factor", Record<string, string>>> = {
  term: { stroke: line },
  factor: { stroke: grey, "stroke-dasharray": "5 4" },
};

/** Every edge in a sentence. */
export function describeEdges(edges: readonly CircuitEdge[]): string {
  return edges
    .map((edge) =>
      edge.relation === "weights"
        ? describeInput({ ...edge, unit: edge.from, kind: "", via: edge.route })
        : `${titleOf(edge, "")}.`,
    )
    .join(" ");
}

/** Red or blue, by the sum of the kernel, or by its largest weight. */
function signOf(edge: CircuitEdge, sign: DiagramOptions["sign"]): CircuitEdge["sign"] {
  if (sign === "sum") return edge.sign;
  const peak = edge.kernel.data.reduce((most, w) => (Math.abs(w) > Math.abs(most) ? w : most), 0);
  return peak >= 0 ? "excitatory" : "inhibitory";
}

/** Path data through points: level where two are equally high, curved elsewhere. */
function pathOf(points: readonly Point[]): string {
  const round = (n: number): number => Math.round(n * 100) / 100;
  const [first, ...rest] = points;
  let before = first!;
  let path = `M${round(before[0])},${round(before[1])}`;
  for (const point of rest) {
    const level = Math.abs(point[1] - before[1]) < 0.005;
    if (!level || Math.abs(point[0] - before[0]) > 0.005)
      path += level ? `H${round(point[0])}` : link(before, point).replace(/^M[^C]*/, "");
    before = point;
  }
  return path;
}

function curve({ edge, points, width }: Route, sign: DiagramOptions["sign"]): Mark {
  const route = edge.route.length > 0 ? `, by ${edge.route.join(", ")}` : "";
  const drawn = signOf(edge, sign);
  return mark(
    "path",
    {
      ...edgeAttributes(edge, drawn),
      d: pathOf(points),
      fill: "none",
      ...(edge.relation === "weights" ? { stroke: signColor({ sign: drawn }) } : relationStroke[edge.relation]),
      "stroke-opacity": 0.6,
      "stroke-width": width,
    },
    mark("title", {}, titleOf(edge, route)),
  );
}

function titleOf({ from, to, relation, sign, strength, share }: CircuitEdge, route: string): string {
  const ends = `${formatUnit(from)} to ${formatUnit(to)}${route}`;
  if (relation === "term") return `${ends}: a term of a sum`;
  if (relation === "factor") return `${ends}: a factor of a product`;
  return `${ends}: ${sign}, strength ${strength.toFixed(4)}, ${percent(share)}`;
}

function cardMarks(
  { node, name, picture: box, slots, label, note }: PlacedCard,
  { icons, limits, id, sign }: DiagramOptions & { readonly limits: ReadonlyMap<string, number>; readonly id: string },
): Mark[] {
  const { unit, kind } = node;
  const icon = icons[name];
  const shown = icon
    ? picture(icon, box.width, `what ${name} looks for`, id)
    : emptyCell(box.width, kind === "input" ? `image channel ${unit.channel}` : `unit ${unit.channel}`);
  return [
    unitGroup(
      unit,
      [
        moved(box.x, box.y, ...shown),
        text(label.x, label.y + 10, fitted(name, label.width, cardText.name), { size: cardText.name, weight: 600 }),
      ],
      `${name} (${kind})`,
    ),
    ...(note
      ? [
          text(note.box.x, note.box.y + 9, fitted(note.words, note.box.width, cardText.note), {
            size: cardText.note,
            fill: grey,
          }),
        ]
      : []),
    ...slots.flatMap(({ edge, tile: at, words, label: below }) => [
      moved(at.x, at.y, kernelGroup(edge, tile(edge.kernel, at.width, limits.get(formatUnit(edge.to))!))),
      text(below.x + below.width / 2, below.y + 9, words, {
        size: cardText.share,
        fill: signColor({ sign: signOf(edge, sign) }),
        anchor: "middle",
      }),
    ]),
  ];
}
