/** The curve that joins two points of a diagram from left to right. */
import { linkHorizontal } from "d3-shape";

/** A point of a drawing. */
export type Point = readonly [x: number, y: number];

const draw = linkHorizontal<{ source: Point; target: Point }, Point>()
  .x(([x]) => Math.round(x * 100) / 100)
  .y(([, y]) => Math.round(y * 100) / 100);

/** Path data of a curve that leaves one point and reaches the other level. */
export function link(source: Point, target: Point): string {
  return draw({ source, target })!;
}
