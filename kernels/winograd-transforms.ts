/**
 * The three matrices of F(2×2, 3×3) and F(4×4, 3×3), applied to four channels at a time, along columns and then along
 * rows. F(4×4) interpolates at the points 0, 1, −1, 2, −2, ∞.
 *
 *     F(2×2):  Bᵀ = 1  0 −1  0     G = 1    0   0      Aᵀ = 1  1  1  0
 *                   0  1  1  0         ½    ½   ½           0  1 −1 −1
 *                   0 −1  1  0         ½   −½   ½
 *                   0  1  0 −1         0    0   1
 *
 *     F(4×4):  Bᵀ = 4  0 −5  0  1  0     G =  ¼     0    0      Aᵀ = 1  1  1  1  1  0
 *                   0 −4 −4  1  1  0         −⅙    −⅙   −⅙           0  1 −1  2 −2  0
 *                   0  4 −4 −1  1  0         −⅙     ⅙   −⅙           0  1  1  4  4  0
 *                   0 −2 −1  2  1  0         1⁄24  1⁄12  ⅙           0  1 −1  8 −8  1
 *                   0  2 −1 −2  1  0         1⁄24 −1⁄12  ⅙
 *                   0  4  0 −5  0  1          0     0    1
 */

@inline
function add(a: v128, b: v128): v128 {
  return f32x4.add(a, b);
}
@inline
function sub(a: v128, b: v128): v128 {
  return f32x4.sub(a, b);
}
@inline
function times(k: f32, a: v128): v128 {
  return f32x4.mul(f32x4.splat(k), a);
}

/** `Bᵀ d` for six values, written `step` bytes apart. */
@inline
function input6(d0: v128, d1: v128, d2: v128, d3: v128, d4: v128, d5: v128, to: usize, step: usize): void {
  v128.store(to, add(sub(times(4, d0), times(5, d2)), d4));
  const even = sub(d4, times(4, d2)), odd = sub(d3, times(4, d1));
  v128.store(to + step, add(even, odd));
  v128.store(to + 2 * step, sub(even, odd));
  const even2 = sub(d4, d2), odd2 = times(2, sub(d3, d1));
  v128.store(to + 3 * step, add(even2, odd2));
  v128.store(to + 4 * step, sub(even2, odd2));
  v128.store(to + 5 * step, add(sub(times(4, d1), times(5, d3)), d5));
}

/** `Bᵀ d` for four values. */
@inline
function input4(d0: v128, d1: v128, d2: v128, d3: v128, to: usize, step: usize): void {
  v128.store(to, sub(d0, d2));
  v128.store(to + step, add(d1, d2));
  v128.store(to + 2 * step, sub(d2, d1));
  v128.store(to + 3 * step, sub(d1, d3));
}

/** `Aᵀ m` from six products to four outputs. */
@inline
function output6(from: usize, apart: usize, to: usize, step: usize): void {
  const m1 = v128.load(from + apart), m2 = v128.load(from + 2 * apart);
  const m3 = v128.load(from + 3 * apart), m4 = v128.load(from + 4 * apart);
  const sum12 = add(m1, m2), rest12 = sub(m1, m2), sum34 = add(m3, m4), rest34 = sub(m3, m4);
  v128.store(to, add(add(v128.load(from), sum12), sum34));
  v128.store(to + step, add(rest12, times(2, rest34)));
  v128.store(to + 2 * step, add(sum12, times(4, sum34)));
  v128.store(to + 3 * step, add(add(rest12, times(8, rest34)), v128.load(from + 5 * apart)));
}

/** `Aᵀ m` from four products to two outputs. */
@inline
function output4(from: usize, apart: usize, to: usize, step: usize): void {
  const m1 = v128.load(from + apart), m2 = v128.load(from + 2 * apart);
  v128.store(to, add(add(v128.load(from), m1), m2));
  v128.store(to + step, sub(sub(m1, m2), v128.load(from + 3 * apart)));
}

