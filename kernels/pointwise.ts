/**
 * What works value by value, on maps of one size:
 *
 *     copy      y = a                        sum       y = a + b
 *     product   y = a · b                    affine    y = a · scale[c] + shift[c]
 *     leaky     y = a > 0 ? a : slope · a    (the bits `a > 0` are kept, and `leakyAdjoint` reads them)
 *     ceiling   y = a                        (the bits `a ≥ ceiling` are kept)
 *
 * each finished as everything is, so that `copy` with Relu is a rectifier and `copy` with Mask its adjoint. The map read
 * and the map written may be the same.
 */
import { finish, lanesOf } from "./finish";

/** Which of them. */
export const enum Pointwise {
  Copy = 0,
  Sum = 1,
  Product = 2,
  Affine = 3,
  Leaky = 4,
  LeakyAdjoint = 5,
  Ceiling = 6,
}

@unmanaged
export class PointwiseTask {
  kind: i32;
  a: usize;
  aPixel: i32;
  /** The other map, where there is one. */
  b: usize;
  bPixel: i32;
  /** Of affine, one per lane. */
  scale: usize;
  shift: usize;
  /** Of leaky. */
  slope: f32;
  output: usize;
  outputPixel: i32;
  pixels: i32;
  lanes: i32;
  flags: i32;
  ceiling: f32;
  mask: usize;
  maskPixel: i32;
  /** Pixels of a unit. */
  block: i32;
}

/** Units: ⌈pixels / block⌉. */
export function pointwise(address: usize, from: i32, to: i32, _scratch: usize): void {
  const task = changetype<PointwiseTask>(address);
  const bytes = <usize>task.lanes << 2;
  const last = min(task.pixels, to * task.block);
  const slope = f32x4.splat(task.slope), zero = f32x4.splat(0);
  for (let pixel = <usize>(from * task.block); pixel < <usize>last; pixel++) {
    let first = task.a + pixel * <usize>task.aPixel;
    let second = task.b + pixel * <usize>task.bPixel;
    let output = task.output + pixel * <usize>task.outputPixel;
    let mask = task.mask + pixel * <usize>task.maskPixel;
    for (let lane: usize = 0; lane < bytes; lane += 32) {
      let a = v128.load(first + lane), b = v128.load(first + lane, 16);
      switch (task.kind) {
        case Pointwise.Sum:
          a = f32x4.add(a, v128.load(second + lane));
          b = f32x4.add(b, v128.load(second + lane, 16));
          break;
        case Pointwise.Product:
          a = f32x4.mul(a, v128.load(second + lane));
          b = f32x4.mul(b, v128.load(second + lane, 16));
          break;
        case Pointwise.Affine:
          a = f32x4.add(f32x4.mul(a, v128.load(task.scale + lane)), v128.load(task.shift + lane));
          b = f32x4.add(f32x4.mul(b, v128.load(task.scale + lane, 16)), v128.load(task.shift + lane, 16));
          break;
        case Pointwise.Leaky: {
          const upA = f32x4.gt(a, zero), upB = f32x4.gt(b, zero);
          store<u8>(mask, i32x4.bitmask(upA) | (i32x4.bitmask(upB) << 4));
          a = v128.bitselect(a, f32x4.mul(a, slope), upA);
          b = v128.bitselect(b, f32x4.mul(b, slope), upB);
          break;
        }
        case Pointwise.LeakyAdjoint: {
          const bits = <u32>load<u8>(mask);
          a = v128.bitselect(a, f32x4.mul(a, slope), lanesOf(bits));
          b = v128.bitselect(b, f32x4.mul(b, slope), lanesOf(bits >> 4));
          break;
        }
        case Pointwise.Ceiling: {
          const top = f32x4.splat(task.ceiling);
          store<u8>(mask, i32x4.bitmask(f32x4.ge(a, top)) | (i32x4.bitmask(f32x4.ge(b, top)) << 4));
          break;
        }
        default:
      }
      finish(a, b, output + lane, mask, task.flags, task.ceiling);
      mask++;
    }
  }
}
