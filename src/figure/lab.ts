/**
 * The lab sheet: the structure of the tensor on top, the strongest inputs with their kernels on the left, what the unit
 * looks for on the right, joined by arrows in red (excitation) and blue (inhibition) whose width tells the share.
 */
import { formatShape } from "../core/shape.js";
import { formatUnit } from "../core/unit.js";
import type { Lab, LabInput } from "../lab/sheet.js";
import { describePreprocessing } from "../network/preprocessing.js";
import { examplesContent } from "./examples.js";
import { type FigureOptions, frame } from "./frame.js";
import { edgeAttributes, kernelGroup, unitGroup } from "./identity.js";
import { describeInput, percent, signColor } from "./inputs.js";
import { link, type Point } from "./link.js";
import { type Figure, type Mark, mark, moved } from "./mark.js";
import { picture } from "./picture.js";
import { fitted, text, wrapped } from "./text.js";
import { faint, grey, ink, line, paper, surface } from "./theme.js";
import { describeKernel, emptyCell, tile } from "./tile.js";

const page = { width: 1052, header: 100 };
const row = { height: 128, picture: 108, tileX: 156, tile: 76, labelX: 250, arrowX: 470 };
const unitPicture = { x: 740, size: 300 };

/**
 * The lab sheet of one unit.
 *
 * @public
 */
export function lab(of: Lab, options: FigureOptions = {}): Figure {
  const body = Math.max(of.inputs.length * row.height, unitPicture.size + 150);
  const quilt = of.examples && examplesContent(of.examples, { columns: 9, size: 100 });
  const top = page.header + body;
  const middle = page.header + body / 2;
  return frame(
    {
      title: `${formatUnit(of.unit)}: what it looks for, and what it is built from`,
      titleSize: 24,
      facts: [of.model.name, tensorSentence(of)],
      description: quilt ? `${describeLab(of)} ${quilt.description}` : describeLab(of),
      width: page.width,
      height: top + (quilt ? quilt.height + 36 : 0),
      marks: [
        ...structure(of),
        mark("line", { x1: 0, x2: page.width, y1: 60, y2: 60, stroke: faint }),
        ...unitColumn(of, middle),
        ...of.inputs.flatMap((input, i) => inputRow(of, input, i, page.header + inputTop(of, i, body), middle)),
        ...(quilt ? [text(0, top + 12, quilt.title, { weight: 600 }), moved(0, top + 28, ...quilt.marks)] : []),
      ],
      legend: "weights",
      notes: provenance(of),
    },
    options,
  );
}

/** Top of a row; few inputs are spread about the middle. */
function inputTop(of: Lab, i: number, body: number): number {
  return (body - of.inputs.length * row.height) / 2 + i * row.height;
}

/** The layers on the way, as boxes; the first and the last few, with an ellipsis between. */
function structure(of: Lab): Mark[] {
  const most = 6;
  const box = { width: 150, height: 42, gap: 24 };
  const names = of.path.length > most ? [of.path[0]!, "…", ...of.path.slice(-(most - 2))] : of.path;
  let x = 0;
  return names.flatMap((name, i) => {
    const last = i === names.length - 1;
    const width = name === "…" ? 30 : box.width;
    const layer = of.layers.find((l) => l.name === name);
    const at = x;
    x += width + box.gap;
    const arrow = last ? [] : [arrowRight(at + width + 4, box.height / 2, at + width + box.gap - 5, box.height / 2)];
    if (!layer) return [text(at + 9, box.height / 2 + 5, "…", { size: 16, fill: grey }), ...arrow];
    return [
      mark("rect", {
        x: at,
        y: 0,
        width,
        height: box.height,
        rx: 5,
        fill: last ? surface : paper,
        stroke: last ? ink : faint,
      }),
      text(at + width / 2, 18, fitted(name, width - 12, 12), { size: 12, weight: 600, anchor: "middle" }),
      text(at + width / 2, 33, formatShape(layer.output), { size: 11, fill: grey, anchor: "middle" }),
      ...arrow,
    ];
  });
}

function arrowRight(x1: number, y1: number, x2: number, y2: number): Mark {
  return mark("path", {
    d: `M${x1} ${y1}H${x2}M${x2 - 4} ${y2 - 4}L${x2} ${y2}L${x2 - 4} ${y2 + 4}`,
    fill: "none",
    stroke: line,
  });
}

function tensorSentence({ kernelShape, filterShape, inputCount, expanded }: Lab): string {
  const [h, w] = filterShape;
  const kernels =
    inputCount === 1
      ? `one ${h}×${w} kernel for its input`
      : `one ${h}×${w} kernel for each of its ${inputCount} inputs`;
  return expanded
    ? `expanded weights over ${expanded.from}, through ${expanded.via.join(", ")} (${expanded.status}) → ${kernels}`
    : `weights ${formatShape(kernelShape)} (height × width × in × out) → this unit's filter ${formatShape(filterShape)} → ${kernels}`;
}

