/**
 * How a convolution is cut up, and which way it is done. The numbers are measured: blocks are as large as the second cache
 * takes beside the weights that stream past.
 */
import type { PlacedStep } from "../layout.js";
import type { ConvStep } from "../steps.js";
import type { FeatureMap } from "./feature-map.js";
import type { Cut } from "./schedule.js";
import type { Precision } from "./step-kernel.js";
import type { Window } from "./taps.js";

/** Depth of a product gathered at a time: a panel of weights this deep is half the first cache. */
const depthLimit = 512;
/** Bytes of gathered rows. */
const gatheredBytes = 128 * 1024;
/** Bytes of transformed patches. */
const patchBytes = 384 * 1024;
/** Units each thread should find, so that they finish together. */
const unitsPerThread = 6;

const upTo = (n: number, grain: number): number => Math.ceil(n / grain) * grain;
const between = (low: number, n: number, high: number): number => Math.max(low, Math.min(n, high));

/** How a product is cut. */
export function cutProduct(
  output: FeatureMap,
  window: Window,
  channels: number,
  threads: number,
): Cut & { block: number; groups: number; depthBlock: number } {
  const depth = Math.max(1, window.taps.length * channels);
  const depthBlock = upTo(Math.ceil(depth / Math.ceil(depth / depthLimit)), 4);
  const positions = output.count * window.rows * window.columns;
  const block = blockOf(positions, between(16, gatheredBytes / (4 * depthBlock), 256), threads);
  const { units, groups } = share(Math.ceil(positions / block), output.lanes / 8, threads);
  return { block, groups, depthBlock, units, scratch: block * (4 * depthBlock + 20) + 8 * output.lanes + 48 };
}

/** How Winograd's tiles are cut. */
export function cutTiles(
  output: FeatureMap,
  size: 2 | 4,
  channels: number,
  threads: number,
): Cut & { block: number; groups: number } {
  const positions = (size + 2) ** 2;
  const tiles = output.count * Math.ceil(output.height / size) * Math.ceil(output.width / size);
  const block = blockOf(tiles, between(4, patchBytes / (4 * positions * channels), 64), threads);
  const { units, groups } = share(Math.ceil(tiles / block), output.lanes / 8, threads);
  return { block, groups, units, scratch: 4096 + 4 * block * positions * (channels + 8) + 8 * block };
}

/** Rows of a block: as many as fit, fewer where threads would go without. */
function blockOf(rows: number, fit: number, threads: number): number {
  const fair = threads > 1 ? rows / (threads * unitsPerThread) : rows;
  return between(4, 4 * Math.floor(Math.min(fit, fair) / 4), upTo(rows, 4));
}

/** Cuts the panels too where there are too few blocks. */
function share(blocks: number, panels: number, threads: number): { units: number; groups: number } {
  const wanted = threads > 1 ? Math.ceil((threads * 2) / blocks) : 1;
  const each = Math.ceil(panels / Math.min(panels, wanted));
  const groups = Math.ceil(panels / each);
  return { units: blocks * groups, groups };
}

/**
 * What things cost, in steps of the product (one k of a 4 × 8 tile): to begin and end a tile of the product, to transform
 * four channels of a patch position there and back, to gather four rows by one channel, and the bytes of weights that
 * stream past meanwhile.
 */
const costs = { finishedTile: 25, bareTile: 12, patchIn: 1.7, patchOut: 1.2, gather: 0.2, weightBytes: 80 };

/**
 * The tile that promises the shortest time for one map; 0 for the plain product. It is chosen by one map whatever the batch, so
 * that a map is computed in the same way alone and among others.
 */
export function chooseTile(
  { step, size, inputs }: PlacedStep<ConvStep>,
  output: FeatureMap,
  adjoint: boolean,
  precision: Precision,
): 0 | 2 | 4 {
  const { strides, dilation, groups, weights } = step;
  const plain = [...strides, ...dilation, groups].every((n) => n === 1);
  if (precision === "exact" || size[0] !== 3 || size[1] !== 3 || !plain) return 0;
  const channels = adjoint ? weights.shape[3] : inputs[0]![2];
  if (channels % 4 !== 0) return 0;
  const panels = output.lanes / 8;
  const cost = (tile: 0 | 2 | 4): number => {
    const across = tile || 1;
    const positions = tile ? (tile + 2) ** 2 : 9;
    const quads = Math.ceil((Math.ceil(output.height / across) * Math.ceil(output.width / across)) / 4);
    const streamed = (positions * channels * panels * 32) / costs.weightBytes;
    if (!tile)
      return (
        quads *
          (panels * (9 * channels + costs.finishedTile * Math.ceil((9 * channels) / depthLimit)) +
            9 * channels * costs.gather) +
        streamed
      );
    const transforms = 4 * positions * (Math.ceil(channels / 4) * costs.patchIn + 2 * panels * costs.patchOut);
    return quads * (positions * panels * (channels + costs.bareTile) + transforms) + streamed;
  };
  const allowed: (0 | 2 | 4)[] = precision === "fast" ? [0, 2, 4] : [0, 2];
  return allowed.reduce((best, tile) => (cost(tile) < cost(best) ? tile : best));
}
