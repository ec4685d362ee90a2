/**
 * Convolution to at most three channels: the gradient of an image, or the value of the one unit that is looked at. Panels of
 * eight columns would multiply zeros for the most part; here vectors run along the input channels, as they lie in memory:
 *
 *     sums[position][o]  +=  x[position + tap, channels 4j … 4j + 3] · w[tap, j, o]        two positions, three outputs
 *
 * Six sums stay in registers over all taps and channels, and in the end the four lanes of each are added up.
 */
import { finish } from "./finish";
import { madd } from "./gemm";

@unmanaged
export class FewTask {
  /** The map read. */
  input: usize;
  inputPixel: i32;
  height: i32;
  width: i32;
  /** Channels read, rounded up to whole vectors. */
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
  /** `[tap][channels / 4][3][4]`. */
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
  flags: i32;
  ceiling: f32;
  mask: usize;
  maskPixel: i32;
}

/** Units: count · rows. */
export function convolveToFew(address: usize, from: i32, to: i32, _scratch: usize): void {
  const task = changetype<FewTask>(address);
  for (let unit = from; unit < to; unit++) {
    const n = unit / task.rows, y = unit % task.rows;
    const image = task.input + <usize>(n * task.height * task.width) * <usize>task.inputPixel;
    const row = (n * task.outputHeight + task.firstY + y * task.strideY) * task.outputWidth + task.firstX;
    for (let x = 0; x < task.columns; x += 2) two(task, image, y * task.stepY, x, row);
  }
}

/** Two positions of a row, from x on; one past the end is computed and not written. */
function two(task: FewTask, image: usize, y0: i32, x: i32, row: i32): void {
  let s00 = f32x4.splat(0);
  let s01 = s00, s02 = s00, s10 = s00, s11 = s00, s12 = s00;
  let weight = task.weights;
  const bytes = <usize>task.channels << 2;
  for (let tap = 0; tap < task.tapCount; tap++) {
    const offset = task.taps + (<usize>tap << 3);
    const y = y0 + load<i32>(offset), x0 = x * task.stepX + load<i32>(offset, 4);
    let p0 = pixel(task, image, y, x0), p1 = pixel(task, image, y, x0 + task.stepX);
    const end = p0 + bytes;
    do {
      const x0 = v128.load(p0), x1 = v128.load(p1);
      let w = v128.load(weight);
      s00 = madd(x0, w, s00);
      s10 = madd(x1, w, s10);
      w = v128.load(weight, 16);
      s01 = madd(x0, w, s01);
      s11 = madd(x1, w, s11);
      w = v128.load(weight, 32);
      s02 = madd(x0, w, s02);
      s12 = madd(x1, w, s12);
      p0 += 16;
      p1 += 16;
      weight += 48;
    } while (p0 < end);
  }
  write(task, row + x * task.strideX, s00, s01, s02);
  if (x + 1 < task.columns) write(task, row + (x + 1) * task.strideX, s10, s11, s12);
}

/** The pixel under a tap, or zeros. */
@inline
function pixel(task: FewTask, image: usize, y: i32, x: i32): usize {
  const inside = <u32>y < <u32>task.height && <u32>x < <u32>task.width;
  return inside ? image + <usize>(y * task.width + x) * <usize>task.inputPixel : task.zeros;
}

/** Adds up the lanes of three sums and writes them to a pixel. */
function write(task: FewTask, pixel: i32, a: v128, b: v128, c: v128): void {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const rest = f32x4.splat(0);
  const c0 = f32x4.add(v128.shuffle<f32>(c, rest, 0, 4, 1, 5), v128.shuffle<f32>(c, rest, 2, 6, 3, 7));
  const sums = f32x4.add(v128.shuffle<f32>(ab, c0, 0, 1, 4, 5), v128.shuffle<f32>(ab, c0, 2, 3, 6, 7));
  const output = task.output + <usize>pixel * <usize>task.outputPixel;
  finish(f32x4.add(v128.load(task.bias), sums), rest, output, task.mask + <usize>pixel * <usize>task.maskPixel, task.flags, task.ceiling);
}
