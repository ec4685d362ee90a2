/**
 * The card of a unit in a diagram of a circuit: its picture, its name below, and beside it the kernels of its edges, each with
 * its share. Every part has a box of its own inside the card, so that cards that are apart overlap in nothing.
 */
import type { Circuit, CircuitEdge, CircuitNode } from "../circuit/circuit.js";
import { formatUnit } from "../core/unit.js";
import { percent } from "./inputs.js";

/** A rectangle. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A kernel beside a picture. */
export interface Slot {
  readonly edge: CircuitEdge;
  /** Whether it is at the unit that reads, on the left of the picture. */
  readonly incoming: boolean;
  /** The tile, within the card. */
  readonly tile: Box;
  /** The share below it. */
  readonly words: Box;
}

/** A unit with what is drawn around it; places are within the card. */
export interface Card {
  readonly node: CircuitNode;
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly picture: Box;
  /** Right end of the picture and the kernels; the name may reach further. */
  readonly right: number;
  readonly slots: readonly Slot[];
  readonly label: Box;
  /** A line below the name. */
  readonly note: { readonly words: string; readonly box: Box } | null;
}

/** Sizes of the text on a card. */
export const cardText = { name: 10.5, note: 9.5, share: 9 } as const;

const gap = 6;
/** Least room for a name. */
const nameWidth = 112;

/**
 * Whether an edge's kernel stands beside the unit it comes from. A unit with more readers than the reader has inputs would be
 * buried in kernels; they stand beside the readers then.
 */
export function atSource({ edges }: Circuit, { from, to }: CircuitEdge): boolean {
  const [source, target] = [formatUnit(from), formatUnit(to)];
  const readers = edges.filter((edge) => formatUnit(edge.from) === source).length;
  return readers <= edges.filter((edge) => formatUnit(edge.to) === target).length;
}

/** The card of a unit whose picture has a side. */
export function cardOf(of: Circuit, node: CircuitNode, side: number): Card {
  const name = formatUnit(node.unit);
  const incoming = of.edges.filter((edge) => formatUnit(edge.to) === name);
  const left = slotsOf(
    incoming.filter((edge) => !atSource(of, edge)),
    { side, incoming: true },
  );
  const right = slotsOf(
    of.edges.filter((edge) => formatUnit(edge.from) === name && atSource(of, edge)),
    { side, incoming: false },
  );
  const x = left.width > 0 ? left.width + gap : 0;
  const end = x + side + (right.width > 0 ? gap + right.width : 0);
  const width = Math.max(end, x + nameWidth);
  const shown = incoming.reduce((sum, { share }) => sum + share, 0);
  const box = (y: number, height: number): Box => ({ x, y, width: width - x, height });
  return {
    node,
    name,
    width,
    height: side + (incoming.length > 0 ? 30 : 18),
    picture: { x, y: 0, width: side, height: side },
    right: end,
    slots: [...left.slots, ...right.slots.map((slot) => shifted(slot, x + side + gap))],
    label: box(side + 3, 14),
    note: incoming.length > 0 ? { words: `inputs shown: ${percent(shown, 0)}`, box: box(side + 17, 12) } : null,
  };
}

function shifted(slot: Slot, by: number): Slot {
  return { ...slot, tile: { ...slot.tile, x: slot.tile.x + by }, words: { ...slot.words, x: slot.words.x + by } };
}

/** Kernels in a grid as high as the picture at most: one of them large, several small. */
function slotsOf(
  edges: readonly CircuitEdge[],
  { side, incoming }: { readonly side: number; readonly incoming: boolean },
): { readonly slots: readonly Slot[]; readonly width: number } {
  if (edges.length === 0) return { slots: [], width: 0 };
  const tile = edges.length === 1 ? Math.min(52, Math.round(0.56 * side)) : Math.round(0.32 * side);
  const cell = { width: Math.max(tile, 34) + 4, height: tile + 13 };
  const rows = Math.min(edges.length, Math.max(1, Math.floor(side / cell.height)));
  const columns = Math.ceil(edges.length / rows);
  const top = (side - rows * cell.height) / 2;
  const slots = edges.map((edge, i): Slot => {
    const [x, y] = [Math.floor(i / rows) * cell.width, top + (i % rows) * cell.height];
    return {
      edge,
      incoming,
      tile: { x: x + (cell.width - tile) / 2, y, width: tile, height: tile },
      words: { x, y: y + tile + 1, width: cell.width, height: 11 },
    };
  });
  return { slots, width: columns * cell.width };
}
