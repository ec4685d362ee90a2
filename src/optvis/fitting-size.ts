/**
 * Brings pictures to a size that the network can run at. A flatten before a dense layer fixes the size; the sums and
 * concatenations of a network with skip connections need maps of one size, as only some sizes give. Transforms change the
 * size at every step, so each stack of pictures is resized to the nearest size that fits, with the exact adjoint.
 */
import { isLensError } from "../core/errors.js";
import { layout } from "../engine/layout.js";
import type { Plan } from "../engine/plan.js";
import { resizeAxis } from "../math/resample.js";
import type { ImageInput } from "../network/network.js";
import type { Pictures } from "./param/param.js";
import type { DrawnTransform } from "./transform/transform.js";

/** Height and width in pixels. */
export type Size = readonly [height: number, width: number];

/** How far from the wanted size another is looked for, in pixels: enough for skips across six halvings. */
const furthest = 64;

/**
 * The size nearest to the one wanted at which a plan runs, the larger of two that are equally near. A network with a head of
 * fixed size gets its own size. Where no size is found, the result is the size wanted, for which the engine then states what
 * is wrong.
 */
export function fittingSize(plan: Plan, wanted: Size, { shape }: Pick<ImageInput, "shape">): Size {
  const fits = (size: Size): boolean => runsAt(plan, size);
  if (fits(wanted)) return wanted;
  const own: Size = [shape[0] ?? wanted[0], shape[1] ?? wanted[1]];
  const runsAtOwn = fits(own);
  const isFixed = runsAtOwn && !fits([2 * own[0], 2 * own[1]]);
  if (isFixed) return own;
  const square = (n: number): boolean => n > 0 && fits([n, n]);
  const [rows, columns] = wanted.map((n) => nearest(n, square));
  if (rows !== undefined && columns !== undefined && fits([rows, columns])) return [rows, columns];
  return runsAtOwn ? own : wanted;
}

/** Resizes a stack of pictures without aliasing; the adjoint is the transpose of the same taps. */
export function resizeTo(pictures: Pictures, [height, width]: Size): DrawnTransform {
  const { count, height: h, width: w, channels } = pictures;
  if (h === height && w === width) return { output: pictures, adjoint: (gradient) => gradient };
  const columns = { outer: count * h, from: w, to: width, inner: channels };
  const rows = { outer: count, from: h, to: height, inner: width * channels };
  const data = resizeAxis(resizeAxis(pictures.data, columns), rows);
  return {
    output: { count, height, width, channels, data },
    adjoint: (gradient) => resizeAxis(resizeAxis(gradient, rows, "adjoint"), columns, "adjoint"),
  };
}

/** Whether every map of a plan has a size at an image of this size. */
function runsAt(plan: Plan, [height, width]: Size): boolean {
  try {
    layout(plan, height, width);
    return true;
  } catch (error) {
    if (isLensError(error) && error.code === "bad-size") return false;
    throw error;
  }
}

function nearest(n: number, fits: (n: number) => boolean): number | undefined {
  for (let away = 0; away <= furthest; away++) {
    if (fits(n + away)) return n + away;
    if (fits(n - away)) return n - away;
  }
  return undefined;
}
