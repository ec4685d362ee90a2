/**
 * Convolution as a matrix product: rows are positions of the output, columns are output channels, and the depth runs over
 * (tap, input channel). The rows are gathered block by block into memory that stays in the cache, so that size, stride,
 * dilation and the zeros around the map are a matter of gathering alone.
 *
 *     forward    y[Y, X, o] = f(bias[o] + Σ_taps Σ_i  w[tap, i, o] · x[Y·step + tap.row, X·step + tap.column, i])
 *                           with tap.row = r·dilation − top
 *
 *     adjoint    x̄[Y, X, i] = Σ w[r, c, i, o] · ȳ[(Y + top − r·dilation) / stride, …]     over those r that divide
 *
 * The adjoint is the same product with in and out changed over. At stride s the pixels of x̄ fall into s × s phases, each
 * with the taps that divide there: `Y = s·y + phase`, and a tap reads ȳ at `y + (phase + top − r·dilation) / stride`. Each
 * phase is a task with its own taps and weights, that writes every s-th pixel.
 */
import { Finish } from "./finish";
import { interleave, multiplyPanel, rowBytes } from "./gemm";

@unmanaged
export class ConvTask {
  /** First value of the map read, and bytes between its pixels. */
  input: usize;
  inputPixel: i32;
  /** Size of the map read. */
  height: i32;
  width: i32;
  /** Channels read at each tap. */
  channels: i32;
  /** Positions computed: count · rows · columns. */
  count: i32;
  rows: i32;
  columns: i32;
  /** Pixels of the map read from one position to the next. */
  stepY: i32;
  stepX: i32;
  /** For each tap its row and column from the position, two i32. */
  taps: usize;
  tapCount: i32;
  /** Panels, each `[tap, channel][8]`. */
  weights: usize;
  /** One value per lane. */
  bias: usize;
  /** Zeros, one per channel and lane. */
  zeros: usize;
  /** The map written; its pixel (firstY + y·strideY, firstX + x·strideX) is position (y, x). */
  output: usize;
  outputPixel: i32;
  outputHeight: i32;
  outputWidth: i32;
  firstY: i32;
  firstX: i32;
  strideY: i32;
  strideX: i32;
  /** Channels written, a multiple of eight. */
  lanes: i32;
  flags: i32;
  ceiling: f32;
  mask: usize;
  maskPixel: i32;
  /** A unit is `block` positions (a multiple of 4) and one of `groups` equal shares of the panels. */
  block: i32;
  groups: i32;
  /** Depth gathered at a time. */
  depthBlock: i32;
}

/** Bytes that say where a position reads: address of its image, row and column before the tap is added. */
const positionBytes: usize = 12;
/** A row so far outside that no tap leads back. */
const outside: i32 = -0x40000000;

/** Units: ⌈positions / block⌉ · groups. Scratch: block · (4·depthBlock + 20) + 8·lanes + 48 bytes. */
export function convolve(address: usize, from: i32, to: i32, scratch: usize): void {
  const task = changetype<ConvTask>(address);
  const rows = scratch + <usize>task.block * positionBytes;
  const nowhere = rows + <usize>task.block * rowBytes;
  const packed = nowhere + (<usize>task.lanes << 3);
  const panels = task.lanes >> 3;
  const share = (panels + task.groups - 1) / task.groups;
  const total = task.count * task.rows * task.columns;
  const depth = task.tapCount * task.channels;
  for (let unit = from; unit < to; unit++) {
    const first = (unit / task.groups) * task.block;
    const left = min(task.block, total - first);
    const tiles = (left + 3) >> 2;
    locate(task, first, left, tiles << 2, scratch, rows, nowhere);
    const firstPanel = (unit % task.groups) * share;
    const lastPanel = min(panels, firstPanel + share);
    let k = 0;
    do {
      const deep = min(task.depthBlock, depth - k);
      gather(task, scratch, tiles, k, deep, packed);
      const last = k + deep == depth;
      const flags = (last ? task.flags : 0) | (k ? Finish.Add : task.flags & Finish.Add);
      for (let panel = firstPanel; panel < lastPanel; panel++) {
        const column = <usize>panel << 5;
        const bias = k ? task.zeros : task.bias + column;
        const weights = task.weights + (<usize>(panel * depth) << 5);
        multiplyPanel(packed, tiles, deep, weights + (<usize>k << 5), bias, rows, column, flags, task.ceiling);
      }
      k += deep;
    } while (k < depth);
  }
}

/** Where each position of a block reads and writes. Positions past the last read zeros and write nowhere. */
function locate(task: ConvTask, first: i32, left: i32, all: i32, positions: usize, rows: usize, nowhere: usize): void {
  let x = first % task.columns;
  let y = (first / task.columns) % task.rows;
  let n = first / (task.columns * task.rows);
  for (let i = 0; i < all; i++) {
    if (i < left) {
      const pixel = (n * task.outputHeight + task.firstY + y * task.strideY) * task.outputWidth + task.firstX + x * task.strideX;
      store<usize>(positions, task.input + <usize>(n * task.height * task.width) * <usize>task.inputPixel);
      store<i32>(positions, y * task.stepY, 4);
      store<i32>(positions, x * task.stepX, 8);
      store<usize>(rows, task.output + <usize>pixel * <usize>task.outputPixel);
      store<usize>(rows, task.mask + <usize>pixel * <usize>task.maskPixel, 4);
    } else {
      store<i32>(positions, outside, 4);
      store<usize>(rows, nowhere);
      store<usize>(rows, nowhere + (<usize>task.lanes << 2), 4);
    }
    positions += positionBytes;
    rows += rowBytes;
    if (++x == task.columns) {
      x = 0;
      if (++y == task.rows) {
        y = 0;
        n++;
      }
    }
  }
}

/** Packs the depth k … k + deep − 1 of all tiles: the input channels under each tap, one tap after the other. */
function gather(task: ConvTask, positions: usize, tiles: i32, k: i32, deep: i32, tile: usize): void {
  for (let i = 0; i < tiles; i++) {
    let tap = k / task.channels;
    let channel = k % task.channels;
    let left = deep;
    while (left > 0) {
      const run = min(left, task.channels - channel);
      const offset = task.taps + (<usize>tap << 3);
      const row = load<i32>(offset), column = load<i32>(offset, 4);
      const skip = <usize>channel << 2;
      interleave(
        source(task, positions, row, column) + skip,
        source(task, positions + positionBytes, row, column) + skip,
        source(task, positions + 2 * positionBytes, row, column) + skip,
        source(task, positions + 3 * positionBytes, row, column) + skip,
        run,
        tile,
      );
      tile += <usize>run << 4;
      left -= run;
      channel = 0;
      tap++;
    }
    positions += 4 * positionBytes;
  }
}

/** The pixel a position sees under a tap, or zeros. */
@inline
function source(task: ConvTask, position: usize, row: i32, column: i32): usize {
  const y = load<i32>(position, 4) + row, x = load<i32>(position, 8) + column;
  const inside = <u32>y < <u32>task.height && <u32>x < <u32>task.width;
  return inside ? load<usize>(position) + <usize>(y * task.width + x) * <usize>task.inputPixel : task.zeros;
}
