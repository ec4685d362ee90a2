/**
 * Bilinear enlarging with the centres of pixels at a half, as Keras, PyTorch and ONNX do it. By a whole factor k it is made of
 * what there is: copy every pixel k times, then take means over windows of k, whose weights on the pixels are those of
 * straight lines between their centres; for an even k these lie half a pixel aside, and the mean with the one before brings them back:
 *
 *     k = 3: box₃ * box₃ = (1 2 3 2 1) / 3        k = 4: box₄ * box₄ * box₂ = (1 3 5 7 7 5 3 1) / 8
 *
 * At the edges means leave out what lies outside, and are those of one pixel, as a clamped line is.
 */
import type { OpDraft } from "./layers/reader.js";

/** Where the operations belong: the name of the last of them, and the layer they all are. */
export interface EnlargedPlace {
  readonly name: string;
  readonly layer: string;
}

/** The operations of an enlargement by whole factors along the two axes, the first of which reads `input`. */
export function halfPixelBilinear(
  { name, layer }: EnlargedPlace,
  input: string,
  size: readonly [number, number],
): readonly OpDraft[] {
  const copies = { kind: "upsample", layer, inputs: [input], size, interpolation: "nearest" } as const;
  const means = { kind: "pool", layer, mode: "average", strides: [1, 1] } as const;
  const [nearest, leaning] = [`${name}/nearest`, `${name}/next`];
  if (size.every((factor) => factor % 2 === 1)) {
    return [
      { ...copies, name: nearest },
      { ...means, name, inputs: [nearest], size, padding: "same" },
    ];
  }
  const [rows, columns] = size.map((factor) => (factor % 2 === 0 ? 2 : 1)) as [number, number];
  const before = { top: rows - 1, bottom: 0, left: columns - 1, right: 0 };
  return [
    { ...copies, name: nearest },
    { ...means, name: leaning, inputs: [nearest], size, padding: "same" },
    { ...means, name, inputs: [leaning], size: [rows, columns], padding: before },
  ];
}
