/**
 * The orientation a camera wrote into a JPEG: tag 0x0112 of the Exif segment, 1 to 8. Cameras store what the sensor saw and
 * say which way is up.
 *
 *     1 upright   2 mirrored   3 upside down   4 flipped   5 transposed   6 turn right   7 transversed   8 turn left
 */
import { createImage, type Image } from "../core/image.js";

/** The orientation of a JPEG file; 1 where it says nothing readable. */
export function jpegOrientation(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 2;
  while (at + 10 < view.byteLength && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    if (marker === 0xda) break;
    const length = view.getUint16(at + 2);
    // "Exif", two zeros, then a TIFF file of its own.
    if (marker === 0xe1 && view.getUint32(at + 4) === 0x45786966) {
      return tiffOrientation(new DataView(bytes.buffer, bytes.byteOffset + at + 10, Math.max(0, length - 8)));
    }
    at += 2 + length;
  }
  return 1;
}

function tiffOrientation(view: DataView): number {
  try {
    const little = view.getUint16(0) === 0x4949;
    const directory = view.getUint32(4, little);
    const entries = view.getUint16(directory, little);
    for (let i = 0; i < entries; i++) {
      const entry = directory + 2 + 12 * i;
      if (view.getUint16(entry, little) !== 0x0112) continue;
      const orientation = view.getUint16(entry + 8, little);
      return orientation >= 1 && orientation <= 8 ? orientation : 1;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // A segment that ends too early says nothing.
  }
  return 1;
}

/** A picture the right way up. */
export function upright(image: Image, orientation: number): Image {
  if (orientation === 1) return image;
  const { height: h, width: w, channels: c, data } = image;
  const turned = orientation >= 5;
  const [height, width] = turned ? [w, h] : [h, w];
  const out = new Float32Array(data.length);
  const right = w - 1;
  const down = h - 1;
  // The stored pixel, row and column, that is seen at (y, x).
  const from = (y: number, x: number): readonly [number, number] => {
    switch (orientation) {
      case 2:
        return [y, right - x];
      case 3:
        return [down - y, right - x];
      case 4:
        return [down - y, x];
      case 5:
        return [x, y];
      case 6:
        return [down - x, y];
      case 7:
        return [down - x, right - y];
      default:
        return [x, right - y];
    }
  };
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += c) {
      const [row, column] = from(y, x);
      for (let i = 0; i < c; i++) out[to + i] = data[(row * w + column) * c + i]!;
    }
  }
  return createImage(height, width, c, out);
}
