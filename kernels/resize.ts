/**
 * Enlarging by whole factors. Along each axis output `p` with `p / factor = a + t` is
 *
 *     nearest    x[a]                bilinear    (1 − t)·x[a] + t·x[a + 1]      (the last pixel repeated)
 *
 * and the adjoint asks each pixel `a` for the outputs that read it: those of `a` itself with weight 1 − t and, bilinear,
 * those of `a − 1` with weight t; the last pixel also gets its own t back.
 */
import { finish } from "./finish";

@unmanaged
export class ResizeTask {
  /** The smaller map: x, or its gradient. */
  small: usize;
  smallPixel: i32;
  height: i32;
  width: i32;
  /** The larger map: y, or its gradient. */
  large: usize;
  largePixel: i32;
  factorY: i32;
  factorX: i32;
  bilinear: i32;
  count: i32;
  lanes: i32;
  /** How the adjoint finishes. */
  flags: i32;
  mask: usize;
  maskPixel: i32;
}

/** Share t of the second neighbour. */
@inline
function share(task: ResizeTask, p: i32, factor: i32): f32 {
  return task.bilinear ? <f32>(p % factor) / <f32>factor : 0;
}

/** Weight with which output p reads pixel a of n. */
@inline
function weight(task: ResizeTask, p: i32, a: i32, n: i32, factor: i32): f32 {
  const t = share(task, p, factor);
  const own = p / factor == a;
  return (own ? 1 - t : 0) + (min(p / factor + 1, n - 1) == a ? t : 0);
}

/** Units: count · height · factorY. */
export function resize(address: usize, from: i32, to: i32, _scratch: usize): void {
  const task = changetype<ResizeTask>(address);
  const bytes = <usize>task.lanes << 2;
  const largeWidth = task.width * task.factorX, largeHeight = task.height * task.factorY;
  for (let unit = from; unit < to; unit++) {
    const n = unit / largeHeight, y = unit % largeHeight;
    const ty = share(task, y, task.factorY);
    const top = n * task.height + y / task.factorY;
    const bottom = n * task.height + min(y / task.factorY + 1, task.height - 1);
    for (let x = 0; x < largeWidth; x++) {
      const tx = share(task, x, task.factorX);
      const left = x / task.factorX, right = min(left + 1, task.width - 1);
      const output = task.large + <usize>(unit * largeWidth + x) * <usize>task.largePixel;
      for (let lane: usize = 0; lane < bytes; lane += 16) {
        const upper = between(pixel(task, top, left, lane), pixel(task, top, right, lane), tx);
        const lower = between(pixel(task, bottom, left, lane), pixel(task, bottom, right, lane), tx);
        v128.store(output + lane, between(upper, lower, ty));
      }
    }
  }
}

@inline
function pixel(task: ResizeTask, row: i32, column: i32, lane: usize): v128 {
  return v128.load(task.small + <usize>(row * task.width + column) * <usize>task.smallPixel + lane);
}

/** `(1 − t)·a + t·b`. */
@inline
function between(a: v128, b: v128, t: f32): v128 {
  return f32x4.add(f32x4.mul(f32x4.splat(1 - t), a), f32x4.mul(f32x4.splat(t), b));
}

/** Units: count · height. */
export function resizeAdjoint(address: usize, from: i32, to: i32, _scratch: usize): void {
  const task = changetype<ResizeTask>(address);
  const bytes = <usize>task.lanes << 2;
  const largeWidth = task.width * task.factorX;
  for (let unit = from; unit < to; unit++) {
    const y = unit % task.height;
    const image = (unit - y) * task.factorY;
    for (let x = 0; x < task.width; x++) {
      const at = <usize>(unit * task.width + x);
      for (let lane: usize = 0; lane < bytes; lane += 32) {
        let a = f32x4.splat(0), b = a;
        for (let Y = max(0, (y - 1) * task.factorY); Y < (y + 1) * task.factorY; Y++) {
          const wy = weight(task, Y, y, task.height, task.factorY);
          for (let X = max(0, (x - 1) * task.factorX); X < (x + 1) * task.factorX; X++) {
            const w = f32x4.splat(wy * weight(task, X, x, task.width, task.factorX));
            const gradient = task.large + <usize>((image + Y) * largeWidth + X) * <usize>task.largePixel + lane;
            a = f32x4.add(a, f32x4.mul(w, v128.load(gradient)));
            b = f32x4.add(b, f32x4.mul(w, v128.load(gradient, 16)));
          }
        }
        finish(a, b, task.small + at * <usize>task.smallPixel + lane, task.mask + at * <usize>task.maskPixel + (lane >> 5), task.flags, 0);
      }
    }
  }
}
