/**
 * The lab sheet: the structure of the tensor on top, the inputs with their kernels on the left, what the unit looks for on the
 * right, joined by arrows in red (excitation) and blue (inhibition), whose width shows the share.
 */
import { formatShape } from "../core/shape.js";
import { formatUnit } from "../core/unit.js";
import type { Lab } from "../lab/sheet.js";
import { describePreprocessing } from "../network/preprocessing.js";
import { examplesContent } from "./examples.js";
import { frame, weightsLegend } from "./frame.js";
import { unitGroup } from "./identity.js";
import { arrowRight, hidesPicture, inputRow, measureOf, rowHeight } from "./lab-row.js";
import { type LabFigureOptions, type Writer, writerOf } from "./lab-words.js";
import { type Figure, type Mark, mark, moved } from "./mark.js";
import { picture } from "./picture.js";
import { fitted, text, wrapped } from "./text.js";
import { faint, grey, ink, paper, surface } from "./theme.js";
import { emptyCell } from "./tile.js";

const page = { width: 1052, header: 100 };
const unitPicture = { x: 740, size: 300 };

/**
 * The lab sheet of one unit. An input whose picture shows nothing has words in its place.
 *
 * @throws LensError `bad-argument` for options that are none.
 * @public
 */
export function lab(of: Lab, options: LabFigureOptions = {}): Figure {
  const write = writerOf(options);
  const lines = unitLines(of, write);
  const body = Math.max(of.inputs.length * rowHeight, unitPicture.size + 60 + lines.length * 18);
  const quilt =
    of.examples &&
    examplesContent(
      of.examples,
      { columns: 9, size: 100 },
      { title: write.say("photographs", { unit: write.name(of.unit) }), top: write.say("largestActivations") },
    );
  const top = page.header + body;
  const middle = page.header + body / 2;
  const isHidden = hidesPicture(of.picture, of.flaw);
  return frame(
    {
      title: write.say(isHidden ? "titleWithoutPicture" : "title", { unit: write.name(of.unit) }),
      titleSize: 24,
      facts: [of.model.name, tensorSentence(of, write)],
      description: quilt ? `${describeLab(of, write)} ${quilt.description}` : describeLab(of, write),
      width: page.width,
      height: top + (quilt ? quilt.height + 36 : 0),
      marks: [
        mark("g", { class: "structure" }, ...structure(of, write)),
        mark("line", { x1: 0, x2: page.width, y1: 60, y2: 60, stroke: faint }),
        ...unitColumn(of, { write, middle, lines }),
        ...of.inputs.flatMap((input, i) =>
          inputRow(of, input, {
            write,
            id: `input${i}`,
            top: page.header + (body - of.inputs.length * rowHeight) / 2 + i * rowHeight,
            to: [unitPicture.x - 16, middle],
          }),
        ),
        ...(quilt
          ? [
              mark(
                "g",
                { class: "photographs" },
                text(0, top + 12, quilt.title, { weight: 600 }),
                moved(0, top + 28, ...quilt.marks),
              ),
            ]
          : []),
      ],
      legend: weightsLegend(write.say("positiveWeights"), write.say("negativeWeights")),
      notes: provenance(of, write),
    },
    options,
  );
}

/** The layers on the way, as boxes; the first and the last few, with an ellipsis between. */
function structure(of: Lab, write: Writer): Mark[] {
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
      text(at + width / 2, 18, fitted(write.name(name), width - 12, 12), { size: 12, weight: 600, anchor: "middle" }),
      text(at + width / 2, 33, formatShape(layer.output), { size: 11, fill: grey, anchor: "middle" }),
      ...arrow,
    ];
  });
}

function tensorSentence({ kernelShape, filterShape, inputCount, expanded }: Lab, write: Writer): string {
  const size = filterShape.slice(0, 2).join("×");
  const values = {
    shape: formatShape(kernelShape),
    axes: write.say(kernelShape.length === 2 ? "denseAxes" : "axes"),
    filter: formatShape(filterShape),
    kernels: write.say(inputCount === 1 ? "oneKernel" : "kernels", { size, count: inputCount }),
  };
  if (expanded) {
    const { from, via, status } = expanded;
    const layers = via.map((name) => write.name(name)).join(", ");
    return write.say("expanded", { ...values, from: write.name(from), layers, status });
  }
  return write.say(kernelShape.length === 0 ? "noWeights" : "weights", values);
}

