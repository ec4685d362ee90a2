/** Bringing a picture to the channels that a network reads. */
import { LensError } from "../core/errors.js";
import { bandsOf, createBands, createImage, hasAlpha, type Image } from "../core/image.js";

/** Rec. 601, as grey is made of RGB everywhere. */
const luma = [0.299, 0.587, 0.114] as const;

/**
 * A picture with as many bands as wanted and no opacity: grey becomes RGB and RGB grey; what is transparent lies on white.
 *
 * @throws LensError `bad-size` for other numbers of bands.
 */
export function withChannels(image: Image, channels: number): Image {
  if (image.channels === channels) {
    return hasAlpha(image) ? createBands({ ...image, bands: channels, alpha: false }, image.data) : image;
  }
  const { height, width, channels: has, data } = image;
  const bands = bandsOf(image);
  // A picture of two channels counts as grey with an opacity here: no format has another.
  const isKnown = bands === 1 || bands === 3 || has === 2;
  if (!isKnown || (channels !== 1 && channels !== 3)) {
    throw new LensError("bad-size", `the network reads pictures of ${channels} channels; this one has ${has}`);
  }
  const isGrey = bands < 3;
  const isOpaque = !hasAlpha(image) && has !== 2;
  const out = new Float32Array(height * width * channels);
  for (let p = 0; p < height * width; p++) {
    const alpha = isOpaque ? 1 : data[(p + 1) * has - 1]!;
    const shown = (c: number): number => alpha * data[p * has + (isGrey ? 0 : c)]! + 1 - alpha;
    if (channels === 3) for (let c = 0; c < 3; c++) out[p * 3 + c] = shown(c);
    else out[p] = isGrey ? shown(0) : luma.reduce((sum, share, c) => sum + share * shown(c), 0);
  }
  return createImage(height, width, channels, out);
}
