/**
 * A picture after an element of a group, inside the disc that every turn leaves inside: mirrored, turned and enlarged about
 * the centre with values between pixels taken bilinearly, then its colours turned and its sign swapped about grey. Outside
 * the disc it is grey, with a soft edge, so that the corners of turned pictures are not what units answer to.
 */
import { createImage, type Image } from "../core/image.js";
import type { Transformation } from "./group.js";
import { colorAction } from "./kernel-action.js";

/** Part of the radius over which a picture fades to grey. */
const fade = 0.12;

/** The picture after the change; element 0 gives the picture in its disc. */
export function transformImage(image: Image, change: Transformation): Image {
  const { height, width, channels } = image;
  const { mirror = false, degrees = 0, scale = 1, polarity = 1 } = change;
  const colors = channels >= 3 ? colorAction(change) : null;
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const [middleY, middleX] = [(height - 1) / 2, (width - 1) / 2];
  const reach = Math.min(height, width) / 2;
  const data = new Float32Array(image.data.length);
  const pixel = new Float64Array(channels);
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at += channels) {
      const [y, x] = [row - middleY, column - middleX];
      // Where this pixel comes from: the turn back, then the mirror back.
      const fromX = (cos * x + sin * y) / scale;
      const fromY = (cos * y - sin * x) / scale;
      sample(pixel, image, [fromY + middleY, (mirror ? -fromX : fromX) + middleX]);
      const shown = Math.min(1, Math.max(0, (1 - Math.hypot(y, x) / reach) / fade));
      for (let c = 0; c < channels; c++) {
        const value =
          colors && c < 3
            ? colors[3 * c]! * pixel[0]! + colors[3 * c + 1]! * pixel[1]! + colors[3 * c + 2]! * pixel[2]!
            : pixel[c]!;
        data[at + c] = c === 3 ? value : 0.5 + shown * polarity * (value - 0.5);
      }
    }
  }
  return createImage(height, width, channels, data);
}

function sample(out: Float64Array, { height, width, channels, data }: Image, [y, x]: readonly [number, number]): void {
  const row = Math.min(height - 1, Math.max(0, y));
  const column = Math.min(width - 1, Math.max(0, x));
  const [top, left] = [Math.min(height - 2, Math.floor(row)), Math.min(width - 2, Math.floor(column))];
  const [down, right] = [row - top, column - left];
  for (let c = 0; c < channels; c++) {
    const value = (r: number, k: number): number => data[((top + r) * width + left + k) * channels + c]!;
    out[c] =
      (1 - down) * ((1 - right) * value(0, 0) + right * value(0, 1)) +
      down * ((1 - right) * value(1, 0) + right * value(1, 1));
  }
}
