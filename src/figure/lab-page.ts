/** The lab as a page: the sheet, the numbers of the inputs, and the layer table. */
import { formatMatrix } from "../core/print.js";
import { formatShape } from "../core/shape.js";
import type { Lab } from "../lab/sheet.js";
import { formatReceptiveField } from "../network/receptive-field.js";
import { type FigureTable, toHTML } from "./html.js";
import { lab as labFigure } from "./lab.js";
import { measureOf } from "./lab-row.js";
import { type LabFigureOptions, type Writer, writerOf } from "./lab-words.js";

/**
 * The self-contained page of a lab: its sheet, its numbers, its layers.
 *
 * @throws LensError `bad-argument` for options that are none.
 * @public
 */
export function labPage(of: Lab, options: LabFigureOptions = {}): string {
  const write = writerOf(options);
  const tables = [inputTable(of, write), layerTable(of, write)];
  return toHTML(labFigure(of, options), { tables, language: options.language, inWords: write.say("inWords") });
}

function inputTable(of: Lab, write: Writer): FigureTable {
  const { second } = of.settings;
  const measured = (words: string, measure: string): string => `${words} (${measureOf(measure, write)})`;
  const columns = (["strengthColumn", "shareColumn", "rankColumn"] as const).map((key) => write.say(key));
  const own = of.inputs.some(({ unit }) => write.note(unit) !== undefined);
  const row = ({ strength, share, rank }: { strength: number; share: number; rank: number }): string[] => [
    write.number(strength, 4),
    write.percent(share),
    String(rank),
  ];
  return {
    caption: write.say("tableOfInputs", { unit: write.name(of.unit) }),
    header: [
      write.say("input"),
      write.say("sign"),
      ...columns.map((words) => measured(words, of.settings.strength)),
      ...(second === null ? [] : columns.map((words) => measured(words, second))),
      write.say("positiveColumn"),
      write.say("kernelColumn"),
      write.say("noteColumn"),
    ],
    rows: of.inputs.map((input) => [
      write.name(input.unit),
      write.say(input.sign),
      ...row(input),
      ...(input.second ? row(input.second) : []),
      write.percent(input.positiveShare, 0),
      formatMatrix(input.kernel.data, input.kernel.width),
      [input.note, own ? write.note(input.unit) : undefined].filter(Boolean).join("\n"),
    ]),
  };
}

function layerTable(of: Lab, write: Writer): FigureTable {
  return {
    caption: write.say("tableOfLayers", { model: of.model.name }),
    header: (["layer", "kind", "output", "weightsColumn", "parameters", "field"] as const).map((key) => write.say(key)),
    rows: of.layers.map((layer) => [
      write.name(layer.name),
      layer.kind,
      formatShape(layer.output),
      layer.kernel ? formatShape(layer.kernel) : "",
      String(layer.parameters),
      formatReceptiveField(layer.receptiveField),
    ]),
  };
}
