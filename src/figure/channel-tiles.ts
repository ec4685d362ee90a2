/** Pictures for networks that read neither grey nor colour: a grey tile per channel, side by side. */
import { createImage, type Image } from "../core/image.js";
import type { Network } from "../network/network.js";

/** White pixels between two tiles. */
const gap = 2;

/**
 * A picture of a network as it can be shown: as it is when it is grey, colour or has an opacity; a grey tile per channel, side by side,
 * when the network reads channels that are neither.
 *
 * @public
 */
export function displayable(net: Network, image: Image): Image {
  const read = net.input.shape.at(-1);
  return image.channels === read && read !== 1 && read !== 3 ? tiles(image) : image;
}

function tiles({ height, width, channels, data }: Image): Image {
  const across = channels * (width + gap) - gap;
  const sheet = new Float32Array(height * across).fill(1);
  for (let i = 0; i < data.length; i++) {
    const place = Math.floor(i / channels);
    const [y, x] = [Math.floor(place / width), place % width];
    sheet[y * across + (i % channels) * (width + gap) + x] = data[i]!;
  }
  return createImage(height, across, 1, sheet);
}

/** A picture in the middle of a white square, where only squares are shown whole. */
export function squared(image: Image): Image {
  const { height, width, channels, data } = image;
  const side = Math.max(height, width);
  if (height === width) return image;
  const square = new Float32Array(side * side * channels).fill(1);
  const [top, left] = [Math.floor((side - height) / 2), Math.floor((side - width) / 2)];
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * width * channels, (y + 1) * width * channels);
    square.set(row, ((top + y) * side + left) * channels);
  }
  return createImage(side, side, channels, square);
}
