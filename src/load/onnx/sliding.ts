/** Windows of ONNX: `pads` is `[top, left, bottom, right]`, or the zeros follow from `auto_pad` and, for pools, `ceil_mode`. */

import type { Shape } from "../../core/shape.js";
import { padsOf } from "../../network/ops/window.js";
import type { Padding } from "../../network/ops.js";
import { CannotRead } from "../graph/cannot-read.js";
import type { NodeToRead } from "../graph/node.js";
import { fileShape, type GraphMap } from "../graph/value.js";
import type { Sliding } from "../graph/weighted.js";

/** How the window of a node slides over a map. */
export function slidingOf(node: NodeToRead, map: GraphMap, size: readonly [number, number]): Sliding {
  const strides = pair(node, "strides");
  const dilation = pair(node, "dilations");
  const shape = fileShape(map).slice(2);
  const padding = paddingOf(node, shape, { size, strides, dilation });
  return {
    strides,
    dilation,
    padding: node.flag("ceil_mode", false) ? roundedUp(shape, { size, strides, dilation, padding }) : padding,
  };
}

function pair(node: NodeToRead, name: string): [number, number] {
  const list = node.list(name);
  if (list && list.length !== 2) throw new CannotRead(`it slides along ${list.length} axes, not 2`);
  return node.whole(name, 2, { fallback: [1, 1], least: 1 }) as [number, number];
}

interface Window extends Omit<Sliding, "padding"> {
  readonly size: readonly [number, number];
}

function paddingOf(node: NodeToRead, shape: Shape, { size, strides, dilation }: Window): Padding {
  const auto = node.word("auto_pad", "NOTSET");
  if (auto === "SAME_UPPER") return "same";
  if (auto === "VALID") return "valid";
  if (auto === "SAME_LOWER") {
    if (shape.includes(null)) throw new CannotRead("its zeros depend on a free image size");
    const { top, bottom, left, right } = padsOf("same", size, strides, dilation, shape);
    return { top: bottom, bottom: top, left: right, right: left };
  }
  if (auto !== "NOTSET") throw new CannotRead(`its auto_pad is ${auto}`);
  const [top, left, bottom, right] = node.whole("pads", 4, { fallback: [0, 0, 0, 0] });
  return top || left || bottom || right ? { top: top!, bottom: bottom!, left: left!, right: right! } : "valid";
}

/** Zeros at the end that let the last window in which still starts on the map or in the zeros before it. */
function roundedUp(shape: Shape, { size, strides, dilation, padding }: Window & { padding: Padding }): Padding {
  if (shape.includes(null)) throw new CannotRead("it rounds a free image size up");
  const pads = padsOf(padding, size, strides, dilation, shape);
  const extra = (axis: 0 | 1, before: number, after: number): number => {
    const n = shape[axis]!;
    const room = n + before + after - ((size[axis] - 1) * dilation[axis] + 1);
    const windows = Math.ceil(room / strides[axis]) + 1;
    const kept = (windows - 1) * strides[axis] >= n + before ? windows - 1 : windows;
    return Math.max(after, after + (kept - 1) * strides[axis] - room);
  };
  const bottom = extra(0, pads.top, pads.bottom);
  const right = extra(1, pads.left, pads.right);
  return bottom === pads.bottom && right === pads.right ? padding : { ...pads, bottom, right };
}
