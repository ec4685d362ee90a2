/** Which units are looked at: some by name, or whole layers; and the targets a plan needs for them, one per layer. */
import { LensError } from "../core/errors.js";
import { channelsOf } from "../core/shape.js";
import { formatUnit, type Unit, type UnitLike } from "../core/unit.js";
import type { Target } from "../engine/plan.js";
import { type Network, resolveUnit } from "../network/network.js";

/**
 * Units of a network: one or many, and names of layers for all of their units.
 *
 * @public
 */
export type UnitsLike = UnitLike | string | readonly (UnitLike | string)[];

/** Units of one layer, in ascending order of channel. */
export interface LayerUnits {
  readonly layer: string;
  /** The channels looked at. */
  readonly channels: readonly number[];
  /** The place of each in the list of units. */
  readonly places: readonly number[];
}

/**
 * The units meant, in the order asked for, and by layer.
 *
 * @throws LensError `unknown-layer` or `bad-unit`; `bad-argument` for none, or one asked for twice.
 */
export function resolveUnits(
  net: Network,
  asked: UnitsLike,
): { units: readonly Unit[]; layers: readonly LayerUnits[] } {
  const list = Array.isArray(asked) ? ([...asked] as readonly (UnitLike | string)[]) : [asked as UnitLike | string];
  const units = list.flatMap((each) => unitsOf(net, each));
  if (units.length === 0) throw new LensError("bad-argument", "no units were given; give at least one unit or layer");
  const names = new Set<string>();
  const layers = new Map<string, { channel: number; place: number }[]>();
  units.forEach((unit, place) => {
    const name = formatUnit(unit);
    if (names.has(name)) throw new LensError("bad-argument", `the unit ${name} was asked for twice; give it once`);
    names.add(name);
    layers.set(unit.layer, [...(layers.get(unit.layer) ?? []), { channel: unit.channel, place }]);
  });
  return {
    units,
    layers: [...layers].map(([layer, members]) => {
      const sorted = members.toSorted((a, b) => a.channel - b.channel);
      return { layer, channels: sorted.map((m) => m.channel), places: sorted.map((m) => m.place) };
    }),
  };
}

/** The plan's target for a layer's units: without a list of channels where all are wanted. */
export function targetOf(net: Network, { layer, channels }: LayerUnits, preActivation: boolean): Target {
  const all = channels.length === channelsOf(net.layer(layer).output);
  return { layer, preActivation, channels: all ? undefined : channels };
}

function unitsOf(net: Network, asked: UnitLike | string): Unit[] {
  // A layer's name may itself hold a colon and a number: a name that is a layer's comes first.
  const isLayer = typeof asked === "string" && (!/:\d+$/.test(asked) || net.layers.some((l) => l.name === asked));
  if (!isLayer) return [resolveUnit(net, asked)];
  const { name, output } = net.layer(asked as string);
  return Array.from({ length: channelsOf(output) }, (_, channel) => ({ layer: name, channel }));
}