function inputRow(of: Lab, input: LabInput, i: number, top: number, middle: number): Mark[] {
  const centre = row.height / 2;
  const image =
    input.picture && input.picture.status === "alive"
      ? picture(input.picture.image, row.picture, `what ${formatUnit(input.unit)} looks for`, `input${i}`)
      : emptyCell(
          row.picture,
          input.kind === "input" ? input.note.replace(" of ", "\nof ") : "dead\nnothing excites it",
        );
  const color = signColor(input);
  return [
    moved(
      0,
      top,
      moved(0, centre - row.picture / 2, unitGroup(input.unit, image)),
      arrowRight(row.picture + 8, centre, row.tileX - 8, centre),
      moved(row.tileX, centre - row.tile / 2, kernelGroup(input.kernel, tile(input.kernel, row.tile, of.largest))),
      text(row.labelX, centre - 16, fitted(formatUnit(input.unit), row.arrowX - row.labelX - 20, 14), {
        size: 14,
        weight: 600,
      }),
      text(row.labelX, centre + 4, `${input.sign} · ${percent(input.share)} of ${strengthWord(of)}`, {
        size: 12.5,
        fill: color,
      }),
      text(
        row.labelX,
        centre + 22,
        `${percent(input.positiveShare, 0)} positive · ${of.settings.strength} ${input.strength.toFixed(3)}`,
        { size: 12, fill: grey },
      ),
      ...wayTo(input).map((words) =>
        text(row.labelX, centre + 39, fitted(words, row.arrowX - row.labelX - 10, 11), { size: 11, fill: grey }),
      ),
    ),
    arrowTo([row.arrowX, top + centre], middle, input, width(of, input)),
  ];
}

/** What a person should know of the way from an input: the layers passed, or how far expanded weights of both signs cancel. */
function wayTo({ via, expanded }: LabInput): string[] {
  if (expanded) return [`cancellation ${expanded.cancellation.toFixed(2)}`];
  return via.length > 0 ? [`through ${via.join(", ")}`] : [];
}

/** Stroke in pixels: the strongest input 5, the rest in proportion, at least 1. */
function width(of: Lab, input: LabInput): number {
  return Math.max(1, (5 * input.share) / Math.max(...of.inputs.map((other) => other.share)));
}

/** A curve from an input's label to the unit's picture, with a head. */
function arrowTo(from: Point, middle: number, input: LabInput, strokeWidth: number): Mark {
  const end = unitPicture.x - 16;
  const landing = middle + (from[1] - middle) * 0.35;
  const stroke = signColor(input);
  return mark(
    "g",
    { ...edgeAttributes(input.kernel, input.sign), fill: "none", stroke, "stroke-width": strokeWidth, opacity: 0.8 },
    mark("path", { d: link(from, [end, landing]) }),
    mark("path", { d: `M${end} ${landing - 5}l9 5l-9 5z`, fill: stroke, stroke: "none" }),
  );
}

function unitColumn(of: Lab, middle: number): Mark[] {
  const { x, size } = unitPicture;
  const top = middle - size / 2 - 30;
  const shown =
    of.picture.status === "alive"
      ? picture(of.picture.image, size, `what ${formatUnit(of.unit)} looks for`, "unit")
      : emptyCell(size, "dead\nin no step did anything excite this unit");
  const held = of.inputs.reduce((sum, input) => sum + input.share, 0);
  const made = formatUnit(of.madeBy);
  const lines = [
    ...(made === formatUnit(of.unit) ? [] : [`made by ${made}`]),
    `sees ${of.receptiveField}`,
    `bias ${of.bias.toFixed(4)}${of.norm ? ` (batch norm ${of.norm} taken in)` : ""}`,
    `${of.inputs.length} of ${of.inputCount} inputs shown: ${percent(held)} of ${strengthWord(of)}`,
    `full red is ${of.largest.toFixed(4)}, its largest weight`,
  ];
  return [
    moved(x, top, unitGroup(of.unit, shown)),
    text(x, top + size + 26, fitted(formatUnit(of.unit), size + 12, 16), { size: 16, weight: 600 }),
    ...lines
      .flatMap((words) => wrapped(words, size + 12, 12))
      .map((words, i) => text(x, top + size + 48 + i * 18, words, { size: 12, fill: grey })),
  ];
}

function strengthWord({ settings: { strength } }: Lab): string {
  return strength === "custom" ? "total strength" : `total ${strength.toUpperCase()}`;
}

/** How the sheet was made. */
function provenance(of: Lab): string[] {
  const { settings } = of.picture;
  const { preprocessing: fed, stated } = of.model;
  return [
    `${settings.preset}, ${settings.steps} steps, ${settings.size.join("×")} px, seed ${settings.seed}, engine ${of.engine.name}  ·  model ${of.model.fingerprint}`,
    `preprocessing ${fed.name}: ${describePreprocessing(fed)}${stated ? "" : " (assumed, not stated: pictures may be wrong)"}`,
  ];
}

function describeLab(of: Lab): string {
  const name = formatUnit(of.unit);
  return [
    `Unit ${name} of ${of.model.name} sees ${of.receptiveField}; its bias is ${of.bias.toFixed(4)}.`,
    of.picture.status === "dead"
      ? "In no step did anything excite it."
      : "On the right, a picture of what it looks for, made by gradient ascent.",
    `On the left, its ${of.inputs.length} strongest of ${of.inputCount} inputs:`,
    ...of.inputs.map(
      (input) =>
        `${describeInput(input)} Kernel: ${describeKernel(input.kernel)}${input.note ? ` (${input.note})` : ""}`,
    ),
  ].join(" ");
}
