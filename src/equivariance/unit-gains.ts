/**
 * Gains of channels. A channel scaled by s, and what reads it by 1/s, leave a rectified network as it is, but not its kernels. So
 * kernels are compared after they are multiplied by the norm of the filter of the unit they read; that filter's own kernels are
 * taken the same way, from the image up:
 *
 *     n_i = ‖ w_ij · n_j ‖ over all inputs j and taps,     n = 1 for the image and for what has no filter of its own
 */
import { LensError } from "../core/errors.js";
import type { Unit } from "../core/unit.js";
import { outputOp } from "../network/network.js";
import { channelSources } from "../network/sources.js";
import type { WeightsChoice } from "../weights/layer-weights.js";
import { type Block, hasIncoming, incoming, isNetwork, type Weights } from "./block.js";

/** The norm of a unit's filter. */
export type UnitGain = (unit: Unit) => number;

const cache = new WeakMap<Weights, Map<string, Float64Array | null>>();

/** The gains of the units of some weights. */
export function unitGains(weights: Weights, choice: WeightsChoice = "folded"): UnitGain {
  const known = cache.get(weights) ?? new Map<string, Float64Array | null>();
  cache.set(weights, known);
  const normsOf = (layer: string): Float64Array | null => {
    const key = `${choice} ${layer}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    // What reads itself, in a graph with a circle, has no gain from the image up.
    known.set(key, null);
    const block = blockOf(weights, layer, choice);
    const norms = block && filterNorms(balanced(block, gain));
    known.set(key, norms);
    return norms;
  };
  const gain: UnitGain = ({ layer, channel }) => {
    const maker = isNetwork(weights) ? makerOf(weights, { layer, channel }) : { layer, channel };
    return maker && maker.layer !== "image" ? (normsOf(maker.layer)?.[maker.channel] ?? 1) : 1;
  };
  return gain;
}

/** A block whose kernels are multiplied by the gain of the unit they read. */
export function balanced(block: Block, gain: UnitGain): Block {
  if (block.image) return block;
  const taps = block.height * block.width;
  const gains = block.inputs.map((unit) => gain(unit) || 1);
  const nIn = gains.length;
  return { ...block, data: block.data.map((weight, at) => weight * gains[Math.floor(at / taps) % nIn]!) };
}

/** The unit whose filter makes a channel, of a concatenation too; `null` for the image. */
function makerOf(net: Parameters<typeof channelSources>[0], unit: Unit): Unit | null {
  const source = channelSources(net, outputOp(net, unit.layer).name)[unit.channel];
  return !source || source.kind === "input" ? null : source.unit;
}

function blockOf(weights: Weights, layer: string, choice: WeightsChoice): Block | null {
  if (!hasIncoming(weights, layer)) return null;
  try {
    return incoming(weights, layer, choice);
  } catch (error) {
    // Sums and the like have no filter of their own.
    if (error instanceof LensError && error.code === "unsupported") return null;
    throw error;
  }
}

function filterNorms({ data, outputs, inputs, height, width }: Block): Float64Array {
  const length = inputs.length * height * width;
  const norms = new Float64Array(outputs.length);
  outputs.forEach((_, o) => {
    let sum = 0;
    for (let at = o * length; at < (o + 1) * length; at++) sum += data[at]! ** 2;
    norms[o] = Math.sqrt(sum);
  });
  return norms;
}
