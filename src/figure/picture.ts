/** Pictures inside figures: PNG as a data address, framed, pixelated when enlarged a lot. */
import { decode, encode } from "fast-png";
import { toBase64 } from "../core/base64.js";
import { createImage, type Image } from "../core/image.js";
import { type Mark, mark } from "./mark.js";
import { line } from "./theme.js";

/**
 * PNG bytes of a picture, 8 bits per channel; values are clipped to 0…1.
 *
 * @public
 */
export function encodePNG({ height, width, channels, data }: Image): Uint8Array {
  const shown = channels === 1 || channels === 3 || channels === 4 ? channels : 1;
  const bytes = new Uint8Array(height * width * shown);
  for (let p = 0; p < height * width; p++) {
    for (let c = 0; c < shown; c++) {
      bytes[p * shown + c] = Math.round(Math.min(1, Math.max(0, data[p * channels + c]!)) * 255);
    }
  }
  return encode({ width, height, data: bytes, channels: shown, depth: 8 });
}

/**
 * The picture of PNG bytes: grey, RGB or RGBA, values in 0…1.
 *
 * @public
 */
export function decodePNG(bytes: Uint8Array): Image {
  const { height, width, channels, depth, data } = decode(bytes);
  // Grey with opacity is shown as grey.
  const kept = channels === 2 ? 1 : (channels as Image["channels"]);
  const full = 2 ** depth - 1;
  const values = Float32Array.from(
    { length: height * width * kept },
    (_, i) => data[Math.floor(i / kept) * channels + (i % kept)]! / full,
  );
  return createImage(height, width, kept, values);
}

const encodedAhead = new WeakMap<Image, string>();

/** Encodes a picture that nobody changes any more before the figure that shows it is made, so that a caller with many may pause between. */
export function encodeAhead(image: Image): void {
  encodedAhead.set(image, addressOf(image));
}

/** A picture as a data address. */
function addressOf(image: Image): string {
  return encodedAhead.get(image) ?? `data:image/png;base64,${toBase64(encodePNG(image))}`;
}

/** Up to this height pixels are weights of a first layer, each of which counts; beyond, they make up a picture. */
const fewPixels = 16;

/** A picture in a box of `size`, with round corners and words for those who cannot see it. */
export function picture(of: Image, size: number, words: string, id: string): Mark[] {
  const side = { x: 0, y: 0, width: size, height: size };
  // Not every renderer keeps the borders of enlarged pixels sharp when asked to.
  const image = of.height <= fewPixels ? enlarged(of, Math.max(1, Math.round((2 * size) / of.height))) : of;
  return [
    mark("clipPath", { id }, mark("rect", { ...side, rx: 5 })),
    mark("image", {
      ...side,
      href: addressOf(image),
      preserveAspectRatio: "xMidYMid slice",
      "clip-path": `url(#${id})`,
      role: "img",
      "aria-label": words,
    }),
    mark("rect", { x: 0.5, y: 0.5, width: size - 1, height: size - 1, rx: 5, fill: "none", stroke: line }),
  ];
}

/** Every pixel as a square of `times × times`. */
function enlarged({ height, width, channels, data }: Image, times: number): Image {
  const out = new Float32Array(height * width * channels * times * times);
  for (let at = 0; at < out.length; at++) {
    const [c, p] = [at % channels, Math.floor(at / channels)];
    const [x, y] = [Math.floor((p % (width * times)) / times), Math.floor(p / (width * times) / times)];
    out[at] = data[(y * width + x) * channels + c]!;
  }
  return createImage(height * times, width * times, channels, out);
}

/** Where a picture goes, and whether the borders of its enlarged pixels stay sharp. */
export interface Box {
  readonly height: number;
  readonly width: number;
  readonly pixelated?: boolean;
}

/** A picture in a box of its own shape, with a thin frame. */
export function framed(
  image: Image,
  { height, width, pixelated = height > 4 * image.height }: Box,
  words: string,
): Mark[] {
  return [
    mark("image", {
      width,
      height,
      href: addressOf(image),
      preserveAspectRatio: "none",
      role: "img",
      "aria-label": words,
      ...(pixelated ? { "image-rendering": "pixelated" } : {}),
    }),
    mark("rect", { x: 0, y: 0, width, height, fill: "none", stroke: line, "stroke-width": 0.75 }),
  ];
}
