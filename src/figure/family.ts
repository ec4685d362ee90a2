/**
 * A family along its group: members in the order of their elements, an empty cell where one is missing, duplicates below each
 * other. A group of two parts (hue × rotation) makes a grid. An arrow at the end says that the strip comes round.
 */
import { formatUnit } from "../core/unit.js";
import type { Family, FamilyMember } from "../equivariance/family.js";
import type { Group } from "../equivariance/group.js";
import { familyFacts, familyTitle } from "./family-facts.js";
import { type FigureOptions, frame } from "./frame.js";
import { type Figure, type Mark, mark, moved } from "./mark.js";
import { fitted, text } from "./text.js";
import { grey, line } from "./theme.js";
import { type Icons, namedIcon } from "./unit-icon.js";

/**
 * Options of `figure.family`.
 *
 * @public
 */
export interface FamilyFigureOptions extends FigureOptions {
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

const gap = 10;

/**
 * The equivariant strip, or grid, of a family.
 *
 * @public
 */
export function family(of: Family, by: Group, options: FamilyFigureOptions = {}): Figure {
  const { icons = {}, columns = by.factors?.[1].order ?? by.order, side = 72 } = options;
  const places = placesOf(of);
  const { rows, lines, depths } = gridOf(places, by, columns);
  // A product has its first factor at the side and its second above; any other group names every place.
  const factors = rows.length > 0 && columns === by.factors?.[1].order && columns < by.order ? by.factors : null;
  const indent = factors ? 76 : 0;
  const above = factors ? 8 : 26;
  const named = of.members.some(({ unit }) => icons[formatUnit(unit)]);
  const across = side + gap;
  const deep = side + (named ? 24 : gap);
  const tops = depths.map((_, row) => depths.slice(0, row).reduce((sum, depth) => sum + depth * deep + above, 0));
  const down = tops.at(-1)! + depths.at(-1)! * deep + above;
  const left = indent;
  const title = familyTitle(of);
  const facts = familyFacts(of, by).join(", ");
  const cells = places.flatMap(([element, members]): Mark[] => {
    const x = left + lines.indexOf(element % columns) * across;
    const top = tops[rows.indexOf(Math.floor(element / columns))]!;
    const shown = members.length > 0 ? members : [null];
    const marks = shown.map((member, k) =>
      moved(0, k * deep, ...namedIcon(member?.unit ?? null, { icons, side, id: `family-${element}-${k}` })),
    );
    const icon = moved(x, 18 + top, ...marks);
    return factors ? [icon] : [moved(x, top, label(by.label(element), side / 2)), icon];
  });
  const sides = factors
    ? [
        ...lines.map((line, i) => moved(left + i * across, 0, label(factors[1].label(line), side / 2))),
        ...rows.map((row, i) => moved(0, 18 + tops[i]! + side / 2 - 8, label(factors[0].label(row), indent / 2 - 4))),
      ]
    : [];
  const bottom = down + (factors ? 24 : 12);
  const along = factors?.[1] ?? (rows.length === 1 ? by : null);
  const wraps = along !== null && comesRound(along) && lines.length > 1;
  return frame(
    {
      title,
      facts: [facts],
      description: `${title}; ${facts}. ${places.map(([element, members]) => `${by.label(element)}: ${members.map(({ unit }) => formatUnit(unit)).join(", ") || "none"}`).join("; ")}.`,
      width: left + lines.length * across + 20,
      height: bottom + (wraps ? 6 : -16),
      marks: [
        ...sides,
        ...cells,
        ...(wraps ? wrap(left, bottom, lines.length * across - gap) : []),
        ...(factors && comesRound(factors[0]) && rows.length > 1
          ? wrapDown(left + lines.length * across + 2, 18, tops.at(-1)! + side)
          : []),
      ],
    },
    options,
  );
}

/** The members at each place, holes without any, in the order of the elements. */
function placesOf({ members, missing }: Family): (readonly [element: number, members: readonly FamilyMember[]])[] {
  const at = new Map<number, FamilyMember[]>(missing.map((element) => [element, []]));
  for (const member of members) at.set(member.element, [...(at.get(member.element) ?? []), member]);
  return [...at].sort(([a], [b]) => a - b);
}

/** Rows and columns that have a place at all: what others stand for is left out. How many members stack in each row. */
function gridOf(places: ReturnType<typeof placesOf>, by: Group, columns: number) {
  const distinct = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b);
  const rowOf = (element: number): number => Math.floor(element / Math.min(columns, by.order));
  const rows = distinct(places.map(([element]) => rowOf(element)));
  const lines = distinct(places.map(([element]) => element % columns));
  const depths = rows.map((row) =>
    Math.max(1, ...places.map(([element, members]) => (rowOf(element) === row ? members.length : 0))),
  );
  return { rows, lines, depths };
}

/** Whether one element's steps lead through all others and back; sizes end, and two halves are no circle. */
function comesRound(by: Group): boolean {
  const steps = Array.from({ length: by.order }, (_, g) => by.multiply(g, 1));
  return by.order > 2 && steps.every((to, g) => to === (g + 1) % by.order);
}

/** What an element is called, above or beside its place. */
function label(words: string, x: number): Mark {
  return text(x, 12, fitted(words, 82, 11), { size: 11, fill: grey, anchor: "middle" });
}

/** The line below, from the last place back to the first. */
function wrap(x: number, y: number, length: number): Mark[] {
  return [
    mark("path", { d: `M${x + length} ${y - 5}v5H${x}v-5`, fill: "none", stroke: line }),
    mark("path", { d: `M${x} ${y - 9}l-4 6h8z`, fill: line }),
  ];
}

/** The line beside, from the last row back to the first. */
function wrapDown(x: number, y: number, length: number): Mark[] {
  return [
    mark("path", { d: `M${x - 5} ${y + length}h5V${y}h-5`, fill: "none", stroke: line }),
    mark("path", { d: `M${x - 9} ${y}l6 -4v8z`, fill: line }),
  ];
}
