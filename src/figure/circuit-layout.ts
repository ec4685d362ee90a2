/**
 * The layout of a diagram of a circuit: a place for every card, and a way for every edge that passes behind no card. A long
 * column is wrapped into several cards per row; edges run between the rows, in lanes as wide as the edges in them need.
 */
import type { Circuit } from "../circuit/circuit.js";
import { formatUnit } from "../core/unit.js";
import { type Box, type Card, cardOf, endsOf } from "./circuit-cards.js";
import type { Cluster } from "./circuit-columns.js";
import { type Column, laneKey, type PlacedCard, type Route, routesOf } from "./circuit-routes.js";

/** Words in a box of their own: what is left out of a unit's inputs. */
export interface PlacedFold extends Box {
  readonly reader: string;
  readonly words: string;
}

/** Everything at its place. */
export interface CircuitLayout {
  readonly width: number;
  readonly height: number;
  readonly cards: readonly PlacedCard[];
  readonly folds: readonly PlacedFold[];
  /** Behind the inputs of one unit, where a column has those of several. */
  readonly panels: readonly Box[];
  readonly routes: readonly Route[];
}

/** Room of a panel beyond what stands on it. */
const inset = { x: 8, y: 6 } as const;
const apart = { cards: 22, clusters: 30, shelves: 16, columns: 96, lane: 14 } as const;
const fold = { width: 74, height: 34 } as const;

type Item = { readonly card: Card } | { readonly reader: string; readonly words: string };
const widthOf = (item: Item): number => ("card" in item ? item.card.width : fold.width);
const heightOf = (item: Item): number => ("card" in item ? item.card.height : fold.height);

/** A cluster as part of one row, or as several rows of its own. */
interface Block {
  readonly rows: readonly (readonly Item[])[];
  readonly reader: string | null;
}

/** Blocks beside each other; shelves stand below each other. */
type Shelf = readonly Block[];

/** The layout whose shape is nearest to a landscape page. */
export function layoutCircuit(of: Circuit, clusters: readonly (readonly Cluster[])[], side: number): CircuitLayout {
  const ends = endsOf(of);
  const cards = new Map<string, Card>(of.nodes.map((node) => [formatUnit(node.unit), cardOf(ends, node, side)]));
  const longest = Math.max(
    1,
    ...clusters.map((column) => column.reduce((sum, { nodes }) => sum + nodes.length + 1, 0)),
  );
  let best: CircuitLayout | undefined;
  let distance = Number.POSITIVE_INFINITY;
  let before = "";
  for (let rows = 1; rows <= longest; rows++) {
    const columns = clusters.map((column) => shelvesOf(column, cards, rows));
    const shape = JSON.stringify(
      columns.map((shelves) => shelves.map((blocks) => blocks.map((block) => block.rows.length))),
    );
    if (shape === before) continue;
    before = shape;
    const layout = placed(of, columns);
    const wider = Math.log(layout.width / layout.height / Math.SQRT2);
    // Too wide is better than too high.
    const off = wider < 0 ? -1.5 * wider : wider;
    if (off < distance) [best, distance] = [layout, off];
  }
  return best!;
}

/** The narrowest arrangement of a column that has no more than a number of rows, as far as that is possible. */
function shelvesOf(clusters: readonly Cluster[], cards: ReadonlyMap<string, Card>, rows: number): Shelf[] {
  const items = clusters.map(({ nodes, folded, reader }): Item[] => [
    ...nodes.map(({ unit }) => ({ card: cards.get(formatUnit(unit))! })),
    ...(folded === null ? [] : [{ reader: reader!, words: folded }]),
  ]);
  const most = items.reduce((sum, { length }) => sum + length, 0);
  for (let across = 1; across < most; across++) {
    const shelves = shelved(clusters, items, across);
    if (shelves.reduce((sum, [first]) => sum + first!.rows.length, 0) <= rows) return shelves;
  }
  return shelved(clusters, items, Math.max(1, most));
}

function shelved(clusters: readonly Cluster[], items: readonly (readonly Item[])[], across: number): Shelf[] {
  const shelves: Block[][] = [];
  let free = 0;
  items.forEach((list, i) => {
    if (list.length === 0) return;
    const reader = clusters[i]!.reader;
    const rows = Array.from({ length: Math.ceil(list.length / across) }, (_, r) =>
      list.slice(r * across, (r + 1) * across),
    );
    if (rows.length === 1 && list.length <= free) {
      shelves.at(-1)!.push({ rows, reader });
      free -= list.length;
    } else {
      shelves.push([{ rows, reader }]);
      free = rows.length === 1 ? across - list.length : 0;
    }
  });
  return shelves;
}

/** Places for all cards; the lanes are first one line wide, then as wide as their edges need. */
function placed(of: Circuit, columns: readonly (readonly Shelf[])[]): CircuitLayout {
  const first = positions(columns, () => apart.lane);
  const { uses } = routesOf(of.edges, first.cards, first.columns);
  const widths = (column: number, lane: number): number =>
    Math.max(apart.lane, (uses.get(laneKey(column, lane)) ?? 0) + 8);
  const { cards, folds, panels, columns: extents, width, height } = positions(columns, widths);
  return { width, height, cards, folds, panels, routes: routesOf(of.edges, cards, extents).routes };
}

