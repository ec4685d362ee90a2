/** One unit and many: what it reads fanned out before it, or who reads it behind, each with its kernel, all joined to the one. */
import type { Image } from "../core/image.js";
import { largestOf } from "../core/kernel.js";
import { formatUnit } from "../core/unit.js";
import type { Input } from "../weights/inputs.js";
import { describeInput, percent, signColor } from "./inputs.js";
import { type Figure, fitted, grey, type Mark, mark, moved, text } from "./mark.js";
import { picture } from "./picture.js";
import { emptyCell, legend, tile } from "./tile.js";

/**
 * Options of `figure.fan`.
 *
 * @public
 */
export interface FanFigureOptions {
  /** Pictures of units, by name. */
  readonly icons?: Readonly<Record<string, Image>> | undefined;
  /**
   * Side of a picture, in pixels.
   *
   * @defaultValue 64
   */
  readonly side?: number | undefined;
}

/**
 * Inputs of one unit on its left (from `inputs`), or units that read it on its right (from `outputs`).
 *
 * @public
 */
export function fan(list: readonly Input[], { icons = {}, side = 64 }: FanFigureOptions = {}): Figure {
  const kernels = list.map(({ kernel }) => kernel);
  const same = (end: "from" | "to"): boolean => new Set(kernels.map((kernel) => formatUnit(kernel[end]))).size <= 1;
  const inwards = same("to");
  const one = kernels[0] ? formatUnit(inwards ? kernels[0].to : kernels[0].from) : "no unit";
  const limit = Math.max(0, ...kernels.map(({ data }) => largestOf(data)));
  const step = side + 26;
  const height = 60 + Math.max(list.length, 1) * step + 44;
  const middle = 60 + (list.length * step) / 2 - 12;
  const big = Math.round(side * 1.5);
  const columns = inwards
    ? { many: 28, tile: 28 + side + 50, one: 420 }
    : { many: 420, tile: 420 - 50 - side, one: 28 };
  const rows = list.flatMap((input, i) => {
    const name = formatUnit(input.unit);
    const y = 60 + i * step;
    const joint = inwards ? columns.tile + side : columns.tile;
    const target = inwards ? columns.one : columns.one + big;
    return [
      join([joint, y + side / 2], [target, middle], input),
      moved(columns.many, y, ...unitMarks(name, icons[name], side, `fan-${i}`)),
      moved(columns.tile, y, mark("rect", { x: 0, y: 0, width: side, height: side, fill: "#ffffff" })),
      moved(columns.tile, y, ...tile(input.kernel, side, limit)),
      text(columns.tile, y + side + 13, `${input.sign} ${percent(input.share)}`, {
        size: 10.5,
        fill: signColor(input),
      }),
    ];
  });
  const title = inwards ? `What ${one} reads` : `Who reads ${one}`;
  return {
    width: inwards ? columns.one + big + 40 : columns.many + side + 60,
    height,
    title,
    description: list.map(describeInput).join(" "),
    marks: [
      text(28, 32, fitted(title, 460, 16, 600), { size: 16, weight: 600 }),
      ...rows,
      moved(columns.one, middle - big / 2, ...unitMarks(one, icons[one], big, "fan-one")),
      ...legend(28, height - 14),
    ],
  };
}

function unitMarks(name: string, icon: Image | undefined, side: number, id: string): Mark[] {
  const shown = icon ? picture(icon, side, `what ${name} looks for`, id) : emptyCell(side, name.replace(":", "\n"));
  return [...shown, text(0, side + 13, fitted(name, side + 46, 10.5, 600), { size: 10.5, weight: 600 })];
}

type Point = readonly [x: number, y: number];

function join([x, y]: Point, [toX, toY]: Point, input: Input): Mark {
  const bend = (toX - x) / 2;
  const round = (n: number): number => Math.round(n * 100) / 100;
  return mark(
    "path",
    {
      d: `M ${round(x)} ${round(y)} C ${round(x + bend)} ${round(y)} ${round(toX - bend)} ${round(toY)} ${round(toX)} ${round(toY)}`,
      fill: "none",
      stroke: grey,
      "stroke-opacity": 0.6,
      "stroke-width": 1.2,
    },
    mark("title", {}, describeInput(input)),
  );
}
