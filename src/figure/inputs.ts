/** The strongest inputs of a unit as a grid of kernel tiles, all on the scale of the unit's own largest weight. */
import { largestOf } from "../core/kernel.js";
import { formatUnit } from "../core/unit.js";
import type { Input } from "../weights/inputs.js";
import { type FigureOptions, frame } from "./frame.js";
import { kernelGroup, unitGroup } from "./identity.js";
import { type Figure, type Mark, moved } from "./mark.js";
import { fitted, text } from "./text.js";
import { excitation, grey, inhibition } from "./theme.js";
import { tile } from "./tile.js";

/**
 * Options of `figure.inputs`.
 *
 * @public
 */
export interface InputsFigureOptions extends FigureOptions {
  /**
   * Tiles in a row.
   *
   * @defaultValue 6
   */
  readonly columns?: number | undefined;
  /**
   * The weight drawn in full red.
   *
   * @defaultValue the largest weight shown
   */
  readonly limit?: number | undefined;
}

const cell = { width: 150, height: 152, tile: 92 };

/**
 * A grid of the kernels of some inputs (from `inputs` or `outputs`), in their order.
 *
 * @public
 */
export function inputs(list: readonly Input[], options: InputsFigureOptions = {}): Figure {
  const { columns = 6, limit = Math.max(0, ...list.map((input) => largestOf(input.kernel.data))) } = options;
  const to = list[0] ? formatUnit(list[0].kernel.to) : "no unit";
  const cells = list.map((input, i) =>
    moved((i % columns) * cell.width, Math.floor(i / columns) * cell.height, ...inputCell(input, limit)),
  );
  return frame(
    {
      title: list.every((input) => formatUnit(input.kernel.to) === to) ? `Strongest inputs of ${to}` : "Kernels",
      description: list.map(describeInput).join(" "),
      width: Math.min(columns, list.length) * cell.width,
      height: Math.ceil(list.length / columns) * cell.height,
      marks: cells,
      legend: "weights",
    },
    options,
  );
}

function inputCell(input: Input, limit: number): Mark[] {
  return [
    kernelGroup(input.kernel, tile(input.kernel, cell.tile, limit)),
    unitGroup(input.unit, [
      text(0, cell.tile + 18, fitted(formatUnit(input.unit), cell.width - 10, 12), { size: 12, weight: 600 }),
    ]),
    text(0, cell.tile + 34, `${input.sign} ${percent(input.share)}`, { size: 11.5, fill: signColor(input) }),
    text(0, cell.tile + 49, `${percent(input.positiveShare, 0)} positive`, { size: 11, fill: grey }),
  ];
}

/** Red for excitation, blue for inhibition. */
export function signColor({ sign }: Pick<Input, "sign">): string {
  return sign === "excitatory" ? excitation : inhibition;
}

/** `3.1 %`. */
export function percent(share: number, decimals = 1): string {
  return `${(100 * share).toFixed(decimals)} %`;
}

/** An input in a sentence. */
export function describeInput({ unit, sign, share, positiveShare, strength }: Input): string {
  return `${formatUnit(unit)} is ${sign}, strength ${strength.toFixed(4)}, ${percent(share)} of the total, ${percent(positiveShare, 0)} positive.`;
}