function positions(columns: readonly (readonly Shelf[])[], lane: (column: number, row: number) => number) {
  const rowHeight = (row: readonly Item[]): number => Math.max(...row.map(heightOf));
  const rowWidth = (row: readonly Item[]): number =>
    row.reduce((sum, item) => sum + widthOf(item) + apart.cards, -apart.cards);
  // Every row with the lane below it; a shelf of several blocks has one row.
  const measured = columns.map((shelves, c) => {
    let row = 0;
    return shelves.map((blocks) => {
      const count = blocks[0]!.rows.length;
      const heights = Array.from({ length: count }, (_, r) => {
        row++;
        return Math.max(...blocks.map(({ rows }) => rowHeight(rows[r]!))) + lane(c, row);
      });
      const width = blocks.reduce(
        (sum, { rows }) => sum + Math.max(...rows.map(rowWidth)) + apart.clusters,
        -apart.clusters,
      );
      return { blocks, heights, width, height: heights.reduce((sum, h) => sum + h, 0) };
    });
  });
  const total = (c: number): number =>
    lane(c, 0) + measured[c]!.reduce((sum, { height }) => sum + height + apart.shelves, -apart.shelves);
  const height = Math.max(...measured.map((_, c) => total(c)));
  const widths = measured.map((shelves) => Math.max(0, ...shelves.map(({ width }) => width)));
  const cards: PlacedCard[] = [];
  const folds: PlacedFold[] = [];
  const panels: Box[] = [];
  const extents: Column[] = [];
  const middles = new Map<string, number>();
  for (let c = columns.length - 1; c >= 0; c--) {
    const x0 = widths.slice(0, c).reduce((sum, w) => sum + w + apart.columns, inset.x);
    const shelves = measured[c]!;
    const tops = spread(
      shelves.map(({ blocks, height: h }) => ({ height: h, wish: wishOf(blocks, middles) ?? height / 2 })),
      { from: lane(c, 0), to: height, gap: apart.shelves },
    );
    const lanes = [tops.length > 0 ? tops[0]! - lane(c, 0) / 2 : height / 2];
    const several = new Set(shelves.flatMap(({ blocks }) => blocks.map(({ reader }) => reader))).size > 1;
    let row = 0;
    shelves.forEach(({ blocks, heights, width }, s) => {
      // A narrow shelf stands at the right of its column, near what reads it.
      let x = x0 + widths[c]! - width;
      const counts = heights.map((_, r) => blocks.reduce((sum, { rows }) => sum + (rows[r]?.length ?? 0), 0));
      const indices = heights.map(() => 0);
      for (const { rows, reader } of blocks) {
        let y = tops[s]!;
        const wide = Math.max(...rows.map(rowWidth));
        rows.forEach((items, r) => {
          let at = x;
          for (const item of items) {
            const index = indices[r]!++;
            if ("card" in item) {
              const free = { left: index === 0, right: index === counts[r]! - 1 };
              cards.push({ ...item.card, x: at, y, column: c, row: row + r, free });
              middles.set(item.card.name, y + item.card.picture.height / 2);
            } else folds.push({ x: at, y, ...fold, reader: item.reader, words: item.words });
            at += widthOf(item) + apart.cards;
          }
          y += heights[r]!;
        });
        if (several) {
          const last = Math.max(...rows.at(-1)!.map(heightOf));
          const tall = heights.slice(0, -1).reduce((sum, h) => sum + h, 0) + last;
          panels.push({
            x: x - inset.x,
            y: tops[s]! - inset.y,
            width: wide + 2 * inset.x,
            height: tall + 10,
          });
        }
        x += wide + apart.clusters;
      }
      let below = tops[s]!;
      heights.forEach((h) => {
        row++;
        below += h;
        lanes.push(below - lane(c, row) / 2);
      });
    });
    extents[c] = { x: x0, width: widths[c]!, lanes };
  }
  const width = widths.reduce((sum, w) => sum + w + apart.columns, 2 * inset.x - apart.columns);
  return { cards, folds, panels, columns: extents, width, height };
}

/** The mean height of the readers of a shelf. */
function wishOf(blocks: Shelf, middles: ReadonlyMap<string, number>): number | undefined {
  const known = blocks.flatMap(({ reader }) => (reader === null ? [] : (middles.get(reader) ?? [])));
  return known.length > 0 ? known.reduce((sum, y) => sum + y, 0) / known.length : undefined;
}

/** Tops of boxes in a range, in their order, each as near to its wish as the others leave room for. */
function spread(
  boxes: readonly { readonly height: number; readonly wish: number }[],
  { from, to, gap }: { readonly from: number; readonly to: number; readonly gap: number },
): number[] {
  const tops: number[] = [];
  boxes.forEach(({ height, wish }, i) => {
    const least = i === 0 ? from : tops[i - 1]! + boxes[i - 1]!.height + gap;
    tops.push(Math.max(least, wish - height / 2));
  });
  for (let i = boxes.length - 1, most = to; i >= 0; i--) {
    tops[i] = Math.min(tops[i]!, most - boxes[i]!.height);
    most = tops[i]! - gap;
  }
  return tops;
}
