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

/** Mean colour of ImageNet (Lucid). */
export const colorMean: readonly number[] = [0.48, 0.46, 0.41];

/** `M⁻¹`, row by row. */
const inverse: readonly (readonly number[])[] = (() => {
  const [[a, b, c], [d, e, f], [g, h, i]] = colorMatrix as [
    [number, number, number],
    [number, number, number],
    [number, number, number],
  ];
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  return [
    [e * i - f * h, c * h - b * i, b * f - c * e],
    [f * g - d * i, a * i - c * g, c * d - a * f],
    [d * h - e * g, b * g - a * h, a * e - b * d],
  ].map((row) => row.map((value) => value / determinant));
})();

/** Multiplies every pixel by `M⁻¹`, in place: RGB pixels to decorrelated ones. */
export function unmixColors(data: Float64Array): void {
  multiplyPixels(data, (i, j) => inverse[i]![j]!);
}

/** Multiplies every pixel by `M` (or its transpose, the adjoint), in place; `data` holds RGB pixels. */
export function mixColors(data: Float64Array, transpose = false): void {
  multiplyPixels(data, transpose ? (i, j) => colorMatrix[j]![i]! : (i, j) => colorMatrix[i]![j]!);
}

function multiplyPixels(data: Float64Array, factor: (i: number, j: number) => number): void {
  const m = Float64Array.from({ length: 9 }, (_, at) => factor(Math.floor(at / 3), at % 3));
  for (let at = 0; at < data.length; at += 3) {
    const r = data[at]!;
    const g = data[at + 1]!;
    const b = data[at + 2]!;
    for (let i = 0; i < 3; i++) data[at + i] = m[3 * i]! * r + m[3 * i + 1]! * g + m[3 * i + 2]! * b;
  }
}
