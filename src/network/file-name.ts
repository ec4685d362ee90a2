/** Units and layers of a network as names of files. No two of a network share one, on any file system. */
import { fileName } from "../core/text.js";
import type { UnitLike } from "../core/unit.js";
import { checkNetwork, type Network, resolveUnit } from "./network.js";

/**
 * A unit as the name of a file, without an ending: `first:0` is `first-0`, `block/conv:0` is `block%2Fconv-0`. Names of different units
 * differ, also where upper and lower case do not count.
 *
 * @throws LensError `unknown-layer`, `bad-unit`.
 * @public
 */
export function unitFileName(net: Network, unit: UnitLike | string): string {
  const { layer, channel } = resolveUnit(net, unit);
  return fileName(
    `${layer}-${channel}`,
    net.layers.map(({ name }) => `${name}-${channel}`),
  );
}

/**
 * A layer as a part of the name of a file, by the same rule.
 *
 * @public
 */
export function layerFileName(net: Network, layer: string): string {
  checkNetwork(net);
  return fileName(
    net.layer(layer).name,
    net.layers.map(({ name }) => name),
  );
}
