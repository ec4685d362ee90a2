/**
 * Bilinear enlarging with the centres of pixels at a half, as Keras, PyTorch and ONNX do it. To twice the size it is made of
 * what there is: copy every pixel, then take the mean with the next one and the mean of that with the one before,
 *
 *     ¼ · u[p − 1] + ½ · u[p] + ¼ · u[p + 1]        u[p] = x[⌊p / 2⌋]
 *
 * which gives ¾ of the nearer pixel and ¼ of the farther one; at the edges both are the same pixel.
 */
import type { OpDraft } from "./layers/reader.js";

/** The operations of an enlargement by 1 or 2 along each axis; `null` for any other, which takes other weights. */
export function centredBilinear(
  name: string,
  input: string,
  size: readonly [number, number],
): readonly OpDraft[] | null {
  if (!size.every((factor) => factor === 1 || factor === 2)) return null;
  const [copied, leaning] = [`${name}/nearest`, `${name}/next`];
  const window = { kind: "pool", mode: "average", size, strides: [1, 1] } as const;
  const before = { top: size[0] - 1, bottom: 0, left: size[1] - 1, right: 0 };
  return [
    { kind: "upsample", name: copied, layer: name, inputs: [input], size, interpolation: "nearest" },
    { ...window, name: leaning, layer: name, inputs: [copied], padding: "same" },
    { ...window, name, inputs: [leaning], padding: before },
  ];
}
