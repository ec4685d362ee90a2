/**
 * The end of every kernel: eight neighbouring channels of one pixel on their way to memory.
 *
 *     v = v + what was there           (Add)
 *     v = min(max(v, 0), ceiling)      (Relu)
 *     bit = 0 < v < ceiling            (Keep: one bit per channel, one byte per eight)
 *     v = bit ? v : 0                  (Mask: the adjoint of the rectifier that kept the bits)
 *
 * The bits are all that the adjoint of a rectifier needs: they take a thirty-second of the memory of the map itself.
 */

/** What to do; flags that add up. */
export const enum Finish {
  Add = 1,
  Relu = 2,
  Keep = 4,
  Mask = 8,
}

/** Four lanes of all ones or all zeros from four bits. */
@inline
export function lanesOf(bits: u32): v128 {
  const each = i32x4(1, 2, 4, 8);
  return i32x4.eq(v128.and(i32x4.splat(bits), each), each);
}

/** Which of four values lie strictly between zero and the ceiling, as four bits. */
@inline
function bitsOf(v: v128, ceiling: v128): u32 {
  return i32x4.bitmask(v128.and(f32x4.gt(v, f32x4.splat(0)), f32x4.lt(v, ceiling)));
}

@inline
function rectified(v: v128, ceiling: v128): v128 {
  return f32x4.pmin(ceiling, f32x4.pmax(f32x4.splat(0), v));
}

/** Finishes eight channels; `mask` is the address of their byte of bits, read or written only where the flags say so. */
@inline
export function finish(a: v128, b: v128, output: usize, mask: usize, flags: i32, ceiling: f32): void {
  if (flags & Finish.Add) {
    a = f32x4.add(a, v128.load(output));
    b = f32x4.add(b, v128.load(output, 16));
  }
  if (flags & Finish.Relu) {
    const top = f32x4.splat(ceiling);
    a = rectified(a, top);
    b = rectified(b, top);
    if (flags & Finish.Keep) store<u8>(mask, bitsOf(a, top) | (bitsOf(b, top) << 4));
  }
  if (flags & Finish.Mask) {
    const bits = <u32>load<u8>(mask);
    a = v128.and(a, lanesOf(bits));
    b = v128.and(b, lanesOf(bits >> 4));
  }
  v128.store(output, a);
  v128.store(output, b, 16);
}
