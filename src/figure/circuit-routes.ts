/** The ways of edges between the cards of a diagram: level in the lanes between rows of cards, curved between columns. */
import type { CircuitEdge } from "../circuit/circuit.js";
import { formatUnit } from "../core/unit.js";
import type { Card } from "./circuit-cards.js";
import type { Point } from "./link.js";

/** A card at its place. */
export interface PlacedCard extends Card {
  readonly x: number;
  readonly y: number;
  readonly column: number;
  /** Its row in the column; the lane of row r is the column's lane r + 1. */
  readonly row: number;
  /** Whether nothing stands beside it in its row. */
  readonly free: { readonly left: boolean; readonly right: boolean };
}

/** A column with its extent and the heights at which edges may cross it. */
export interface Column {
  readonly x: number;
  readonly width: number;
  /** The middle of the lane above all rows, then of that below each row. */
  readonly lanes: readonly number[];
}

/** An edge with the points it passes, the first and the last at cards. */
export interface Route {
  readonly edge: CircuitEdge;
  readonly points: readonly Point[];
  /** Pixels: as wide as its share, the largest 5; the terms of a sum and the factors of a product 2. */
  readonly width: number;
}

/** Least room of an edge in a lane, in pixels. */
const step = 4;
/** Room beside a card in which an edge turns into a lane. */
const turn = 16;

/** Name of a lane. */
export const laneKey = (column: number, lane: number): string => `${column} ${lane}`;

/** The ways of all edges, and how many pixels the edges in each lane take. */
export function routesOf(
  edges: readonly CircuitEdge[],
  cards: readonly PlacedCard[],
  columns: readonly Column[],
): { readonly routes: readonly Route[]; readonly uses: ReadonlyMap<string, number> } {
  const byName = new Map(cards.map((card) => [card.name, card]));
  const started = edges.map((edge) => {
    const [from, to] = [byName.get(formatUnit(edge.from))!, byName.get(formatUnit(edge.to))!];
    return { edge, from, to, start: startOf(edge, from) };
  });
  const largest = Math.max(0, ...edges.map(({ relation, share }) => (relation === "weights" ? share : 0)));
  const widthOf = ({ relation, share }: CircuitEdge): number =>
    relation === "weights" ? Math.max(1, largest > 0 ? (5 * share) / largest : 0) : 2;
  const ends = started.map((each) => {
    const siblings = started.filter(({ to }) => to === each.to).sort((a, b) => a.start[1] - b.start[1]);
    return { ...each, end: endOf(each.edge, each.to, (siblings.indexOf(each) + 0.5) / siblings.length) };
  });
  // Edges that leave from higher up use the upper part of a lane.
  const planned = ends
    .map((each) => ({
      ...each,
      width: widthOf(each.edge),
      room: Math.max(step, widthOf(each.edge) + 2),
      lanes: lanesOf(each, columns),
    }))
    .sort((a, b) => a.start[1] - b.start[1] || a.end[1] - b.end[1]);
  const uses = new Map<string, number>();
  for (const { room, lanes } of planned) {
    for (const { column, lane } of lanes) {
      const key = laneKey(column, lane);
      uses.set(key, (uses.get(key) ?? 0) + room);
    }
  }
  const taken = new Map<string, number>();
  const routes = planned.map(({ edge, from, to, start, end, lanes, width, room }): Route => {
    const heights = new Map(
      lanes.map(({ column, lane }) => {
        const key = laneKey(column, lane);
        const before = taken.get(key) ?? 0;
        taken.set(key, before + room);
        return [column, columns[column]!.lanes[lane]! + before + (room - uses.get(key)!) / 2];
      }),
    );
    return { edge, points: pointsOf({ from, to, start, end }, heights, columns), width };
  });
  return { routes, uses };
}

interface Ends {
  readonly from: PlacedCard;
  readonly to: PlacedCard;
  readonly start: Point;
  readonly end: Point;
}

/** The lane an edge takes in each column it cannot cross straight. */
function lanesOf({ from, to, start, end }: Ends, columns: readonly Column[]): { column: number; lane: number }[] {
  const lanes = from.free.right ? [] : [{ column: from.column, lane: from.row + 1 }];
  for (let column = from.column + 1; column < to.column; column++) {
    const { x, width, lanes: heights } = columns[column]!;
    const share = (x + width / 2 - start[0]) / (end[0] - start[0]);
    const wish = start[1] + share * (end[1] - start[1]);
    const lane = heights.reduce((best, y, i) => (Math.abs(y - wish) < Math.abs(heights[best]! - wish) ? i : best), 0);
    lanes.push({ column, lane });
  }
  if (!to.free.left) lanes.push({ column: to.column, lane: to.row + 1 });
  return lanes;
}

function pointsOf(
  { from, to, start, end }: Ends,
  heights: ReadonlyMap<number, number>,
  columns: readonly Column[],
): Point[] {
  const points: Point[] = [start];
  const level = (x0: number, x1: number, y: number): void => {
    points.push([x0, y], [x1, y]);
  };
  const right = columns[from.column]!.x + columns[from.column]!.width;
  const own = heights.get(from.column);
  if (own === undefined) points.push([Math.max(right, start[0]), start[1]]);
  else level(from.x + from.width + turn, right, own);
  for (let c = from.column + 1; c < to.column; c++)
    level(columns[c]!.x, columns[c]!.x + columns[c]!.width, heights.get(c)!);
  const theirs = heights.get(to.column);
  if (theirs === undefined) points.push([Math.min(columns[to.column]!.x, end[0]), end[1]]);
  else level(columns[to.column]!.x, to.x - turn, theirs);
  points.push(end);
  return points;
}

/** At the kernel beside the unit, or at the middle of its picture. */
function startOf(edge: CircuitEdge, { x, y, picture, slots, right }: PlacedCard): Point {
  const slot = slots.find((each) => !each.incoming && each.edge === edge);
  if (!slot) return [x + right, y + picture.height / 2];
  // Kernels beside each other leave at heights of their own.
  const inRow = slots.filter((each) => !each.incoming && each.tile.y === slot.tile.y);
  const shift = (inRow.indexOf(slot) - (inRow.length - 1) / 2) * step;
  return [x + right, y + slot.tile.y + slot.tile.height / 2 + shift];
}

/** At the kernel beside the reader, or at a share of the height of its picture. */
function endOf(edge: CircuitEdge, { x, y, picture, slots }: PlacedCard, share: number): Point {
  const slot = slots.find((each) => each.incoming && each.edge === edge);
  if (slot) return [x, y + slot.tile.y + slot.tile.height / 2];
  return [x + picture.x, y + picture.height * (0.15 + 0.7 * share)];
}