/** `G g` from three weights to six. */
@inline
function filter6(g0: v128, g1: v128, g2: v128, to: usize, step: usize): void {
  v128.store(to, times(0.25, g0));
  const outer = times(-1.0 / 6.0, add(g0, g2)), inner = times(1.0 / 6.0, g1);
  v128.store(to + step, sub(outer, inner));
  v128.store(to + 2 * step, add(outer, inner));
  const outer2 = add(times(1.0 / 24.0, g0), times(1.0 / 6.0, g2)), inner2 = times(1.0 / 12.0, g1);
  v128.store(to + 3 * step, add(outer2, inner2));
  v128.store(to + 4 * step, sub(outer2, inner2));
  v128.store(to + 5 * step, g2);
}

/** `G g` from three weights to four. */
@inline
function filter4(g0: v128, g1: v128, g2: v128, to: usize, step: usize): void {
  v128.store(to, g0);
  const outer = times(0.5, add(g0, g2)), inner = times(0.5, g1);
  v128.store(to + step, add(outer, inner));
  v128.store(to + 2 * step, sub(outer, inner));
  v128.store(to + 3 * step, g2);
}

/** Four channels of a pixel from the list of a patch's pixels. */
@inline
function pixel(addresses: usize, at: i32, channel: usize): v128 {
  return v128.load(load<usize>(addresses + (<usize>at << 2)) + channel);
}

/** `Bᵀ d B` of a patch whose pixels lie at the addresses listed, to `[(m + 2)²]` vectors. */
export function inputTransform(size: i32, addresses: usize, channel: usize, to: usize): void {
  if (size == 4) {
    for (let x = 0; x < 6; x++) {
      input6(
        pixel(addresses, x, channel), pixel(addresses, x + 6, channel), pixel(addresses, x + 12, channel),
        pixel(addresses, x + 18, channel), pixel(addresses, x + 24, channel), pixel(addresses, x + 30, channel),
        to + (<usize>x << 4), 96,
      );
    }
    for (let y = 0; y < 6; y++) {
      input6(v128.load(to), v128.load(to, 16), v128.load(to, 32), v128.load(to, 48), v128.load(to, 64), v128.load(to, 80), to, 16);
      to += 96;
    }
  } else {
    for (let x = 0; x < 4; x++) {
      input4(
        pixel(addresses, x, channel), pixel(addresses, x + 4, channel), pixel(addresses, x + 8, channel), pixel(addresses, x + 12, channel),
        to + (<usize>x << 4), 64,
      );
    }
    for (let y = 0; y < 4; y++) {
      input4(v128.load(to), v128.load(to, 16), v128.load(to, 32), v128.load(to, 48), to, 16);
      to += 64;
    }
  }
}

/** `Aᵀ M A` of products that lie `position` bytes apart, to m² pixels of eight channels; `room` is for 24 vectors. */
export function outputTransform(size: i32, products: usize, position: usize, room: usize, pixels: usize): void {
  if (size == 4) {
    for (let x: usize = 0; x < 6; x++) output6(products + x * position, 6 * position, room + (x << 4), 96);
    for (let y: usize = 0; y < 4; y++) output6(room + y * 96, 16, pixels + (y << 7), 32);
  } else {
    for (let x: usize = 0; x < 4; x++) output4(products + x * position, 4 * position, room + (x << 4), 64);
    for (let y: usize = 0; y < 2; y++) output4(room + y * 64, 16, pixels + (y << 6), 32);
  }
}

/** `G g Gᵀ` of nine weights (vectors, `room` bytes 0 … 143) to (m + 2)² vectors at `to`, which is also used on the way. */
export function filterTransform(size: i32, room: usize, to: usize): void {
  const edge = <usize>size + 2, between = room + 144;
  for (let x: usize = 0; x < 3; x++) {
    const at = room + (x << 4);
    if (size == 4) filter6(v128.load(at), v128.load(at, 48), v128.load(at, 96), between + (x << 4), 48);
    else filter4(v128.load(at), v128.load(at, 48), v128.load(at, 96), between + (x << 4), 48);
  }
  for (let y: usize = 0; y < edge; y++) {
    const at = between + y * 48;
    if (size == 4) filter6(v128.load(at), v128.load(at, 16), v128.load(at, 32), to + y * 96, 16);
    else filter4(v128.load(at), v128.load(at, 16), v128.load(at, 32), to + y * 64, 16);
  }
}
