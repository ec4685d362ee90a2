/**
 * ONNX says what axes are by their place: channels second, then rows and columns. What reads a map whose axes were put in another order
 * takes rows for channels, and means it; here it cannot be computed.
 */
import { CannotRead } from "../graph/cannot-read.js";
import type { NodeToRead } from "../graph/node.js";
import type { GraphMap } from "../graph/value.js";

/** A map that a node reads, its axes where ONNX has them. */
export function channelsFirst(node: NodeToRead, i: number): GraphMap {
  const map = node.map(i);
  if (map.axes !== "NCHW" && map.axes !== "NC") {
    throw new CannotRead(`it takes the axes ${map.axes} for NCHW`);
  }
  return map;
}
