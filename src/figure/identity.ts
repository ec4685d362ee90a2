/**
 * What an element of a figure shows, as attributes that a page can read and style: `data-unit` on a unit, `data-from` and
 * `data-to` on a kernel or an edge, and a class for each kind.
 */
import type { Sign } from "../core/kernel.js";
import { formatUnit, type Unit } from "../core/unit.js";
import { type Mark, mark } from "./mark.js";

/** The marks of a unit as one element; the words appear when a pointer rests on it. */
export function unitGroup(unit: Unit, marks: readonly Mark[], words: string = formatUnit(unit)): Mark {
  return mark("g", { class: "unit", "data-unit": formatUnit(unit) }, mark("title", {}, words), ...marks);
}

/** The marks of a kernel as one element. */
export function kernelGroup({ from, to }: { readonly from: Unit; readonly to: Unit }, marks: readonly Mark[]): Mark {
  const words = `${formatUnit(from)} to ${formatUnit(to)}`;
  return mark("g", { class: "kernel", ...ends(from, to) }, mark("title", {}, words), ...marks);
}

/** Attributes of an edge. */
export function edgeAttributes(
  { from, to }: { readonly from: Unit; readonly to: Unit },
  sign: Sign,
): Record<string, string> {
  return { class: `edge ${sign}`, ...ends(from, to) };
}

const ends = (from: Unit, to: Unit): Record<string, string> => ({
  "data-from": formatUnit(from),
  "data-to": formatUnit(to),
});
