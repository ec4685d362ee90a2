/** A row of the lab sheet: what an input looks for, its kernel, its strength in words, and an arrow to the unit. */
import { formatUnit } from "../core/unit.js";
import type { Lab, LabInput } from "../lab/sheet.js";
import type { Picture } from "../optvis/picture.js";
import { edgeAttributes, kernelGroup, unitGroup } from "./identity.js";
import { signColor } from "./inputs.js";
import type { Writer } from "./lab-words.js";
import { link, type Point } from "./link.js";
import { type Mark, mark, moved } from "./mark.js";
import { picture } from "./picture.js";
import { fitted, text, wrapped } from "./text.js";
import { grey, line } from "./theme.js";
import { emptyCell, tile } from "./tile.js";

/** Height of a row. */
export const rowHeight = 128;
const row = { picture: 108, tileX: 156, tile: 76, labelX: 250, arrowX: 470 };

/** Where a row goes and what its words are. */
interface RowPlace {
  readonly write: Writer;
  /** Of the clipped picture, unique in the figure. */
  readonly id: string;
  readonly top: number;
  /** Where arrows lead to. */
  readonly to: Point;
}

/** The row of an input. */
export function inputRow(of: Lab, input: LabInput, { write, id, top, to }: RowPlace): Mark[] {
  const centre = rowHeight / 2;
  const name = write.name(input.unit);
  const hidden = input.picture && hidesPicture(input.picture, input.flaw);
  const image =
    input.picture && !hidden
      ? picture(input.picture.image, row.picture, write.say("looksFor", { unit: name }), id)
      : emptyCell(row.picture, hidden ? write.say(hidden) : input.note.replace(" of ", "\nof "));
  return [
    mark(
      "g",
      { class: "input" },
      moved(
        0,
        top,
        moved(0, centre - row.picture / 2, unitGroup(input.unit, image)),
        arrowRight(row.picture + 8, centre, row.tileX - 8, centre),
        moved(row.tileX, centre - row.tile / 2, kernelGroup(input.kernel, tile(input.kernel, row.tile, of.largest))),
        ...labels(of, input, write),
      ),
      arrowTo([row.arrowX, top + centre], to, input, widthOf(of, input)),
    ),
  ];
}

/** The lines beside a kernel, about the middle of the row. */
function labels(of: Lab, input: LabInput, write: Writer): Mark[] {
  const room = row.arrowX - row.labelX - 12;
  const { strength: measure, second: other } = of.settings;
  const own = write.note(input.unit);
  const small = { size: 11, fill: grey };
  const isFlawShown = input.flaw !== null && !(input.picture && hidesPicture(input.picture, input.flaw));
  const lines: readonly (readonly [words: string, style: { size: number; fill?: string; weight?: number }])[] = [
    [fitted(write.name(input.unit), room, 14), { size: 14, weight: 600 }],
    [
      write.say("share", {
        sign: write.say(input.sign),
        share: write.percent(input.share),
        measure: measureOf(measure, write),
      }),
      { size: 12.5, fill: signColor(input) },
    ],
    [
      write.say("strength", {
        positive: write.percent(input.positiveShare, 0),
        measure: measureOf(measure, write),
        strength: write.number(input.strength, 3),
      }),
      { size: 12, fill: grey },
    ],
    ...(input.second && other !== null
      ? [
          [
            write.say("second", {
              measure: measureOf(other, write),
              strength: write.number(input.second.strength, 3),
              share: write.percent(input.second.share),
              rank: input.second.rank,
              count: of.inputCount,
            }),
            { size: 12, fill: grey },
          ] as const,
        ]
      : []),
    ...wayTo(input, write).map((words) => [fitted(words, room, 11), small] as const),
    ...[...(isFlawShown ? [input.flaw] : []), ...(own === undefined ? [] : [own])].flatMap((words) =>
      wrapped(words, room, 11)
        .slice(0, 2)
        .map((part) => [part, small] as const),
    ),
  ];
  const step = lines.length > 6 ? 16 : 18;
  const first = rowHeight / 2 - ((lines.length - 1) * step) / 2 + 4;
  return lines.map(([words, style], i) => text(row.labelX, first + i * step, words, style));
}

/** What a person should know of the way from an input: the layers passed, or how far expanded weights of both signs cancel. */
function wayTo({ via, expanded }: LabInput, write: Writer): string[] {
  if (expanded) return [write.say("cancellation", { share: write.number(expanded.cancellation, 2) })];
  return via.length > 0 ? [write.say("through", { layers: via.map((name) => write.name(name)).join(", ") })] : [];
}

/** What a measure is called. */
export function measureOf(measure: string, write: Writer): string {
  return measure === "custom" ? write.say("ownMeasure") : measure.toUpperCase();
}

/** The words that stand in the place of a picture that shows nothing; `null` when it shows something. */
export function hidesPicture(
  { status, value }: Pick<Picture, "status" | "value">,
  flaw: string | null,
): "dead" | "weak" | "flat" | null {
  if (status === "dead") return "dead";
  if (status === "weak" || value <= 0) return "weak";
  return flaw?.startsWith("flat") ? "flat" : null;
}

/** Stroke in pixels: the strongest input 5, the rest in proportion, at least 1. */
function widthOf(of: Lab, input: LabInput): number {
  const most = Math.max(...of.inputs.map((other) => other.share));
  return most > 0 ? Math.max(1, (5 * input.share) / most) : 1;
}

/** A curve from an input's label to the unit's picture, with a head. */
function arrowTo(from: Point, [end, middle]: Point, input: LabInput, strokeWidth: number): Mark {
  const landing = middle + (from[1] - middle) * 0.35;
  const stroke = signColor(input);
  return mark(
    "g",
    { ...edgeAttributes(input.kernel, input.sign), fill: "none", stroke, "stroke-width": strokeWidth, opacity: 0.8 },
    mark("title", {}, `${formatUnit(input.kernel.from)} to ${formatUnit(input.kernel.to)}`),
    mark("path", { d: link(from, [end, landing]) }),
    mark("path", { d: `M${end} ${landing - 5}l9 5l-9 5z`, fill: stroke, stroke: "none" }),
  );
}

/** A short straight arrow. */
export function arrowRight(x1: number, y1: number, x2: number, y2: number): Mark {
  return mark("path", {
    d: `M${x1} ${y1}H${x2}M${x2 - 4} ${y2 - 4}L${x2} ${y2}L${x2 - 4} ${y2 + 4}`,
    fill: "none",
    stroke: line,
  });
}
