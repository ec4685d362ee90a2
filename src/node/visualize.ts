/** `visualize` in Node, where several threads may share the pictures of many targets. */
import { checkOptions } from "../core/check.js";
import type { Network } from "../network/network.js";
import type { Picture } from "../optvis/picture.js";
import { objectiveOf, type TargetLike, visualize as visualizeHere } from "../optvis/visualize.js";
import {
  type VisualizeManyOptions,
  type VisualizeOptions,
  type VisualizeTogetherOptions,
  visualizeOptions,
} from "../optvis/visualize-options.js";
import { shareAmongWorkers } from "./workers/share.js";

/**
 * A picture of what a unit (or any objective) looks for, by gradient ascent on the image. For a list, a picture of each, climbing as
 * it would alone; the units of a whole layer are `unitsOf(net, layer)`.
 *
 * @throws LensError `unknown-layer`, `bad-unit`, `bad-argument`, `bad-size`, `unsupported`; the signal's reason when
 * aborted.
 * @public
 */
export async function visualize(
  net: Network,
  target: TargetLike,
  options?: VisualizeOptions & { readonly count?: undefined },
): Promise<Picture>;
/**
 * Several pictures of one objective, climbing together.
 *
 * @throws LensError as above.
 * @public
 */
export async function visualize(
  net: Network,
  target: TargetLike,
  options: VisualizeTogetherOptions,
): Promise<Picture[]>;
/**
 * A picture of each of several targets, in their order.
 *
 * @throws LensError as above.
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
  given: VisualizeManyOptions & { readonly count?: number | undefined } = {},
): Promise<Picture | Picture[]> {
  checkOptions(visualizeOptions, given);
  const { workers = 1, ...options } = given;
  const { batch = 4 } = options;
  const targets = target as readonly TargetLike[];
  if (workers === 1 || !Array.isArray(target)) return visualizeHere(net, targets, options);
  const objectives = targets.map((one) => objectiveOf(net, one));
  return shareAmongWorkers(net, objectives, { ...options, workers, batch });
}