function unitColumn(
  of: Lab,
  { write, middle, lines }: { readonly write: Writer; readonly middle: number; readonly lines: readonly string[] },
): Mark[] {
  const { x, size } = unitPicture;
  const name = write.name(of.unit);
  const top = middle - size / 2 - 30;
  const hidden = hidesPicture(of.picture, of.flaw);
  const shown = hidden
    ? emptyCell(size, write.say(hidden))
    : picture(of.picture.image, size, write.say("looksFor", { unit: name }), "unit");
  return [
    moved(x, top, unitGroup(of.unit, shown)),
    text(x, top + size + 26, fitted(name, size + 12, 16), { size: 16, weight: 600 }),
    mark(
      "g",
      { class: "unit-facts" },
      ...lines.map((words, i) => text(x, top + size + 48 + i * 18, words, { size: 12, fill: grey })),
    ),
  ];
}

/** What is said below the unit's picture, in lines as wide as it. */
function unitLines(of: Lab, write: Writer): string[] {
  const held = (shares: readonly number[]): string => write.percent(shares.reduce((sum, share) => sum + share, 0));
  const { strength, second } = of.settings;
  const shown = (measure: string, shares: readonly number[]): string =>
    write.say("shown", {
      shown: of.inputs.length,
      count: of.inputCount,
      share: held(shares),
      measure: measureOf(measure, write),
    });
  return [
    ...(of.flaw !== null ? [of.flaw] : []),
    ...(formatUnit(of.madeBy) === formatUnit(of.unit) ? [] : [write.say("madeBy", { unit: write.name(of.madeBy) })]),
    write.say("sees", { field: of.receptiveField }),
    write.say(of.norm ? "biasWithNorm" : "bias", { bias: write.number(of.bias, 4), norm: of.norm ?? "" }),
    shown(
      strength,
      of.inputs.map(({ share }) => share),
    ),
    ...(second === null
      ? []
      : [
          shown(
            second,
            of.inputs.map((input) => input.second?.share ?? 0),
          ),
        ]),
    write.say("limit", { largest: write.number(of.largest, 4) }),
    write.note(of.unit) ?? "",
  ].flatMap((words) => wrapped(words, unitPicture.size + 12, 12));
}

/** How the sheet was made. */
function provenance(of: Lab, write: Writer): string[] {
  const { preset, steps, size, seed } = of.picture.settings;
  const { preprocessing: fed, stated } = of.model;
  const channels = Number(/(\d+)\D*$/.exec(of.inputShape)?.[1] ?? 3);
  return [
    write.say("made", {
      preset,
      steps,
      size: size.join("×"),
      seed,
      engine: of.engine.name,
      model: of.model.fingerprint,
    }),
    write.say(stated ? "preprocessing" : "assumed", { name: fed.name, how: describePreprocessing(fed, channels) }),
  ];
}

const introductions = {
  strongest: "describeStrongest",
  "per sign": "describePerSign",
  named: "describeNamed",
} as const;

function describeLab(of: Lab, write: Writer): string {
  const unit = write.name(of.unit);
  return [
    write.say("describeUnit", {
      unit,
      model: of.model.name,
      field: of.receptiveField,
      bias: write.number(of.bias, 4),
    }),
    hidesPicture(of.picture, of.flaw) ? "" : write.say("describePicture"),
    of.flaw === null ? "" : write.say("describeFlaw", { flaw: of.flaw }),
    write.say(introductions[of.settings.chosen], { shown: of.inputs.length, count: of.inputCount }),
    ...of.inputs.map((input) => {
      const { height, width, data } = input.kernel;
      const rows = Array.from({ length: height }, (_, r) =>
        Array.from(data.subarray(r * width, (r + 1) * width), (w) => write.number(w, 4)).join("; "),
      );
      const words = write.say("describeInput", {
        unit: write.name(input.unit),
        sign: write.say(input.sign),
        strength: write.number(input.strength, 4),
        share: write.percent(input.share),
        positive: write.percent(input.positiveShare, 0),
      });
      const kernel = write.say("describeKernel", { height, width, rows: rows.join(" / ") });
      return [words, kernel, ...(input.note ? [`(${formatUnit(input.unit)}: ${input.note})`] : [])].join(" ");
    }),
  ]
    .filter(Boolean)
    .join(" ");
}
