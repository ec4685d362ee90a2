/**
 * The matrix product under every convolution, a tile of 4 rows and 8 columns at a time:
 *
 *     C[4][8] = bias[8] + A[4][K] · B[K][8]
 *
 *     A is packed in tiles of four rows: [K][4], one pixel's channel beside the same channel of the next three
 *     B is packed in panels of eight columns: [K][8], eight output channels
 *     C stays in eight vector registers from the first k to the last
 *
 * V8 has fifteen vector registers to give: eight for C, four for A, one for a half row of B, and one for a product.
 * The loop over K must not be unrolled by hand, or they run over into memory and speed falls to a half; V8 unrolls it
 * by itself. It is a `do … while` on the address of B, and all of A's values are loaded before the first product, because
 * both were measured to be faster.
 */
import { finish } from "./finish";

/** `a · b + c`; in relaxed SIMD one instruction where the processor has it. */
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, c) : f32x4.add(c, f32x4.mul(a, b));
}

/** Bytes of one row address: where the row's first channel goes, and where its mask begins. */
export const rowBytes: usize = 8;

// Kept out of line: once per row of a tile its cost is small, and the loop keeps its registers.
function finishRow(a: v128, b: v128, row: usize, column: usize, flags: i32, ceiling: f32): void {
  finish(a, b, load<usize>(row) + column, load<usize>(row, 4) + (column >> 5), flags, ceiling);
}

@inline
function storeRow(a: v128, b: v128, output: usize): void {
  v128.store(output, a);
  v128.store(output, b, 16);
}

/**
 * One panel of B against all tiles of A. `rows` lists the addresses of the rows of C, to which `column` (in bytes) is
 * added.
 */
export function multiplyPanel(a: usize, tiles: i32, depth: i32, b: usize, bias: usize, rows: usize, column: usize, flags: i32, ceiling: f32): void {
  const end = b + (<usize>depth << 5);
  for (let tile = 0; tile < tiles; tile++) {
    let c00 = v128.load(bias), c01 = v128.load(bias, 16);
    let c10 = c00, c11 = c01, c20 = c00, c21 = c01, c30 = c00, c31 = c01;
    let k = b;
    if (k < end) {
      do {
        const a0 = v128.load32_splat(a), a1 = v128.load32_splat(a, 4), a2 = v128.load32_splat(a, 8), a3 = v128.load32_splat(a, 12);
        let half = v128.load(k);
        c00 = madd(a0, half, c00);
        c10 = madd(a1, half, c10);
        c20 = madd(a2, half, c20);
        c30 = madd(a3, half, c30);
        half = v128.load(k, 16);
        c01 = madd(a0, half, c01);
        c11 = madd(a1, half, c11);
        c21 = madd(a2, half, c21);
        c31 = madd(a3, half, c31);
        a += 16;
        k += 32;
      } while (k < end);
    }
    if (flags) {
      finishRow(c00, c01, rows, column, flags, ceiling);
      finishRow(c10, c11, rows + rowBytes, column, flags, ceiling);
      finishRow(c20, c21, rows + 2 * rowBytes, column, flags, ceiling);
      finishRow(c30, c31, rows + 3 * rowBytes, column, flags, ceiling);
    } else {
      storeRow(c00, c01, load<usize>(rows) + column);
      storeRow(c10, c11, load<usize>(rows, 8) + column);
      storeRow(c20, c21, load<usize>(rows, 16) + column);
      storeRow(c30, c31, load<usize>(rows, 24) + column);
    }
    rows += 4 * rowBytes;
  }
}

/**
 * Packs four rows of `n` values into a tile of A, `[n][4]`:
 *
 *     a0 a1 a2 …                 a0 b0 c0 d0
 *     b0 b1 b2 …       →         a1 b1 c1 d1
 *     c0 c1 c2 …                 a2 b2 c2 d2
 *     d0 d1 d2 …                 …
 *
 * It works four values at a time, and so reads and writes up to three past the end.
 */
@inline
export function interleave(a: usize, b: usize, c: usize, d: usize, n: i32, tile: usize): void {
  for (; n > 0; n -= 4) {
    interleave4(v128.load(a), v128.load(b), v128.load(c), v128.load(d), tile);
    a += 16;
    b += 16;
    c += 16;
    d += 16;
    tile += 64;
  }
}

/** The 4 × 4 transpose. */
@inline
export function interleave4(a: v128, b: v128, c: v128, d: v128, tile: usize): void {
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5), cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  v128.store(tile, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5));
  v128.store(tile, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7), 16);
  const AB = v128.shuffle<f32>(a, b, 2, 6, 3, 7), CD = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(tile, v128.shuffle<f32>(AB, CD, 0, 1, 4, 5), 32);
  v128.store(tile, v128.shuffle<f32>(AB, CD, 2, 3, 6, 7), 48);
}
