/**
 * Redirected gradients (Lucid): where, for a whole example, nothing passes a rectifier, let through what would raise the
 * pre-activation of a silent unit, or lower that of a unit at its ceiling.
 *
 *     passes[n]  =  any ȳ ≠ 0 under the bits of example n                                (findPassing)
 *     ȳ  =  passes[n] ?  bit ? ȳ : 0                                                     (redirect)
 *                     :  silent and ȳ < 0, or at the ceiling and ȳ > 0  ?  0 : ȳ
 *
 * A unit is at its ceiling where its bit in `high` is set, silent where it has neither bit.
 */
import { lanesOf } from "./finish";

@unmanaged
export class RedirectTask {
  /** The gradient, changed in place. */
  gradient: usize;
  gradientPixel: i32;
  count: i32;
  /** Pixels of one example. */
  pixels: i32;
  lanes: i32;
  /** Bits of units that pass gradients. */
  mask: usize;
  /** Bits of units at their ceiling, or 0 where there is none. */
  high: usize;
  maskPixel: i32;
  /** One i32 per example. */
  passes: usize;
}

/** Units: count. */
export function findPassing(address: usize, from: i32, to: i32, _scratch: usize): void {
  const task = changetype<RedirectTask>(address);
  for (let n = from; n < to; n++) store<i32>(task.passes + (<usize>n << 2), somethingPasses(task, n));
}

function somethingPasses(task: RedirectTask, n: i32): bool {
  const bytes = <usize>task.lanes << 2;
  const zero = f32x4.splat(0);
  for (let pixel = <usize>(n * task.pixels); pixel < <usize>((n + 1) * task.pixels); pixel++) {
    for (let lane: usize = 0; lane < bytes; lane += 32) {
      const at = task.gradient + pixel * <usize>task.gradientPixel + lane;
      const bits = <u32>load<u8>(task.mask + pixel * <usize>task.maskPixel + (lane >> 5));
      const a = v128.and(f32x4.ne(v128.load(at), zero), lanesOf(bits));
      const b = v128.and(f32x4.ne(v128.load(at, 16), zero), lanesOf(bits >> 4));
      if (v128.any_true(v128.or(a, b))) return true;
    }
  }
  return false;
}

/** Units: count · pixels. */
export function redirect(address: usize, from: i32, to: i32, _scratch: usize): void {
  const task = changetype<RedirectTask>(address);
  const bytes = <usize>task.lanes << 2;
  for (let pixel = <usize>from; pixel < <usize>to; pixel++) {
    const passes = load<i32>(task.passes + ((pixel / <usize>task.pixels) << 2));
    for (let lane: usize = 0; lane < bytes; lane += 32) {
      const at = task.gradient + pixel * <usize>task.gradientPixel + lane;
      const byte = pixel * <usize>task.maskPixel + (lane >> 5);
      const bits = <u32>load<u8>(task.mask + byte), high = task.high ? <u32>load<u8>(task.high + byte) : 0;
      v128.store(at, let4(v128.load(at), bits, high, passes));
      v128.store(at, let4(v128.load(at, 16), bits >> 4, high >> 4, passes), 16);
    }
  }
}

/** What is let through of four gradients. */
@inline
function let4(gradient: v128, bits: u32, high: u32, passes: i32): v128 {
  if (passes) return v128.and(gradient, lanesOf(bits));
  const zero = f32x4.splat(0);
  const lowers = v128.andnot(f32x4.lt(gradient, zero), lanesOf(bits | high));
  const raises = v128.and(f32x4.gt(gradient, zero), lanesOf(high));
  return v128.andnot(gradient, v128.or(lowers, raises));
}
