/**
 * A map laid over its image. Position `p` of a layer sees the pixels from `start + p · stride` on, `size` of them, so its
 * value belongs to the pixel `start + p · stride + (size − 1) / 2`; between positions values are bilinear, beyond the
 * outermost they stay.
 */
import { createImage, type Image } from "../core/image.js";
import type { ActivationMap } from "../dataset/activations.js";
import type { Span } from "../network/ops/field.js";
import type { HeatScale } from "./heat.js";

/** The value of a map at every pixel of an image of a size, `height × width`. */
export function spread(map: ActivationMap, [height, width]: readonly [number, number]): Float32Array {
  const { field, data } = map;
  const rows = Array.from({ length: height }, (_, y) => placeOf(y, map.height, { length: height, span: field.rows }));
  const columns = Array.from({ length: width }, (_, x) =>
    placeOf(x, map.width, { length: width, span: field.columns }),
  );
  const values = new Float32Array(height * width);
  rows.forEach(([top, bottom, down], y) => {
    columns.forEach(([left, right, along], x) => {
      const [a, b] = [data[top * map.width + left]!, data[top * map.width + right]!];
      const [c, d] = [data[bottom * map.width + left]!, data[bottom * map.width + right]!];
      values[y * width + x] = (1 - down) * (a + along * (b - a)) + down * (c + along * (d - c));
    });
  });
  return values;
}

/** A grey or RGB image in pale grey under the colours of the map, the more opaque the farther the value is from 0. */
export function overlaid(
  image: Image,
  map: ActivationMap,
  { limit, color }: Pick<HeatScale, "limit" | "color">,
): Image {
  const { height, width, channels, data } = image;
  const values = spread(map, [height, width]);
  const out = new Float32Array(height * width * 3);
  for (let p = 0; p < height * width; p++) {
    const shown = limit > 0 ? opacity(Math.min(1, Math.abs(values[p]! / limit))) : 0;
    const colour = color(values[p]!);
    // Without colours of its own the photograph cannot be taken for heat; lifted a little, dark blue can be told from it.
    const base = 0.15 + 0.85 * brightness(data, p * channels, channels);
    for (const c of [0, 1, 2] as const) out[p * 3 + c] = (1 - shown) * base + shown * colour[c];
  }
  return createImage(height, width, 3, out);
}

/** How much of the colour of a share of the limit covers the image. */
export function opacity(share: number): number {
  return Math.min(0.85, 1.4 * share);
}

function brightness(data: Float32Array, at: number, channels: number): number {
  if (channels < 3) return data[at]!;
  return 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;
}

/** The two positions around a pixel and the share of the second. Behind a field of the whole image, positions tile it. */
function placeOf(
  pixel: number,
  positions: number,
  { length, span }: { length: number; span: Span },
): readonly [first: number, second: number, share: number] {
  const tiled = span.size > 2 * length;
  const at = tiled
    ? ((pixel + 0.5) * positions) / length - 0.5
    : (pixel - span.start - (span.size - 1) / 2) / span.stride;
  const inside = Math.min(positions - 1, Math.max(0, at));
  const first = Math.min(Math.floor(inside), Math.max(0, positions - 2));
  return [first, Math.min(first + 1, positions - 1), inside - first];
}
