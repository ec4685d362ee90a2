/**
 * Depthwise convolution: each lane is convolved by itself,
 *
 *     y[Y, X, c] = f(bias[c] + Σ_taps w[tap, c] · x[Y·step + tap.row, X·step + tap.column, c])
 *
 * Its adjoint is the same sum over the taps that divide, phase by phase as in `conv`.
 */
import { finish } from "./finish";

@unmanaged
export class DepthwiseTask {
  /** The map read. */
  input: usize;
  inputPixel: i32;
  height: i32;
  width: i32;
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
  /** `[tap][lane]`. */
  weights: usize;
  /** One value per lane. */
  bias: usize;
  /** The map written; its pixel (firstY + y·strideY, firstX + x·strideX) is position (y, x). */
  output: usize;
  outputPixel: i32;
  outputHeight: i32;
  outputWidth: i32;
  firstY: i32;
  firstX: i32;
  strideY: i32;
  strideX: i32;
  lanes: i32;
  flags: i32;
  ceiling: f32;
  mask: usize;
  maskPixel: i32;
}

/** Units: count · rows. */
export function depthwise(address: usize, from: i32, to: i32, _scratch: usize): void {
  const task = changetype<DepthwiseTask>(address);
  for (let unit = from; unit < to; unit++) {
    const n = unit / task.rows, y = unit % task.rows;
    const image = task.input + <usize>(n * task.height * task.width) * <usize>task.inputPixel;
    const row = (n * task.outputHeight + task.firstY + y * task.strideY) * task.outputWidth + task.firstX;
    for (let x = 0; x < task.columns; x++) {
      const pixel = <usize>(row + x * task.strideX);
      position(task, image, y * task.stepY, x * task.stepX, task.output + pixel * <usize>task.outputPixel, task.mask + pixel * <usize>task.maskPixel);
    }
  }
}

/** All lanes of one position. */
function position(task: DepthwiseTask, image: usize, y0: i32, x0: i32, output: usize, mask: usize): void {
  const bytes = <usize>task.lanes << 2;
  for (let lane: usize = 0; lane < bytes; lane += 32) {
    let a = v128.load(task.bias + lane), b = v128.load(task.bias + lane, 16);
    let weight = task.weights + lane;
    let offset = task.taps;
    for (let tap = 0; tap < task.tapCount; tap++) {
      const y = y0 + load<i32>(offset), x = x0 + load<i32>(offset, 4);
      if (<u32>y < <u32>task.height && <u32>x < <u32>task.width) {
        const from = image + <usize>(y * task.width + x) * <usize>task.inputPixel + lane;
        a = f32x4.add(a, f32x4.mul(v128.load(weight), v128.load(from)));
        b = f32x4.add(b, f32x4.mul(v128.load(weight, 16), v128.load(from, 16)));
      }
      weight += bytes;
      offset += 8;
    }
    finish(a, b, output + lane, mask + (lane >> 5), task.flags, task.ceiling);
  }
}
