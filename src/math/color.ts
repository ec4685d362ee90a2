/**
 * Decorrelated colour. Natural colours vary mostly together (light and dark), little in hue; ascent in a space whose axes
 * vary alike gives natural colours. The matrix is the square root of the colour covariance of ImageNet (Lucid), divided by
 * its largest column norm; a colour is `rgb = M · t`.
 */

const root: readonly (readonly number[])[] = [
  [0.26, 0.09, 0.02],
  [0.27, 0.0, -0.05],
  [0.27, -0.09, 0.03],
];

const largestColumn = Math.max(...[0, 1, 2].map((j) => Math.hypot(...root.map((row) => row[j]!))));

/** `M`, row by row: `rgb[i] = Σ_j M[i][j] · t[j]`. */
export const colorMatrix: readonly (readonly number[])[] = root.map((row) => row.map((value) => value / largestColumn));

/** Multiplies every pixel by `M` (or its transpose, the adjoint), in place; `data` holds RGB pixels. */
export function mixColors(data: Float32Array, transpose = false): void {
  for (let at = 0; at < data.length; at += 3) {
    const t = [data[at]!, data[at + 1]!, data[at + 2]!];
    for (let i = 0; i < 3; i++) {
      let sum = 0;
      for (let j = 0; j < 3; j++) sum += (transpose ? colorMatrix[j]![i]! : colorMatrix[i]![j]!) * t[j]!;
      data[at + i] = sum;
    }
  }
}
