/** Why there may be nothing to see in a picture: recorded beside it, so that a grey tile is never left unexplained. */
import type { Image } from "../core/image.js";
import type { Picture } from "./picture.js";

/** Standard deviation over the places of a picture below which it is flat: two and a half of 255 greys. */
const flat = 0.01;
/** Share of values that are shown as 0 or 255 above which it is clipped. */
const clipped = 0.5;

/**
 * What is wrong with a picture, in words that begin with `dead`, `weak`, `flat` or `clipped`; `null` when nothing is. Dead: nothing excited the
 * unit. Weak: the finished picture does not excite it, or its value is not above 0. Flat: its values differ by a standard deviation below 0.01. Clipped: more than half of its values are at the ends of the range.
 *
 * @public
 */
export function flawOf({ image, status, value }: Pick<Picture, "image" | "status" | "value">): string | null {
  if (status === "dead") return "dead: nothing excited it";
  if (status === "weak") return "weak: moved pictures excited it, the finished one does not";
  const spread = deviation(image);
  if (spread < flat) return `flat: its values differ by a standard deviation of ${spread.toPrecision(2)}`;
  if (value <= 0) return `weak: the finished picture gives ${value.toPrecision(2)}, which is not above 0`;
  const share = image.data.filter((v) => v * 255 < 0.5 || v * 255 >= 254.5).length / image.data.length;
  return share > clipped ? `clipped: ${Math.round(100 * share)} % of its values are at the ends of the range` : null;
}

/** How far values are from the mean of their channel: a picture of one colour is flat. */
function deviation({ data, channels }: Image): number {
  const places = data.length / channels;
  let squares = 0;
  for (let c = 0; c < channels; c++) {
    let [sum, square] = [0, 0];
    for (let i = c; i < data.length; i += channels) {
      sum += data[i]!;
      square += data[i]! ** 2;
    }
    squares += square / places - (sum / places) ** 2;
  }
  return Math.sqrt(Math.max(0, squares / channels));
}
