/**
 * Depth to space and space to depth that a graph writes as reshapes and transpositions, as PyTorch does. Once the view of a
 * map has rows made of blocks, or channels made of rows and columns, it is the one operation.
 */
import type { Shape } from "../../core/shape.js";
import type { BlocksOp } from "../../network/ops.js";
import type { NodeToRead } from "./node.js";
import type { GraphMap } from "./value.js";
import { type FileAxis, isBatch, merged, type Stretch, type View } from "./view.js";

/** The operation whose result a view shows, added; `null` where the view shows none. */
export function addBlocks(node: NodeToRead, map: GraphMap, view: View): GraphMap | null {
  if (!map.sure || map.shape.length !== 3 || view.length !== 4 || !isBatch(view[0]!)) return null;
  for (const order of ["NCHW", "NHWC"] as const) {
    const [rows, columns, channels] = ["H", "W", "C"].map((axis) => merged(view[order.indexOf(axis)]!));
    const found =
      spaceToDepth(rows!, columns!, channels!, map.shape) ?? depthToSpace(rows!, columns!, channels!, map.shape);
    if (!found) continue;
    const { builder, readers } = node;
    const place = builder.place(node.layer(), [map]);
    return builder.add({ ...found, ...place, inputs: [map.op] }, [map], { axes: order, readers });
  }
  return null;
}

type Blocks = Pick<BlocksOp, "kind" | "block" | "order">;

const isPart = (stretch: Stretch | undefined, axis: number, size: number, stride: number): boolean =>
  stretch?.axis === axis && stretch.size === size && stretch.stride === stride;

/** Rows and columns in steps of a block, and channels with the places within the block before or behind them. */
function spaceToDepth(rows: FileAxis, columns: FileAxis, channels: FileAxis, [h, w, c]: Shape): Blocks | null {
  const block = rows[0]?.stride ?? columns[0]?.stride ?? 1;
  if (block < 2 || !h || !w || !c) return null;
  const isStepped = (axis: FileAxis, stored: number, size: number): boolean =>
    size === block ? axis.length === 0 : axis.length === 1 && isPart(axis[0], stored, size / block, block);
  if (!isStepped(rows, 0, h) || !isStepped(columns, 1, w)) return null;
  const isWithin = (list: FileAxis): boolean =>
    list.length === 2 && isPart(list[0], 0, block, 1) && isPart(list[1], 1, block, 1);
  const isAll = (list: FileAxis): boolean =>
    c === 1 ? list.length === 0 : list.length === 1 && isPart(list[0], 2, c, 1);
  const first = c === 1 ? 0 : 1;
  if (isAll(channels.slice(0, first)) && isWithin(channels.slice(first))) {
    return { kind: "spaceToDepth", block, order: "CRD" };
  }
  if (isWithin(channels.slice(0, 2)) && isAll(channels.slice(2))) return { kind: "spaceToDepth", block, order: "DCR" };
  return null;
}

/** Rows and columns with a part of the channels behind them, which is their place within the block. */
function depthToSpace(rows: FileAxis, columns: FileAxis, channels: FileAxis, [h, w, c]: Shape): Blocks | null {
  const [down, across] = [rows.at(-1), columns.at(-1)];
  const block = down?.size;
  if (!block || !h || !w || !c || down.axis !== 2 || across?.axis !== 2 || across.size !== block) return null;
  const left = c / block ** 2;
  const isWhole = (axis: FileAxis, stored: number, size: number): boolean =>
    size === 1 ? axis.length === 0 : axis.length === 1 && isPart(axis[0], stored, size, 1);
  if (!isWhole(rows.slice(0, -1), 0, h) || !isWhole(columns.slice(0, -1), 1, w)) return null;
  const isLeft = (stride: number): boolean =>
    left === 1 ? channels.length === 0 : channels.length === 1 && isPart(channels[0], 2, left, stride);
  if (down.stride === block && across.stride === 1 && isLeft(block ** 2)) {
    return { kind: "depthToSpace", block, order: "CRD" };
  }
  if (down.stride === block * left && across.stride === left && isLeft(1)) {
    return { kind: "depthToSpace", block, order: "DCR" };
  }
  return null;
}
