/** Dataset examples as a quilt: what of each photograph the unit saw, with its activation; padding is hatched. */

import { formatUnit } from "../core/unit.js";
import type { Example, UnitExamples } from "../dataset/example.js";
import { type Content, type FigureOptions, frame } from "./frame.js";
import { short } from "./heat.js";
import { type Figure, type Mark, mark, moved } from "./mark.js";
import { framed } from "./picture.js";
import { fitted, text } from "./text.js";
import { faint, grey, surface } from "./theme.js";
import { emptyCell } from "./tile.js";

/**
 * Options of `figure.examples`.
 *
 * @public
 */
export interface ExamplesFigureOptions extends FigureOptions {
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

const gap = 14;
const label = 42;

/**
 * The examples of a unit: the largest activations, then the smallest and those drawn by chance where there are any.
 *
 * @public
 */
export function examples(of: UnitExamples, options: ExamplesFigureOptions = {}): Figure {
  return frame(examplesContent(of, options), options);
}

/** The same without its frame, to be part of another figure. */
export function examplesContent(
  of: UnitExamples,
  options: ExamplesFigureOptions,
  words: { readonly title?: string; readonly top?: string } = {},
): Content {
  const { columns = 5, size = 112 } = options;
  const { title = `Photographs that excite ${formatUnit(of.unit)}`, top: best = "largest activations" } = words;
  const rows: readonly (readonly [string, readonly Example[]])[] = [
    [best, of.top],
    ["smallest activations", of.bottom],
    ["drawn by chance", of.random],
  ];
  const sections = rows.filter(([, list]) => list.length > 0);
  let y = 0;
  const marks = sections.flatMap(([words, list]) => {
    const top = y;
    y += 20 + Math.ceil(list.length / columns) * (size + label) + 8;
    return [
      text(0, top + 10, words, { size: 12.5, fill: grey }),
      ...list.map((example, i) =>
        moved(
          (i % columns) * (size + gap),
          top + 20 + Math.floor(i / columns) * (size + label),
          ...quiltCell(example, size),
        ),
      ),
    ];
  });
  const widest = Math.min(columns, Math.max(1, ...sections.map(([, list]) => list.length)));
  return {
    title,
    description: `${title}. ${sections.map(([words, list]) => `${words}: ${list.map(describe).join(", ")}.`).join(" ")}`,
    width: widest * (size + gap) - gap,
    height: y,
    marks: [hatching, ...marks],
  };
}

/** What lies outside the photograph. */
const hatching = mark(
  "pattern",
  { id: "padding", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
  mark("rect", { width: 6, height: 6, fill: surface }),
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
