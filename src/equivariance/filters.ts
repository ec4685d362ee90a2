/**
 * What each unit reads, in the form in which a group acts on it. A unit's filter has one kernel per slot: an input, or the
 * place of a member in a family of inputs. A group element moves the slots of a family and turns the kernel in each:
 *
 *     (ρ(g) w)[slot g·s] = R(g) w[s]          so that a family of units is   w[member] = ρ(element) template
 *
 * Slots whose counterpart is missing (a hole in the family below) go nowhere, and scores leave them out.
 */

import { formatUnit } from "../core/unit.js";
import type { Block } from "./block.js";
import { type Family, isInvariant } from "./family.js";
import { type Group, type GroupTable, times } from "./group.js";
import { colorAction, type KernelChange, kernelChanges } from "./kernel-action.js";

/** Filters of units: `data[(unit · slots + slot) · taps + tap]`, and what each element of the group does to one. */
export interface Filters {
  readonly units: number;
  readonly slots: number;
  readonly taps: number;
  readonly data: Float32Array;
  readonly actions: readonly FilterAction[];
  /** 1 for slots whose input stays in place whatever the group does; `null` where all do. */
  readonly still: Uint8Array | null;
}

/** What one element does to a filter; its sign is that of the kernels in slots that stay in place. */
export interface FilterAction extends KernelChange {
  /** The slot each slot goes to, −1 for nowhere; `null` where all stay. */
  readonly to: Int32Array | null;
  /** Map of the three colours, which are the slots. */
  readonly colors: Float64Array | null;
}

/** Filters whose inputs the group leaves in place: the image, or inputs of which nothing is known. */
export function fixedFilters(block: Block, group: Group): Filters {
  const actions = kernelChanges(group, block).map((change, element) => ({
    ...change,
    to: null,
    colors: block.image ? colorAction(group.transformation(element)) : null,
  }));
  return {
    units: block.outputs.length,
    slots: block.inputs.length,
    taps: block.height * block.width,
    data: block.data,
    actions,
    still: null,
  };
}

/** Filters over families of inputs, and the share of the weights' energy that they hold. */
export function familyFilters(
  block: Block,
  families: readonly Family[],
  { group, table }: { readonly group: Group; readonly table: GroupTable },
): { readonly filters: Filters; readonly covered: number } {
  const place = new Map(block.inputs.map((unit, i) => [formatUnit(unit), i]));
  const slots: number[][] = [];
  const still: number[] = [];
  const targets: number[][] = Array.from({ length: group.order }, () => []);
  for (const family of families) {
    const members = family.members.filter(({ unit }) => place.has(formatUnit(unit)));
    // A member that is its own copy under the stabiliser stands for a whole coset: element · stabiliser.
    const slotOf = new Map<number, number>();
    for (const { unit, element } of members) {
      let slot = slotOf.get(element);
      if (slot === undefined) {
        slot = slots.push([]) - 1;
        still.push(isInvariant(family, table.order) ? 1 : 0);
        for (const s of family.stabiliser) slotOf.set(times(table, element, s), slot);
      }
      slots[slot]!.push(place.get(formatUnit(unit))!);
    }
    for (const slot of new Set(slotOf.values())) {
      const element = [...slotOf].find(([, at]) => at === slot)![0];
      for (let g = 0; g < group.order; g++) targets[g]!.push(slotOf.get(times(table, g, element)) ?? -1);
    }
  }
  const taps = block.height * block.width;
  const data = new Float32Array(block.outputs.length * slots.length * taps);
  let energy = 0;
  block.outputs.forEach((_, o) => {
    slots.forEach((inputs, slot) => {
      for (const i of inputs) {
        for (let tap = 0; tap < taps; tap++) {
          // Duplicates share a slot: their sum, at the size of one.
          data[(o * slots.length + slot) * taps + tap]! +=
            block.data[(o * block.inputs.length + i) * taps + tap]! / Math.sqrt(inputs.length);
          energy += block.data[(o * block.inputs.length + i) * taps + tap]! ** 2;
        }
      }
    });
  });
  const actions = kernelChanges(group, block).map((change, element) => ({
    ...change,
    to: Int32Array.from(targets[element]!),
    colors: null,
  }));
  const total = block.data.reduce((sum, w) => sum + w * w, 0);
  return {
    filters: { units: block.outputs.length, slots: slots.length, taps, data, actions, still: Uint8Array.from(still) },
    covered: total === 0 ? 0 : energy / total,
  };
}

/** The filters of all units after a group element. */
export function act(
  { units, slots, taps, data, still }: Filters,
  { to, taps: map, colors, sign }: FilterAction,
): Float32Array {
  const mixed = colors ? mixColors(data, colors, taps) : data;
  const out = new Float32Array(data.length);
  for (let unit = 0; unit < units; unit++) {
    for (let slot = 0; slot < slots; slot++) {
      const target = to ? to[slot]! : slot;
      if (target < 0) continue;
      const read = (unit * slots + slot) * taps;
      const write = (unit * slots + target) * taps;
      const gain = !still || still[slot] === 1 ? sign : 1;
      for (let row = 0; row < taps; row++) {
        let sum = 0;
        if (map) for (let tap = 0; tap < taps; tap++) sum += map[row * taps + tap]! * mixed[read + tap]!;
        else sum = mixed[read + row]!;
        out[write + row] = gain * sum;
      }
    }
  }
  return out;
}

function mixColors(data: Float32Array, colors: Float64Array, taps: number): Float32Array {
  const out = new Float32Array(data.length);
  for (let at = 0; at < data.length; at += 3 * taps) {
    for (let c = 0; c < 3; c++) {
      for (let tap = 0; tap < taps; tap++) {
        let sum = 0;
        for (let d = 0; d < 3; d++) sum += colors[3 * c + d]! * data[at + d * taps + tap]!;
        out[at + c * taps + tap] = sum;
      }
    }
  }
  return out;
}
