/** A map under another name: what changes only how the file sees a map makes no operation. */
import type { NodeToRead } from "./node.js";
import type { GraphMap } from "./value.js";

/** The same map in other words. */
export function alias({ readers }: NodeToRead, map: GraphMap, change: Partial<GraphMap> = {}): GraphMap {
  // The nodes behind read it in this node's stead.
  return { ...map, ...change, readers: map.readers - 1 + readers };
}
