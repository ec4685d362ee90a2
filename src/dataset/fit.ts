/**
 * Bringing a picture to what a network reads. `cover` keeps its proportions and cuts what hangs over, the middle stays;
 * `contain` keeps all of it and fills the rest with grey; `fill` stretches. Grey becomes RGB and RGB grey as the network
 * wants; what is transparent lies on white.
 */
import { oneOf, type Schema } from "../core/check.js";
import { createBands, type Image } from "../core/image.js";
import { withChannels } from "../math/channels.js";
import { resample } from "../math/resample.js";

/**
 * How a picture is brought to the size a network is given.
 *
 * @public
 */
export type Fit = "cover" | "contain" | "fill";

/** A way of fitting. */
export const fitSchema: Schema<Fit> = oneOf("cover", "contain", "fill");

/** What a picture is brought to. */
export interface FitOptions {
  /** Height and width in pixels. */
  readonly size: readonly [height: number, width: number];
  /** How. */
  readonly fit: Fit;
  /** Channels the network reads. */
  readonly channels: number;
}

/**
 * A picture at a network's size and channels.
 *
 * @throws LensError `bad-size` when its channels cannot become those of the network.
 */
export function fitPicture(image: Image, { size: [height, width], fit, channels }: FitOptions): Image {
  const picture = withChannels(image, channels);
  if (fit === "fill") return resample(picture, height, width);
  const choose = fit === "cover" ? Math.max : Math.min;
  const scale = choose(height / picture.height, width / picture.width);
  // The side that decides is exact; the other is rounded, and at least a pixel.
  const sized = resample(
    picture,
    Math.max(1, Math.round(picture.height * scale)),
    Math.max(1, Math.round(picture.width * scale)),
  );
  return centred(sized, height, width);
}

/** The middle of a picture, with mid-grey around it where it is too small. */
function centred(image: Image, height: number, width: number): Image {
  const { channels: c } = image;
  if (image.height === height && image.width === width) return image;
  const top = Math.floor((image.height - height) / 2);
  const left = Math.floor((image.width - width) / 2);
  const data = new Float32Array(height * width * c).fill(0.5);
  const from = Math.max(0, left);
  const to = Math.min(image.width, left + width);
  for (let y = Math.max(0, top); y < Math.min(image.height, top + height); y++) {
    const row = image.data.subarray((y * image.width + from) * c, (y * image.width + to) * c);
    data.set(row, ((y - top) * width + from - left) * c);
  }
  return createBands({ height, width, bands: c }, data);
}
