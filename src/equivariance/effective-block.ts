/**
 * Kernels between layers that are not neighbours: through linear ways and bottlenecks, composed as `expand` does. Rectifiers on
 * the way are let through; what was put in the place of what is said.
 */

import { channelsOf } from "../core/shape.js";
import { type Network, outputOp } from "../network/network.js";
import { compose, type Window } from "../network/transform/compose.js";
import { linearize } from "../network/transform/linearize.js";
import { subnetwork } from "../network/transform/subnetwork.js";
import { layerWeights, type WeightsChoice } from "../weights/layer-weights.js";
import type { Block } from "./block.js";

/** A block with what stands for what in it; none where it is exact. */
export interface EffectiveBlock {
  readonly block: Block;
  readonly standIns: readonly string[];
}

/**
 * The kernels by which every unit of `to` reads the units of `from`.
 *
 * @throws LensError `unsupported` where a way leads round `from`, or through what has no linear stand-in.
 */
export function effectiveBlock(net: Network, from: string, to: string, choice: WeightsChoice): EffectiveBlock {
  const { net: linear, standIns } = linearize(subnetwork(net, from, to), { gates: null, size: "free" });
  const nIn = channelsOf(outputOp(net, from).output);
  const nOut = channelsOf(outputOp(net, to).output);
  const windows = Array.from({ length: nOut }, (_, channel) => compose(linear, channel));
  const height = odd(Math.max(...windows.map((window) => window.height)));
  const width = odd(Math.max(...windows.map((window) => window.width)));
  const gains = gainsOf(net, to, choice);
  const data = new Float32Array(nOut * nIn * height * width);
  windows.forEach((window, o) => place(window, gains(o), { data, o, nIn, height, width }));
  const units = (layer: string, count: number) => Array.from({ length: count }, (_, channel) => ({ layer, channel }));
  return {
    block: { height, width, inputs: units(from, nIn), outputs: units(to, nOut), image: false, data },
    standIns,
  };
}

/** Sets a window in the middle of its unit's kernels. */
function place(
  { height: rows, width: columns, channels, data: from }: Window,
  gain: number,
  to: {
    readonly data: Float32Array;
    readonly o: number;
    readonly nIn: number;
    readonly height: number;
    readonly width: number;
  },
): void {
  const [top, left] = [Math.floor((to.height - rows) / 2), Math.floor((to.width - columns) / 2)];
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      for (let i = 0; i < channels; i++) {
        const at = ((to.o * to.nIn + i) * to.height + top + y) * to.width + left + x;
        to.data[at] = gain * from[(y * columns + x) * channels + i]!;
      }
    }
  }
}

/** Factor of the batch norm behind each unit, where the layer has weights of its own. */
function gainsOf(net: Network, to: string, choice: WeightsChoice): (o: number) => number {
  const op = outputOp(net, to);
  const own = op.kind === "conv" || op.kind === "depthwise" || op.kind === "dense";
  return own ? layerWeights(net, to, choice).scale : () => 1;
}

function odd(size: number): number {
  return size + 1 - (size % 2);
}
