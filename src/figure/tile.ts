/** Kernels drawn as tiles: a square per weight, row 0 on top, framed. */
import { type Kernel, largestOf } from "../core/kernel.js";
import { formatUnit } from "../core/unit.js";
import { type FigureOptions, frame } from "./frame.js";
import { kernelGroup } from "./identity.js";
import { type Figure, type Mark, mark } from "./mark.js";
import { text, wrapped } from "./text.js";
import { faint, grey, line, surface, weightFill } from "./theme.js";

/**
 * Options of `figure.kernel`.
 *
 * @public
 */
export interface KernelFigureOptions extends FigureOptions {
  /**
   * Side of the longer axis in pixels.
   *
   * @defaultValue 160
   */
  readonly size?: number | undefined;
  /**
   * The weight drawn in full red (and its negative in full blue).
   *
   * @defaultValue the kernel's own largest
   */
  readonly limit?: number | undefined;
}

/**
 * One kernel as a tile, with the legend.
 *
 * @public
 */
export function kernel(of: Kernel, options: KernelFigureOptions = {}): Figure {
  const { size = 160, limit = largestOf(of.data) } = options;
  const title = `${formatUnit(of.to)} reads ${formatUnit(of.from)}`;
  return frame(
    {
      title,
      description: `${title}. ${describeKernel(of)}`,
      width: size,
      height: size,
      marks: [kernelGroup(of, tile(of, size, limit))],
      legend: "weights",
    },
    options,
  );
}

/** The squares of a kernel in a box of `size`, with a grey frame; 1 × 1 and oblong kernels keep square weights. */
export function tile(
  { height, width, data }: Pick<Kernel, "height" | "width" | "data">,
  size: number,
  limit: number,
): Mark[] {
  const side = size / Math.max(height, width);
  const left = (size - side * width) / 2;
  const top = (size - side * height) / 2;
  const squares = Array.from(data, (weight, i) => {
    const x = left + (i % width) * side;
    const y = top + Math.floor(i / width) * side;
    // Half a pixel of overlap hides the seams that rasterisers leave between neighbours.
    const seam = 0.4;
    const w = (i % width) + 1 < width ? side + seam : side;
    const h = Math.floor(i / width) + 1 < height ? side + seam : side;
    return mark("rect", { x, y, width: w, height: h, fill: weightFill(limit === 0 ? 0 : weight / limit) });
  });
  const outline = mark("rect", {
    x: left,
    y: top,
    width: side * width,
    height: side * height,
    fill: "none",
    stroke: line,
    "stroke-width": 1,
  });
  return [...squares, outline];
}

/** A kernel in words and numbers. */
export function describeKernel({ height, width, data }: Pick<Kernel, "height" | "width" | "data">): string {
  const rows = Array.from({ length: height }, (_, r) =>
    [...data.subarray(r * width, (r + 1) * width)].map((w) => w.toFixed(4)).join(", "),
  );
  return `${height} × ${width} weights, row 0 on top: ${rows.join("; ")}.`;
}

/** An empty rounded cell with words that fit it, where there is nothing to draw. */
export function emptyCell(side: number, words: string): Mark[] {
  const size = side < 60 ? 9 : 11;
  const step = size + 3;
  const room = Math.max(1, Math.floor((side - 4) / step));
  const lines = words
    .split("\n")
    .flatMap((part) => wrapped(part, side - 8, size))
    .slice(0, room);
  return [
    mark("rect", { x: 0.5, y: 0.5, width: side - 1, height: side - 1, rx: 5, fill: surface, stroke: faint }),
    ...lines.map((part, i, all) =>
      text(side / 2, side / 2 + 4 + (i - (all.length - 1) / 2) * step, part, { size, fill: grey, anchor: "middle" }),
    ),
  ];
}
