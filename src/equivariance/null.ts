/**
 * Weights in which there is nothing to find, but which look alike otherwise:
 *
 *   shuffle   every kernel goes to another place of the block and is turned or mirrored at random: same norms, same shapes
 *   mix       every unit becomes a random direction of its layer's space (a random orthogonal mixture of all units): same
 *             covariance of all weights, colours included, but no privileged units
 *   turn      every unit's answers to every stimulus are moved by a random element of the group: same tuning, no agreement
 *
 * Of wide filters only some slots are drawn. That makes chance matches likelier than they are in the whole, never rarer.
 */
import type { Random } from "../core/random.js";
import { act, type Filters } from "./filters.js";
import type { Group } from "./group.js";
import { type KernelSize, kernelAction } from "./kernel-action.js";
import { kernelPool } from "./kernel-pool.js";

/** A way to draw weights without structure. */
export type NullModel = "shuffle" | "mix" | "turn";

/** Filters of more numbers than this are drawn in part; of many units fewer, since the pairs are many. */
const enough = (units: number): number => Math.max(200, Math.min(400, Math.round(102_400 / units)));

/** One draw. */
export function drawNull(
  filters: Filters,
  model: NullModel,
  { random, moves }: { readonly random: Random; readonly moves: readonly Int32Array[] },
): Filters {
  if (model === "mix") return mixed(filters, random);
  if (model === "turn") return turnedApart(filters, random);
  return shuffled(filters, random, moves);
}

function shuffled(filters: Filters, random: Random, moves: readonly Int32Array[]): Filters {
  const { units, taps, data } = filters;
  const thin = someSlots(filters, random);
  if (thin !== filters) return strongest(filters, thin, { random, moves });
  const entries = Int32Array.from({ length: units * filters.slots }, (_, i) => i);
  const out = new Float32Array(units * thin.slots * taps);
  for (let i = 0; i < units * thin.slots; i++) {
    const other = i + random.int(entries.length - i);
    [entries[i], entries[other]] = [entries[other]!, entries[i]!];
    const move = random.pick(moves);
    for (let tap = 0; tap < taps; tap++) out[i * taps + tap] = data[entries[i]! * taps + move[tap]!]!;
  }
  return { ...thin, data: out };
}

/**
 * A part of filters that read only a few of their slots strongly would hold next to nothing. So each drawn filter gets as
 * many kernels as a filter has in effect, (Σ e)² / Σ e² of their energies e, each drawn by its energy.
 */
function strongest(
  { units, slots, taps, data }: Filters,
  thin: Filters,
  { random, moves }: { readonly random: Random; readonly moves: readonly Int32Array[] },
): Filters {
  const pool = kernelPool(data, taps);
  let inEffect = 0;
  for (let unit = 0; unit < units; unit++) {
    const energies = pool.energies.subarray(unit * slots, (unit + 1) * slots);
    const squares = energies.reduce((sum, e) => sum + e ** 2, 0);
    if (squares > 0) inEffect += energies.reduce((sum, e) => sum + e, 0) ** 2 / squares / units;
  }
  const wanted = Math.min(thin.slots, Math.ceil(inEffect));
  const places = Array.from({ length: thin.slots }, (_, slot) => slot);
  const out = new Float32Array(units * thin.slots * taps);
  for (let unit = 0; unit < units; unit++) {
    for (let i = 0; i < wanted; i++) {
      const other = i + random.int(places.length - i);
      [places[i], places[other]] = [places[other]!, places[i]!];
      const kernel = pool.draw(random);
      const move = random.pick(moves);
      const at = (unit * thin.slots + places[i]!) * taps;
      for (let tap = 0; tap < taps; tap++) out[at + tap] = data[kernel * taps + move[tap]!]!;
    }
  }
  return { ...thin, data: out };
}

/**
 * How null draws turn and mirror kernels. Where a filter has several, their change of places breaks what there was, and they
 * are turned as the group turns them: other turns would make matches rarer than they are by chance. A filter of one or two
 * kernels is broken only by turns that the group does not know.
 */
