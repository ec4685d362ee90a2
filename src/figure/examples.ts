/** Dataset examples as a quilt: what of each photograph the unit saw, with its activation; padding is hatched. */

import { formatUnit } from "../core/unit.js";
import type { Example, UnitExamples } from "../dataset/example.js";
import { short } from "./heat.js";
import { type Figure, faint, fitted, grey, type Mark, mark, moved, text } from "./mark.js";
import { framed } from "./picture.js";
import { emptyCell } from "./tile.js";

/**
 * Options of `examples`.
 *
 * @public
 */
export interface ExamplesFigureOptions {
  /**
   * Crops in a row.
   *
   * @defaultValue 5
   */
  readonly columns?: number | undefined;
  /**
   * Longer side of a crop in pixels.
   *
   * @defaultValue 112
   */
  readonly size?: number | undefined;
}

const margin = 24;
const gap = 14;
const label = 42;

/**
 * The examples of a unit: the largest activations, then the smallest and those drawn by chance where there are any.
 *
 * @public
 */
export function examples(of: UnitExamples, options: ExamplesFigureOptions = {}): Figure {
  const { columns = 5, size = 112 } = options;
  const title = `Photographs that excite ${formatUnit(of.unit)}`;
  const rows: readonly (readonly [string, readonly Example[]])[] = [
    ["largest activations", of.top],
    ["smallest activations", of.bottom],
    ["drawn by chance", of.random],
  ];
  const sections = rows.filter(([, list]) => list.length > 0);
  let y = 46;
  const marks = sections.flatMap(([words, list]) => {
    const top = y;
    y += 24 + Math.ceil(list.length / columns) * (size + label) + 8;
    return [
      text(margin, top + 14, words, { size: 12.5, fill: grey }),
      ...list.map((example, i) =>
        moved(
          margin + (i % columns) * (size + gap),
          top + 24 + Math.floor(i / columns) * (size + label),
          ...quiltCell(example, size),
        ),
      ),
    ];
  });
  const widest = Math.min(columns, Math.max(1, ...sections.map(([, list]) => list.length)));
  return {
    width: Math.max(380, 2 * margin + widest * (size + gap) - gap),
    height: y + 8,
    title,
    description: `${title}. ${sections.map(([words, list]) => `${words}: ${list.map(describe).join(", ")}.`).join(" ")}`,
    marks: [hatching, text(margin, 32, title, { size: 16, weight: 600 }), ...marks],
  };
}

/** What lies outside the photograph. */
const hatching = mark(
  "pattern",
  { id: "padding", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
  mark("rect", { width: 6, height: 6, fill: "#f2f2f2" }),
  mark("rect", { width: 1.5, height: 6, fill: faint }),
);

function quiltCell(example: Example, size: number): Mark[] {
  const { crop, value, id, label: named } = example;
  const scale = crop ? size / Math.max(crop.height, crop.width) : 1;
  const box = crop ? { height: crop.height * scale, width: crop.width * scale } : { height: size, width: size };
  const drawn = crop
    ? [mark("rect", { ...box, fill: "url(#padding)" }), ...framed(crop, box, describe(example))]
    : emptyCell(size, "no crop");
  return [
    ...drawn,
    text(0, size + 15, short(value), { size: 12, weight: 600 }),
    text(0, size + 30, fitted(named ?? id, size, 10.5), { size: 10.5, fill: grey }),
  ];
}

function describe({ id, value, label: named }: Example): string {
  return `${short(value)} at ${id}${named ? ` (${named})` : ""}`;
}
