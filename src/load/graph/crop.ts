/** Rows or columns cut off a map, or left out at regular distances. */
import { CannotRead } from "./cannot-read.js";
import type { NodeToRead } from "./node.js";
import type { GraphMap } from "./value.js";
import { fullAxis } from "./view.js";

/** Which rows or columns are kept. */
export interface Kept {
  /** The axis of the file. */
  readonly at: number;
  /** The stored axis: 0 for rows, 1 for columns. */
  readonly line: 0 | 1;
  /** The places kept. */
  readonly chosen: readonly number[];
  /** Whether the axis goes. */
  readonly drop: boolean;
  readonly readers: number;
}

/** Keeps some rows or columns at a regular distance. */
export function crop(node: NodeToRead, map: GraphMap, { at, line, chosen, drop, readers }: Kept): GraphMap {
  const { builder } = node;
  const size = map.shape[line]!;
  const [first, last] = [chosen[0]!, chosen.at(-1)!];
  const stride = chosen.length > 1 ? chosen[1]! - first : 1;
  const isRegular = stride > 0 && chosen.every((place, i) => place === first + i * stride);
  if (!isRegular || first < 0 || last >= size) {
    throw new CannotRead("it picks rows or columns in another order than at a regular distance");
  }
  const [before, after] = [first, size - 1 - last];
  const cropping =
    line === 0 ? { top: before, bottom: after, left: 0, right: 0 } : { top: 0, bottom: 0, left: before, right: after };
  const strides = line === 0 ? ([stride, 1] as const) : ([1, stride] as const);
  const place = builder.place(node.layer(), [map]);
  const made = builder.add({ kind: "crop", ...place, inputs: [map.op], cropping, strides }, [map], {
    axes: (output) => map.axes.map((axis, i) => (i === at ? fullAxis(output, line) : axis)),
    readers,
  });
  return drop ? { ...made, axes: made.axes.filter((_, i) => i !== at) } : made;
}