export function nullMoves(size: KernelSize, slots: number, group: Group): Int32Array[] {
  const all = squareMoves(size);
  if (slots < 3) return all;
  const own = Array.from({ length: group.order }, (_, g) => kernelAction(group.transformation(g), size));
  const taps = size.height * size.width;
  const known = all.filter((move) =>
    own.some((map) => map && [...move].every((from, tap) => map[tap * taps + from] === 1)),
  );
  return [all[0]!, ...known];
}

/** For each symmetry of the grid, which tap comes to each tap. */
export function squareMoves(size: KernelSize): Int32Array[] {
  const turns = size.height === size.width ? [0, 90, 180, 270] : [0, 180];
  return turns.flatMap((degrees) =>
    [false, true].map((mirror) => {
      const taps = size.height * size.width;
      const map = kernelAction({ mirror, degrees }, size);
      return Int32Array.from({ length: taps }, (_, tap) =>
        map ? map.subarray(tap * taps, (tap + 1) * taps).indexOf(1) : tap,
      );
    }),
  );
}

/** Whole orbits of slots, drawn until there are enough numbers. */
function someSlots(filters: Filters, random: Random): Filters {
  const { slots, taps, actions } = filters;
  const wanted = enough(filters.units);
  if (slots * taps <= wanted || actions.some(({ colors }) => colors)) return filters;
  const rest = Array.from({ length: slots }, (_, slot) => slot);
  const chosen: number[] = [];
  const taken = new Set<number>();
  while (chosen.length * taps < wanted && rest.length > 0) {
    const at = random.int(rest.length);
    const [seed] = rest.splice(at, 1);
    for (const { to } of actions) {
      const slot = to ? to[seed!]! : seed!;
      if (slot < 0 || taken.has(slot)) continue;
      taken.add(slot);
      chosen.push(slot);
    }
  }
  const place = new Map(chosen.map((slot, i) => [slot, i]));
  return {
    ...filters,
    slots: chosen.length,
    still: filters.still && Uint8Array.from(chosen, (slot) => filters.still![slot]!),
    actions: actions.map((action) => ({
      ...action,
      to: action.to && Int32Array.from(chosen, (slot) => place.get(action.to![slot]!) ?? -1),
    })),
  };
}

function mixed(filters: Filters, random: Random): Filters {
  const { units, data } = filters;
  const length = data.length / units;
  const rotation = randomOrthogonal(units, random);
  const out = new Float32Array(data.length);
  for (let row = 0; row < units; row++) {
    for (let unit = 0; unit < units; unit++) {
      const weight = rotation[row]![unit]!;
      for (let i = 0; i < length; i++) out[row * length + i]! += weight * data[unit * length + i]!;
    }
  }
  return { ...filters, data: out };
}

/** Orthonormal rows, uniform over all such: Gram and Schmidt on normal draws. */
function randomOrthogonal(n: number, random: Random): Float64Array[] {
  const rows: Float64Array[] = [];
  for (let i = 0; i < n; i++) {
    const row = Float64Array.from({ length: n }, () => random.normal());
    for (const done of rows) {
      let along = 0;
      for (let k = 0; k < n; k++) along += row[k]! * done[k]!;
      for (let k = 0; k < n; k++) row[k]! -= along * done[k]!;
    }
    const length = Math.hypot(...row);
    rows.push(row.map((value) => value / length));
  }
  return rows;
}

function turnedApart(filters: Filters, random: Random): Filters {
  const { units, slots, taps, actions } = filters;
  const versions = actions.map((action) => act(filters, action));
  const orbit = orbits(filters);
  const out = new Float32Array(filters.data.length);
  for (let unit = 0; unit < units; unit++) {
    const element = new Map<number, number>();
    for (let slot = 0; slot < slots; slot++) {
      const g = element.get(orbit[slot]!) ?? random.int(actions.length);
      element.set(orbit[slot]!, g);
      const at = (unit * slots + slot) * taps;
      out.set(versions[g]!.subarray(at, at + taps), at);
    }
  }
  return { ...filters, data: out };
}

/** The orbit each slot belongs to, as its least slot. */
function orbits({ slots, actions }: Filters): Int32Array {
  return Int32Array.from({ length: slots }, (_, slot) =>
    Math.min(...actions.map(({ to }) => (to ? to[slot]! : slot)).filter((target) => target >= 0)),
  );
}
