/**
 * A family along its group: members in the order of their elements, an empty cell where one is missing, duplicates below each
 * other. A group of two parts (hue × rotation) makes a grid. An arrow at the end says that the strip comes round.
 */
import { formatUnit } from "../core/unit.js";
import type { Family, FamilyMember } from "../equivariance/family.js";
import type { Group } from "../equivariance/group.js";
import { type Figure, fitted, grey, type Mark, mark, moved, text } from "./mark.js";
import { type Icons, unitCaption, unitIcon } from "./unit-icon.js";

/**
 * Options of `figure.family`.
 *
 * @public
 */
export interface FamilyFigureOptions {
  /**
   * Pictures of units, by name: what each looks for.
   *
   * @defaultValue none: the names alone
   */
  readonly icons?: Icons | undefined;
  /**
   * Elements in a row, for a grid: the order of the second part of a product.
   *
   * @defaultValue all in one row
   */
  readonly columns?: number | undefined;
  /**
   * Side of a picture in pixels.
   *
   * @defaultValue 72
   */
  readonly side?: number | undefined;
}

const margin = 24;
const gap = 10;

/**
 * The equivariant strip, or grid, of a family.
 *
 * @public
 */
export function family(of: Family, by: Group, options: FamilyFigureOptions = {}): Figure {
  const { icons = {}, columns = by.order, side = 72 } = options;
  const at = new Map<number, FamilyMember[]>();
  for (const element of of.holes) at.set(element, []);
  for (const member of of.members) at.set(member.element, [...(at.get(member.element) ?? []), member]);
  const places = [...at].sort(([a], [b]) => a - b);
  const grid = columns < by.order;
  // In one row, places that others stand for are left out; in a grid each keeps its column.
  const columnOf = (element: number, i: number): number => (grid ? element % columns : i);
  const rowOf = (element: number): number => (grid ? Math.floor(element / columns) : 0);
  const rows = grid ? Math.ceil(by.order / columns) : 1;
  const deepest = Math.max(1, ...places.map(([, members]) => members.length));
  const [across, down] = [side + gap, deepest * (side + 20) + 26];
  const used = grid ? columns : places.length;
  const width = Math.max(2 * margin + used * across + 20, 420);
  const title = `${of.layer}: ${of.members.length} units under ${of.group}`;
  const facts = [
    `affinity ${of.affinity.toFixed(2)}`,
    `p ${of.pValue.toPrecision(2)}`,
    ...(of.holes.length > 0 ? [`${of.holes.length} missing`] : []),
    ...(of.duplicates.length > 0 ? [`${of.duplicates.length} twice`] : []),
    ...(of.stabiliser.length > 1 ? [`comes round after ${by.order / of.stabiliser.length} of ${by.order}`] : []),
  ];
  const cells = places.flatMap(([element, members], i) => {
    const cell = { icons, side, id: `family-${element}` };
    const shown = members.length > 0 ? members : [null];
    const marks = shown.flatMap((member, k): Mark[] => [
      moved(0, k * (side + 20), ...unitIcon(member?.unit ?? null, { ...cell, id: `${cell.id}-${k}` })),
      ...(member ? [unitCaption(member.unit, side / 2, k * (side + 20) + side + 14)] : []),
    ]);
    const x = margin + columnOf(element, i) * across;
    const words = fitted(by.label(element), across, 11);
    return [
      moved(x, 66 + rowOf(element) * down, text(side / 2, 12, words, { size: 11, fill: grey, anchor: "middle" })),
      moved(x, 84 + rowOf(element) * down, ...marks),
    ];
  });
  return {
    width,
    height: 70 + rows * down + 34,
    title,
    description: `${title}; ${facts.join(", ")}. ${places.map(([element, members]) => `${by.label(element)}: ${members.map(({ unit }) => formatUnit(unit)).join(", ") || "none"}`).join("; ")}.`,
    marks: [
      text(margin, 30, fitted(title, width - 2 * margin, 16, 600), { size: 16, weight: 600 }),
      text(margin, 50, fitted(facts.join(", "), width - 2 * margin, 12), { size: 12, fill: grey }),
      ...cells,
      ...(used > 1 ? wrap(margin, 70 + rows * down + 8, used * across - gap) : []),
    ],
  };
}

/** The line below, from the last place back to the first. */
function wrap(x: number, y: number, length: number): Mark[] {
  return [
    mark("path", { d: `M${x + length} ${y - 5}v5H${x}v-5`, fill: "none", stroke: "#999999" }),
    mark("path", { d: `M${x} ${y - 9}l-4 6h8z`, fill: "#999999" }),
  ];
}
