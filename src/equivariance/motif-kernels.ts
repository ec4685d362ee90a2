/** The kernels that a motif is made of, as they are in the weights: one for each member read by each member that reads. */
import { checkArgument, oneOf } from "../core/check.js";
import type { Kernel } from "../core/kernel.js";
import type { WeightsChoice } from "../weights/layer-weights.js";
import { checkWeights, type Weights } from "./block.js";
import { kernelsBetween } from "./kernels-between.js";
import type { Motif } from "./motif.js";
import { motifSchema } from "./motif.js";
import { pairBlock } from "./pair-block.js";

const choiceSchema = oneOf("folded", "stored");

/**
 * The kernels between the two families of a motif, the target's members in order, for each the source's in order: what
 * `figure.kernelMatrix` and `figure.motif` draw.
 *
 * @throws LensError `unknown-layer`, or `unsupported` where the layer has no weights.
 * @public
 */
export function motifKernels(weights: Weights, motif: Motif, choice: WeightsChoice = "folded"): Kernel[] {
  checkWeights(weights);
  checkArgument("motif", motifSchema, motif);
  checkArgument("choice", choiceSchema, choice);
  const { source, target } = motif;
  const { block } = kernelsBetween(weights, source.layer, target.layer, choice);
  const { height, width, data } = pairBlock(block, motif);
  const taps = height * width;
  return target.members.flatMap(({ unit: to }, t) =>
    source.members.map(({ unit: from }, s) => {
      const at = (t * source.members.length + s) * taps;
      return { from, to, height, width, data: data.slice(at, at + taps) };
    }),
  );
}
