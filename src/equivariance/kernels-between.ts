/** The kernels between two layers: their own where they are neighbours, composed through what lies between where they are not. */
import { LensError } from "../core/errors.js";
import type { WeightsChoice } from "../weights/layer-weights.js";
import { incoming, inputsFrom, isNetwork, layerName, type Weights } from "./block.js";
import { type EffectiveBlock, effectiveBlock } from "./effective-block.js";

/**
 * The kernels by which `to` reads `from`.
 *
 * @throws LensError `unsupported` where it does not, or where `from` is the image.
 */
export function kernelsBetween(
  weights: Weights,
  from: string,
  to: string,
  choice: WeightsChoice = "folded",
): EffectiveBlock {
  const [below, above] = [layerName(weights, from), layerName(weights, to)];
  const whole = isNetwork(weights) && joinsLayers(weights, above) ? null : incoming(weights, above, choice);
  const block = whole && inputsFrom(whole, below);
  if (block?.image) {
    throw new LensError(
      "unsupported",
      `a motif lies between two layers of units; "${from}" is the image, and what "${to}" makes of it are families: call findFamilies`,
    );
  }
  if (block && block.inputs.length > 0) return { block, standIns: [] };
  if (isNetwork(weights)) return effectiveBlock(weights, below, above, choice);
  const others = [...new Set(whole!.inputs.map((unit) => unit.layer))];
  throw new LensError("unsupported", `"${to}" does not read "${from}"; it reads ${others.join(", ")}`);
}

/** Whether a layer puts channels of several layers side by side or adds them, and has no weights of its own. */
function joinsLayers(net: Extract<Weights, { readonly ops: unknown }>, layer: string): boolean {
  return ["concat", "add"].includes(net.layer(layer).kind);
}
