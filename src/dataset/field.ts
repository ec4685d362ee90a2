/** The receptive field of a value as a rectangle of the picture, and the crop that it is. */
import { bandsOf, createBands, type Image } from "../core/image.js";
import type { ReceptiveField } from "../network/ops/field.js";
import type { Region } from "./example.js";

/** What the value at a position of the map sees. */
export function regionOf(
  field: ReceptiveField,
  position: readonly [number, number],
  size: readonly [number, number],
): Region {
  if (field.whole) return { top: 0, left: 0, height: size[0], width: size[1] };
  const along = (i: 0 | 1): [first: number, count: number] => {
    const { start, stride, size: seen } = i === 0 ? field.rows : field.columns;
    // Behind an enlarging layer a field starts between pixels: the pixels it touches are shown.
    const first = Math.floor(start + position[i] * stride);
    return [first, Math.ceil(start + position[i] * stride + seen) - first];
  };
  const [top, height] = along(0);
  const [left, width] = along(1);
  return { top, left, height, width };
}

/**
 * A region cut out of a picture, with an opacity of 0 in the padding; grey becomes RGB. Values are rounded to bytes, as a file keeps them, so
 * that a crop is the same after saving.
 */
export function crop(picture: Image, { top, left, height, width }: Region): Image {
  const { channels: c } = picture;
  const isGrey = bandsOf(picture) === 1;
  const bands = isGrey ? 3 : bandsOf(picture);
  const data = new Float32Array(height * width * (bands + 1));
  for (let y = Math.max(0, -top); y < Math.min(height, picture.height - top); y++) {
    for (let x = Math.max(0, -left); x < Math.min(width, picture.width - left); x++) {
      const from = ((top + y) * picture.width + left + x) * c;
      const to = (y * width + x) * (bands + 1);
      for (let i = 0; i < bands; i++) data[to + i] = toByte(picture.data[from + (isGrey ? 0 : i)]!);
      data[to + bands] = 1;
    }
  }
  return createBands({ height, width, bands, alpha: true }, data);
}

/** A whole picture, its values rounded to bytes. */
export function rounded(picture: Image): Image {
  return { ...picture, data: picture.data.map(toByte) };
}

function toByte(value: number): number {
  return Math.round(Math.min(1, Math.max(0, value)) * 255) / 255;
}
