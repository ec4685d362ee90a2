/** One unit and many: what it reads fanned out before it, or who reads it behind, each with its kernel, all joined to the one. */
import type { Image } from "../core/image.js";
import { largestOf } from "../core/kernel.js";
import { formatUnit, type Unit } from "../core/unit.js";
import type { Input } from "../weights/inputs.js";
import { type FigureOptions, frame } from "./frame.js";
import { edgeAttributes, kernelGroup, unitGroup } from "./identity.js";
import { describeInput, percent, signColor } from "./inputs.js";
import { link, type Point } from "./link.js";
import { type Figure, type Mark, mark, moved } from "./mark.js";
import { picture } from "./picture.js";
import { fitted, text } from "./text.js";
import { grey, paper } from "./theme.js";
import { emptyCell, tile } from "./tile.js";

/**
 * Options of `figure.fan`.
 *
 * @public
 */
export interface FanFigureOptions extends FigureOptions {
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
export function fan(list: readonly Input[], options: FanFigureOptions = {}): Figure {
  const { icons = {}, side = 64 } = options;
  const kernels = list.map(({ kernel }) => kernel);
  const same = (end: "from" | "to"): boolean => new Set(kernels.map((kernel) => formatUnit(kernel[end]))).size <= 1;
  const inwards = same("to");
  const one = kernels[0] ? formatUnit(inwards ? kernels[0].to : kernels[0].from) : "no unit";
  const limit = Math.max(0, ...kernels.map(({ data }) => largestOf(data)));
  const step = side + 26;
  const big = Math.round(side * 1.5);
  const height = Math.max(Math.max(list.length, 1) * step, big + 26);
  const middle = (list.length * step) / 2 - 12;
  const columns = inwards
    ? { many: 0, tile: side + 50, one: 392 }
    : { many: big + 364, tile: big + 314 - side, one: 0 };
  const rows = list.flatMap((input, i) => {
    const y = i * step;
    const joint = inwards ? columns.tile + side : columns.tile;
    const target = inwards ? columns.one : columns.one + big;
    return [
      join([joint, y + side / 2], [target, middle], input),
      moved(columns.many, y, ...unitMarks(input.unit, icons, side, `fan-${i}`)),
      moved(columns.tile, y, mark("rect", { x: 0, y: 0, width: side, height: side, fill: paper })),
      moved(columns.tile, y, kernelGroup(input.kernel, tile(input.kernel, side, limit))),
      text(columns.tile, y + side + 13, `${input.sign} ${percent(input.share)}`, {
        size: 10.5,
        fill: signColor(input),
      }),
    ];
  });
  const [kernel] = kernels;
  const unit = kernel && (inwards ? kernel.to : kernel.from);
  return frame(
    {
      title: inwards ? `What ${one} reads` : `Who reads ${one}`,
      description: list.map(describeInput).join(" "),
      width: (inwards ? columns.one + big : columns.many + side) + 46,
      height: Math.max(height, middle + big / 2 + 20),
      marks: [
        ...rows,
        ...(unit ? [moved(columns.one, middle - big / 2, ...unitMarks(unit, icons, big, "fan-one"))] : []),
      ],
      legend: "weights",
    },
    options,
  );
}

function unitMarks(unit: Unit, icons: Readonly<Record<string, Image>>, side: number, id: string): Mark[] {
  const name = formatUnit(unit);
  const icon = icons[name];
  const shown = icon ? picture(icon, side, `what ${name} looks for`, id) : emptyCell(side, name.replace(":", "\n"));
  return [unitGroup(unit, [...shown, text(0, side + 13, fitted(name, side + 46, 10.5), { size: 10.5, weight: 600 })])];
}

function join(from: Point, to: Point, input: Input): Mark {
  return mark(
    "path",
    {
      ...edgeAttributes(input.kernel, input.sign),
      d: from[0] < to[0] ? link(from, to) : link(to, from),
      fill: "none",
      stroke: grey,
      "stroke-opacity": 0.6,
      "stroke-width": 1.2,
    },
    mark("title", {}, describeInput(input)),
  );
}
