/** Opening a tfjs GraphModel. */
import type { Network } from "../../network/network.js";
import { readGraph } from "../graph/read.js";
import type { Json, JsonObject } from "../json.js";
import type { StoredWeight } from "../weights.js";
import { graphOf } from "./graph.js";
import { tensorFlowDialect } from "./nodes.js";

/** The network of a graph's topology and weights. */
export function openGraph(
  topology: JsonObject,
  { weights, signature }: { readonly weights: ReadonlyMap<string, StoredWeight>; readonly signature: Json | undefined },
  options: Parameters<typeof readGraph>[2],
): Network {
  return readGraph(graphOf(topology, weights, signature), tensorFlowDialect, options);
}
