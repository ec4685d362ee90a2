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
   * Elements in a row, for a grid.
   *
   * @defaultValue the order of the second factor of a product; else all in one row
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
  const { icons = {}, columns = by.factors?.[1].order ?? by.order, side = 72 } = options;
  const at = new Map<number, FamilyMember[]>();
  for (const element of of.holes) at.set(element, []);
  for (const member of of.members) at.set(member.element, [...(at.get(member.element) ?? []), member]);
  const places = [...at].sort(([a], [b]) => a - b);
  const grid = columns < by.order;
  // In one row, places that others stand for are left out; in a grid each keeps its column.
  const columnOf = (element: number, i: number): number => (grid ? element % columns : i);
  const rowOf = (element: number): number => (grid ? Math.floor(element / columns) : 0);
  const rows = grid ? Math.ceil(by.order / columns) : 1;
  // A product has its first factor at the side and its second above; any other group names every place.
  const factors = grid && columns === by.factors?.[1].order ? by.factors : null;
  const indent = factors ? 70 : 0;
  const depths = Array.from({ length: rows }, (_, row) =>
    Math.max(1, ...places.map(([element, members]) => (rowOf(element) === row ? members.length : 0))),
  );
  const across = side + gap;
  const above = factors ? 8 : 26;
  const tops = depths.map((_, row) =>
    depths.slice(0, row).reduce((sum, depth) => sum + depth * (side + 20) + above, 0),
  );
  const down = tops.at(-1)! + depths.at(-1)! * (side + 20) + above;
  const used = grid ? columns : places.length;
  const width = Math.max(2 * margin + indent + used * across + 20, 420);
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
    const x = margin + indent + columnOf(element, i) * across;
    const top = tops[rowOf(element)]!;
    const icon = moved(x, 84 + top, ...marks);
    return factors ? [icon] : [moved(x, 66 + top, label(by.label(element), side / 2)), icon];
  });
  const sides = factors
    ? [
        ...Array.from({ length: columns }, (_, i) =>
          moved(margin + indent + i * across, 66, label(factors[1].label(i), side / 2)),
        ),
        ...tops.map((top, row) => moved(margin, 84 + top + side / 2 - 8, label(factors[0].label(row), indent / 2 - 4))),
      ]
    : [];
  return {
    width,
    height: 70 + down + 34,
    title,
    description: `${title}; ${facts.join(", ")}. ${places.map(([element, members]) => `${by.label(element)}: ${members.map(({ unit }) => formatUnit(unit)).join(", ") || "none"}`).join("; ")}.`,
    marks: [
      text(margin, 30, fitted(title, width - 2 * margin, 16, 600), { size: 16, weight: 600 }),
      text(margin, 50, fitted(facts.join(", "), width - 2 * margin, 12), { size: 12, fill: grey }),
      ...sides,
      ...cells,
      ...(used > 1 ? wrap(margin + indent, 70 + down + 8, used * across - gap) : []),
    ],
  };
}

/** What an element is called, above or beside its place. */
function label(words: string, x: number): Mark {
  return text(x, 12, fitted(words, 82, 11), { size: 11, fill: grey, anchor: "middle" });
}

/** The line below, from the last place back to the first. */
function wrap(x: number, y: number, length: number): Mark[] {
  return [
    mark("path", { d: `M${x + length} ${y - 5}v5H${x}v-5`, fill: "none", stroke: "#999999" }),
    mark("path", { d: `M${x} ${y - 9}l-4 6h8z`, fill: "#999999" }),
  ];
}
