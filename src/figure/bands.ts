/**
 * How pictures are shown that are neither grey nor RGB. One rule holds for every figure and every file: one band is grey,
 * three are red, green and blue; of two or more than three bands the first three are shown so, and the caller may choose others.
 */
import { custom } from "valibot";
import { checkArgument, type Schema } from "../core/check.js";
import { LensError } from "../core/errors.js";
import { bandsOf, createImage, hasAlpha, type Image } from "../core/image.js";

/**
 * Which bands of a picture are shown, by number from 0: three as red, green and blue; one as grey; or `"each"`, all of them as
 * grey tiles in reading order.
 *
 * @public
 */
export type Bands = readonly [red: number, green: number, blue: number] | number | "each";

const isBand = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0;

/** A choice of bands, as an option. */
export const bandsSchema: Schema<Bands> = custom<Bands>(
  (value) => value === "each" || isBand(value) || (Array.isArray(value) && value.length === 3 && value.every(isBand)),
  'three bands such as [3, 2, 1], one band, or "each"',
);

/**
 * A picture as it is shown: grey, RGB or RGBA.
 *
 * @throws LensError `bad-argument`, for a band that the picture has not.
 */
export function displayed(image: Image, bands?: Bands): Image {
  const count = bandsOf(image);
  const chosen = choiceFor(count, bands);
  if (chosen === "each") return tiles(image);
  const shown = typeof chosen === "number" ? [chosen] : chosen;
  if (image.channels !== 2 && shown.length === count && shown.every((band, i) => band === i)) return image;
  const from = hasAlpha(image) ? [...colours(shown), count] : shown;
  const { height, width, channels, data } = image;
  const out = new Float32Array(height * width * from.length);
  for (let i = 0; i < out.length; i++) out[i] = data[Math.floor(i / from.length) * channels + from[i % from.length]!]!;
  return createImage(height, width, from.length, out);
}

/** What is shown of pictures, in words: `bands 3, 2, 1 of 6 as red, green, blue`; `null` for grey and RGB as they are. */
export function describeBands(image: Pick<Image, "channels" | "alpha">, bands?: Bands): string | null {
  const count = bandsOf(image);
  const chosen = choiceFor(count, bands);
  if (chosen === "each") return `each of the ${count} bands as grey, from band 0 in reading order`;
  if (typeof chosen === "number") return count === 1 ? null : `band ${chosen} of ${count} as grey`;
  return count === 3 && chosen.every((band, i) => band === i)
    ? null
    : `bands ${chosen.join(", ")} of ${count} as red, green, blue`;
}

/** The bands shown of so many. A picture of one band is grey, whatever is chosen for others. */
function choiceFor(count: number, bands: Bands | undefined): Bands {
  if (bands !== undefined) checkArgument("bands", bandsSchema, bands);
  if (count === 1) return 0;
  const chosen = bands ?? (count === 2 ? [0, 1, 1] : [0, 1, 2]);
  const beyond = chosen === "each" ? undefined : [chosen].flat().find((band) => band >= count);
  if (beyond === undefined) return chosen;
  throw new LensError(
    "bad-argument",
    `band ${beyond} is to be shown of a picture with bands 0 to ${count - 1}; give bands that it has`,
  );
}

/** Red, green and blue of what is shown as grey, for a picture with an opacity. */
const colours = (shown: readonly number[]): readonly number[] =>
  shown.length === 1 ? [0, 0, 0].map(() => shown[0]!) : shown;

/** Every band as a grey tile, up to four in a row, more in a sheet that is about as wide as high. */
function tiles(image: Image): Image {
  const { height, width, channels, data } = image;
  const count = bandsOf(image);
  const across = count <= 4 ? count : Math.ceil(Math.sqrt(count));
  const rows = Math.ceil(count / across);
  const gap = Math.max(2, Math.round(width / 16));
  const [high, wide] = [rows * (height + gap) - gap, across * (width + gap) - gap];
  // A grey between that of the middle and white, so that tiles of either stand apart.
  const sheet = new Float32Array(high * wide).fill(0.75);
  for (let p = 0; p < height * width; p++) {
    const [y, x] = [Math.floor(p / width), p % width];
    for (let band = 0; band < count; band++) {
      const top = Math.floor(band / across) * (height + gap);
      sheet[(top + y) * wide + (band % across) * (width + gap) + x] = data[p * channels + band]!;
    }
  }
  return createImage(high, wide, 1, sheet);
}
