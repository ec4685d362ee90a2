/**
 * Maximum over windows. Beside each maximum the number of its tap is kept (two bytes): the adjoint needs no more, and of
 * equal maxima the first, row by row, wins.
 *
 *     forward   y[Y, X] = max_tap x[Y·stride + r − top, X·stride + c − left]       padding takes no part
 *     adjoint   x̄[i, j] = Σ over the windows that cover (i, j) of ȳ where its tap is the one that fell on (i, j)
 *
 * The adjoint asks each pixel for its windows, rather than each window for its pixel, so that no two units write the
 * same pixel.
 */
import { finish } from "./finish";
import { PoolTask } from "./pool";

/** Units: count · smallHeight. */
export function maxPool(address: usize, from: i32, to: i32, _scratch: usize): void {
  const task = changetype<PoolTask>(address);
  const bytes = <usize>task.lanes << 2;
  for (let unit = from; unit < to; unit++) {
    const y0 = (unit % task.smallHeight) * task.strideY - task.top;
    const image = task.large + <usize>((unit / task.smallHeight) * task.height * task.width) * <usize>task.largePixel;
    const firstRow = max(0, -y0), lastRow = min(task.kernelHeight, task.height - y0);
    for (let x = 0; x < task.smallWidth; x++) {
      const x0 = x * task.strideX - task.left;
      const firstColumn = max(0, -x0), lastColumn = min(task.kernelWidth, task.width - x0);
      const at = <usize>(unit * task.smallWidth + x);
      for (let lane: usize = 0; lane < bytes; lane += 32) {
        let a = f32x4.splat(-Infinity), b = a;
        let winnerA = i32x4.splat(firstRow * task.kernelWidth + firstColumn), winnerB = winnerA;
        for (let r = firstRow; r < lastRow; r++) {
          let from = image + <usize>((y0 + r) * task.width + x0 + firstColumn) * <usize>task.largePixel + lane;
          for (let c = firstColumn; c < lastColumn; c++) {
            const tap = i32x4.splat(r * task.kernelWidth + c);
            const valueA = v128.load(from), valueB = v128.load(from, 16);
            const largerA = f32x4.gt(valueA, a), largerB = f32x4.gt(valueB, b);
            a = v128.bitselect(valueA, a, largerA);
            b = v128.bitselect(valueB, b, largerB);
            winnerA = v128.bitselect(tap, winnerA, largerA);
            winnerB = v128.bitselect(tap, winnerB, largerB);
            from += task.largePixel;
          }
        }
        finish(a, b, task.small + at * <usize>task.smallPixel + lane, 0, 0, 0);
        v128.store(task.winners + ((at * bytes + lane) >> 1), i16x8.narrow_i32x4_u(winnerA, winnerB));
      }
    }
  }
}

/** Units: count · height. */
export function maxPoolAdjoint(address: usize, from: i32, to: i32, _scratch: usize): void {
  const task = changetype<PoolTask>(address);
  const bytes = <usize>task.lanes << 2;
  for (let unit = from; unit < to; unit++) {
    const n = unit / task.height, y = (unit % task.height) + task.top;
    // The windows Y with 0 ≤ y − Y·stride < kernelHeight.
    const firstY = max(0, (y - task.kernelHeight + task.strideY) / task.strideY), lastY = min(task.smallHeight - 1, y / task.strideY);
    for (let column = 0; column < task.width; column++) {
      const x = column + task.left;
      const firstX = max(0, (x - task.kernelWidth + task.strideX) / task.strideX), lastX = min(task.smallWidth - 1, x / task.strideX);
      const pixel = <usize>(unit * task.width + column);
      for (let lane: usize = 0; lane < bytes; lane += 32) {
        let a = f32x4.splat(0), b = a;
        for (let Y = firstY; Y <= lastY; Y++) {
          for (let X = firstX; X <= lastX; X++) {
            const at = <usize>((n * task.smallHeight + Y) * task.smallWidth + X);
            const winner = task.winners + ((at * bytes + lane) >> 1);
            const tap = i32x4.splat((y - Y * task.strideY) * task.kernelWidth + x - X * task.strideX);
            const gradient = task.small + at * <usize>task.smallPixel + lane;
            a = f32x4.add(a, v128.and(v128.load(gradient), i32x4.eq(v128.load16x4_u(winner), tap)));
            b = f32x4.add(b, v128.and(v128.load(gradient, 16), i32x4.eq(v128.load16x4_u(winner, 8), tap)));
          }
        }
        finish(a, b, task.large + pixel * <usize>task.largePixel + lane, task.mask + pixel * <usize>task.maskPixel + (lane >> 5), task.flags, 0);
      }
    }
  }
}
