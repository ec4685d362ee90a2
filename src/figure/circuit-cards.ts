/**
 * The card of a unit in a diagram of a circuit: its picture, its name below, and beside it the kernels of its edges, each with
 * its share. Every part has a box of its own inside the card, so that cards that are apart overlap in nothing.
 */
import type { Circuit, CircuitEdge, CircuitNode } from "../circuit/circuit.js";
import { formatUnit } from "../core/unit.js";
import { percent } from "./inputs.js";
import { textWidth } from "./text.js";

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
  /** The share below it; where there are several, also the channel of the unit at the other end. */
  readonly words: string;
  readonly label: Box;
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

/** The edges into and out of every unit of a circuit, and which of their kernels stand beside the unit that reads. */
export interface Ends {
  readonly into: ReadonlyMap<string, readonly CircuitEdge[]>;
  readonly outOf: ReadonlyMap<string, readonly CircuitEdge[]>;
  /**
   * Readers with their kernels beside them. Kernels stand beside the unit they come from, but one with more readers than a
   * reader has inputs would be buried in kernels.
   */
  readonly atReader: ReadonlySet<string>;
}

/** Both ends of all edges. */
export function endsOf({ edges }: Circuit): Ends {
  const into = groupedBy(edges, ({ to }) => formatUnit(to));
  const outOf = groupedBy(edges, ({ from }) => formatUnit(from));
  const buried = [...into].filter(([, inputs]) =>
    inputs.some(({ from }) => outOf.get(formatUnit(from))!.length > inputs.length),
  );
  return { into, outOf, atReader: new Set(buried.map(([name]) => name)) };
}

function groupedBy(edges: readonly CircuitEdge[], nameOf: (edge: CircuitEdge) => string): Map<string, CircuitEdge[]> {
  const groups = new Map<string, CircuitEdge[]>();
  for (const edge of edges) {
    const group = groups.get(nameOf(edge));
    if (group) group.push(edge);
    else groups.set(nameOf(edge), [edge]);
  }
  return groups;
}

/** The card of a unit whose picture has a side. */
export function cardOf({ into, outOf, atReader }: Ends, node: CircuitNode, side: number): Card {
  const name = formatUnit(node.unit);
  const incoming = into.get(name) ?? [];
  const left = slotsOf(atReader.has(name) ? incoming : [], { side, incoming: true });
  const right = slotsOf(
    (outOf.get(name) ?? []).filter(({ to }) => !atReader.has(formatUnit(to))),
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
  return { ...slot, tile: { ...slot.tile, x: slot.tile.x + by }, label: { ...slot.label, x: slot.label.x + by } };
}

/** Kernels in a grid as high as the picture at most: one of them large, several small. */
function slotsOf(
  edges: readonly CircuitEdge[],
  { side, incoming }: { readonly side: number; readonly incoming: boolean },
): { readonly slots: readonly Slot[]; readonly width: number } {
  if (edges.length === 0) return { slots: [], width: 0 };
  const tile = edges.length === 1 ? Math.min(52, Math.round(0.56 * side)) : Math.round(0.32 * side);
  const wordsOf = ({ from, to, share }: CircuitEdge): string =>
    edges.length === 1 ? percent(share) : `:${(incoming ? from : to).channel} ${percent(share)}`;
  const widest = Math.max(...edges.map((edge) => textWidth(wordsOf(edge), cardText.share)));
  const cell = { width: Math.ceil(Math.max(tile, widest)) + 4, height: tile + 13 };
  const rows = Math.min(edges.length, Math.max(1, Math.floor(side / cell.height)));
  const columns = Math.ceil(edges.length / rows);
  const top = (side - rows * cell.height) / 2;
  const slots = edges.map((edge, i): Slot => {
    const [x, y] = [Math.floor(i / rows) * cell.width, top + (i % rows) * cell.height];
    return {
      edge,
      incoming,
      tile: { x: x + (cell.width - tile) / 2, y, width: tile, height: tile },
      words: wordsOf(edge),
      label: { x, y: y + tile + 1, width: cell.width, height: 11 },
    };
  });
  return { slots, width: columns * cell.width };
}
