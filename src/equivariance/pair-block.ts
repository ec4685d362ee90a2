/** The kernels between two families, cut out of a block. */
import { formatUnit } from "../core/unit.js";
import type { Block } from "./block.js";
import type { Family } from "./family.js";

/** One side of a pair: where its units are in the block, their elements, and what leaves them alike. */
export interface Side {
  readonly places: readonly number[];
  readonly elements: readonly number[];
  readonly stabiliser: readonly number[];
}

/** The kernels between two families: `data[(target · sources + source) · taps + tap]`. */
export interface PairBlock {
  readonly height: number;
  readonly width: number;
  readonly data: Float32Array;
  readonly source: Side;
  readonly target: Side;
}

/** Cuts the kernels between two families out of a block. */
export function pairBlock(
  block: Block,
  { source, target }: { readonly source: Family; readonly target: Family },
): PairBlock {
  const taps = block.height * block.width;
  const from = sideOf(source, block.inputs);
  const to = sideOf(target, block.outputs);
  const data = new Float32Array(from.places.length * to.places.length * taps);
  to.places.forEach((o, t) => {
    from.places.forEach((i, s) => {
      const at = (o * block.inputs.length + i) * taps;
      data.set(block.data.subarray(at, at + taps), (t * from.places.length + s) * taps);
    });
  });
  return { height: block.height, width: block.width, data, source: from, target: to };
}

/** Where the members of a family are among units. */
export function sideOf({ members, stabiliser }: Family, units: Block["inputs"]): Side {
  const place = new Map(units.map((unit, i) => [formatUnit(unit), i]));
  const present = members.filter(({ unit }) => place.has(formatUnit(unit)));
  return {
    places: present.map(({ unit }) => place.get(formatUnit(unit))!),
    elements: present.map(({ element }) => element),
    stabiliser,
  };
}
