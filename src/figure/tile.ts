/** Kernels drawn as tiles: a square per weight, row 0 on top, framed. */
import { type Kernel, largestOf } from "../core/kernel.js";
import { formatUnit } from "../core/unit.js";
import { weightHex } from "./color.js";
import { excitation, type Figure, faint, grey, inhibition, type Mark, mark, moved, text } from "./mark.js";

/**
 * Options of `kernel`.
 *
 * @public
 */
export interface KernelFigureOptions {
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
  const width = Math.max(size + 32, 320);
  return {
    width,
    height: size + 76,
    title,
    description: `${title}. ${describeKernel(of)}`,
    marks: [text(16, 24, title, { weight: 600 }), moved(16, 36, ...tile(of, size, limit)), ...legend(16, size + 58)],
  };
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
    return mark("rect", { x, y, width: w, height: h, fill: weightHex(limit === 0 ? 0 : weight / limit) });
  });
  const frame = mark("rect", {
    x: left,
    y: top,
    width: side * width,
    height: side * height,
    fill: "none",
    stroke: "#888888",
    "stroke-width": 1,
  });
  return [...squares, frame];
}

/** Two squares: what red and blue mean. */
export function legend(x: number, y: number): Mark[] {
  const entry = (at: number, fill: string, words: string): Mark[] => [
    mark("rect", { x: at, y: y - 9, width: 10, height: 10, fill }),
    text(at + 15, y, words, { size: 11.5, fill: grey }),
  ];
  return [...entry(x, excitation, "positive (excitation)"), ...entry(x + 150, inhibition, "negative (inhibition)")];
}

/** A kernel in words and numbers. */
export function describeKernel({ height, width, data }: Pick<Kernel, "height" | "width" | "data">): string {
  const rows = Array.from({ length: height }, (_, r) =>
    [...data.subarray(r * width, (r + 1) * width)].map((w) => w.toFixed(4)).join(", "),
  );
  return `${height} × ${width} weights, row 0 on top: ${rows.join("; ")}.`;
}

/** An empty rounded cell, where there is nothing to draw. */
export function emptyCell(size: number, words: string): Mark[] {
  return [
    mark("rect", { x: 0.5, y: 0.5, width: size - 1, height: size - 1, rx: 5, fill: "#f2f2f2", stroke: faint }),
    ...words.split("\n").map((line, i, all) =>
      text(size / 2, size / 2 + 4 + (i - (all.length - 1) / 2) * 14, line, {
        size: 11,
        fill: grey,
        anchor: "middle",
      }),
    ),
  ];
}
