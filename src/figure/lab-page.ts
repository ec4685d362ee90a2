/** The lab as a page: the sheet, the numbers of the inputs, and the layer table. */
import { formatMatrix } from "../core/print.js";
import { formatShape } from "../core/shape.js";
import { formatUnit } from "../core/unit.js";
import type { Lab } from "../lab/sheet.js";
import { formatReceptiveField } from "../network/receptive-field.js";
import { type FigureTable, toHTML } from "./html.js";
import { percent } from "./inputs.js";
import { lab as labFigure } from "./lab.js";

/**
 * The self-contained page of a lab: its sheet, its numbers, its layers.
 *
 * @public
 */
export function labPage(of: Lab): string {
  return toHTML(labFigure(of), { tables: [inputTable(of), layerTable(of)] });
}

function inputTable(of: Lab): FigureTable {
  return {
    caption: `Strongest inputs of ${formatUnit(of.unit)}`,
    header: ["input", "sign", "strength", "share", "positive", "kernel", "note"],
    rows: of.inputs.map(({ unit, sign, strength, share, positiveShare, kernel, note }) => [
      formatUnit(unit),
      sign,
      strength.toFixed(4),
      percent(share),
      percent(positiveShare, 0),
      formatMatrix(kernel.data, kernel.width),
      note,
    ]),
  };
}

function layerTable(of: Lab): FigureTable {
  return {
    caption: `Layers of ${of.model.name}`,
    header: ["layer", "kind", "output", "weights", "parameters", "receptive field"],
    rows: of.layers.map((layer) => [
      layer.name,
      layer.kind,
      formatShape(layer.output),
      layer.kernel ? formatShape(layer.kernel) : "",
      String(layer.parameters),
      formatReceptiveField(layer.receptiveField),
    ]),
  };
}
