/**
 * Mean over windows; padding takes no part, so that a window at the border divides by the pixels it really has.
 *
 *     forward   y[Y, X] = Σ_window x / n(Y, X)           n = pixels of the window inside the map
 *     adjoint   x̄[i, j] = Σ over the windows that cover (i, j) of ȳ[Y, X] / n(Y, X)
 */
import { finish } from "./finish";
import { PoolTask } from "./pool";

/** Pixels of the window at an edge coordinate that lie in the map, along one axis. */
@inline
function inside(first: i32, size: i32, length: i32): i32 {
  return min(first + size, length) - max(first, 0);
}

/** Units: count · smallHeight. */
export function meanPool(address: usize, from: i32, to: i32, _scratch: usize): void {
  const task = changetype<PoolTask>(address);
  const bytes = <usize>task.lanes << 2;
  for (let unit = from; unit < to; unit++) {
    const y0 = (unit % task.smallHeight) * task.strideY - task.top;
    const image = task.large + <usize>((unit / task.smallHeight) * task.height * task.width) * <usize>task.largePixel;
    const firstRow = max(0, y0), rows = inside(y0, task.kernelHeight, task.height);
    for (let x = 0; x < task.smallWidth; x++) {
      const x0 = x * task.strideX - task.left;
      const firstColumn = max(0, x0), columns = inside(x0, task.kernelWidth, task.width);
      const share = f32x4.splat(<f32>1 / <f32>(rows * columns));
      const output = task.small + <usize>(unit * task.smallWidth + x) * <usize>task.smallPixel;
      for (let lane: usize = 0; lane < bytes; lane += 32) {
        let a = f32x4.splat(0), b = a;
        for (let r = firstRow; r < firstRow + rows; r++) {
          let pixel = image + <usize>(r * task.width + firstColumn) * <usize>task.largePixel + lane;
          for (let c = 0; c < columns; c++) {
            a = f32x4.add(a, v128.load(pixel));
            b = f32x4.add(b, v128.load(pixel, 16));
            pixel += task.largePixel;
          }
        }
        finish(f32x4.mul(a, share), f32x4.mul(b, share), output + lane, 0, 0, 0);
      }
    }
  }
}

/** Units: count · height. */
export function meanPoolAdjoint(address: usize, from: i32, to: i32, _scratch: usize): void {
  const task = changetype<PoolTask>(address);
  const bytes = <usize>task.lanes << 2;
  for (let unit = from; unit < to; unit++) {
    const n = unit / task.height, y = (unit % task.height) + task.top;
    const firstY = max(0, (y - task.kernelHeight + task.strideY) / task.strideY), lastY = min(task.smallHeight - 1, y / task.strideY);
    for (let column = 0; column < task.width; column++) {
      const x = column + task.left;
      const firstX = max(0, (x - task.kernelWidth + task.strideX) / task.strideX), lastX = min(task.smallWidth - 1, x / task.strideX);
      const pixel = <usize>(unit * task.width + column);
      for (let lane: usize = 0; lane < bytes; lane += 32) {
        let a = f32x4.splat(0), b = a;
        for (let Y = firstY; Y <= lastY; Y++) {
          const rows = inside(Y * task.strideY - task.top, task.kernelHeight, task.height);
          for (let X = firstX; X <= lastX; X++) {
            const columns = inside(X * task.strideX - task.left, task.kernelWidth, task.width);
            const share = f32x4.splat(<f32>1 / <f32>(rows * columns));
            const gradient = task.small + <usize>((n * task.smallHeight + Y) * task.smallWidth + X) * <usize>task.smallPixel + lane;
            a = f32x4.add(a, f32x4.mul(share, v128.load(gradient)));
            b = f32x4.add(b, f32x4.mul(share, v128.load(gradient, 16)));
          }
        }
        finish(a, b, task.large + pixel * <usize>task.largePixel + lane, task.mask + pixel * <usize>task.maskPixel + (lane >> 5), task.flags, 0);
      }
    }
  }
}
