/** `visualize` in Node, where several threads may share the pictures of many targets. */
import type { Network } from "../network/network.js";
import {
  checkNumber,
  objectiveOf,
  type Picture,
  type TargetLike,
  type VisualizeManyOptions,
  type VisualizeOptions,
  visualize as visualizeHere,
} from "../optvis/visualize.js";
import { shareAmongWorkers } from "./workers/share.js";

/**
 * A picture of what a unit (or any objective) looks for, by gradient ascent on the image. For a list, a picture of each, climbing as
 * it would alone; the units of a whole layer are `unitsOf(net, layer)`.
 *
 * @throws LensError `unknown-layer`, `bad-unit`, `bad-argument`, `bad-size`, `unsupported`; the signal's reason when
 * aborted.
 * @public
 */
export async function visualize(net: Network, target: TargetLike, options?: VisualizeOptions): Promise<Picture>;
/**
 * A picture of each of several targets, in their order.
 *
 * @public
 */
export async function visualize(
  net: Network,
  targets: readonly TargetLike[],
  options?: VisualizeManyOptions,
): Promise<Picture[]>;
export async function visualize(
  net: Network,
  target: TargetLike | readonly TargetLike[],
  { workers = 1, ...options }: VisualizeManyOptions = {},
): Promise<Picture | Picture[]> {
  checkNumber("workers", workers);
  const { batch = 4 } = options;
  checkNumber("batch", batch);
  const targets = target as readonly TargetLike[];
  if (workers === 1 || !Array.isArray(target)) return visualizeHere(net, targets, options);
  const objectives = targets.map((one) => objectiveOf(net, one));
  return shareAmongWorkers(net, objectives, { ...options, workers, batch });
}
