/** Pictures that lie one after the other in an array of numbers, as a dataset: each is cut out when its turn comes. */
import { createImage } from "../core/image.js";
import type { DatasetItem } from "./dataset.js";

/** Where pictures lie in an array. */
export interface PixelLayout {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Channels come one whole plane after the other, instead of together at each pixel. */
  readonly planes: boolean;
  /** What a value is multiplied by to lie in 0…1. */
  readonly scale: number;
}

/** Where picture `n` begins, what it is called and what it shows. */
export interface PixelItem {
  readonly id: string;
  readonly at: number;
  readonly label: string | undefined;
}

/** The pictures as items. */
export function pixelItems(
  values: ArrayLike<number>,
  { height, width, channels, planes, scale }: PixelLayout,
  items: readonly PixelItem[],
): DatasetItem[] {
  const pixels = height * width;
  return items.map(({ id, at, label }) => ({
    id,
    label,
    image: () => {
      const data = new Float32Array(pixels * channels);
      for (let p = 0; p < pixels; p++) {
        for (let c = 0; c < channels; c++) {
          data[p * channels + c] = values[at + (planes ? c * pixels + p : p * channels + c)]! * scale;
        }
      }
      return createImage(height, width, channels, data);
    },
  }));
}

/** Names of pictures that have only a number, of one length so that they sort as they lie. */
export function numbered(count: number): (n: number) => string {
  const digits = String(Math.max(0, count - 1)).length;
  return (n) => String(n).padStart(digits, "0");
}
