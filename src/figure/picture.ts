/** Pictures inside figures: PNG as a data address, framed, pixelated when enlarged a lot. */
import { decode, encode } from "fast-png";
import { type Bytes, toBase64 } from "../core/base64.js";
import { createImage, type Image } from "../core/image.js";
import { type Bands, describeBands, displayed } from "./bands.js";
import { type Mark, mark } from "./mark.js";
import { line } from "./theme.js";

/**
 * PNG bytes of a picture, 8 bits per channel; values are clipped to 0…1. Two bands, or more than three, are shown as `bands` says.
 *
 * @throws LensError `bad-argument`, for a band that the picture has not.
 * @public
 */
export function encodePNG(image: Image, options: { readonly bands?: Bands | undefined } = {}): Bytes {
  const { height, width, channels, data } = displayed(image, options.bands);
  const bytes = Uint8Array.from(data, (value) => Math.round(Math.min(1, Math.max(0, value)) * 255));
  return encode({ width, height, data: bytes, channels, depth: 8 }) as Bytes;
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

/** A grey, RGB or RGBA picture as a data address. */
function addressOf(image: Image): string {
  return encodedAhead.get(image) ?? `data:image/png;base64,${toBase64(encodePNG(image))}`;
}

/** An image element whose picture is put in by `drawPictures`, since the figure's options say which bands are shown. */
interface PictureMark extends Mark {
  readonly picture: Image;
}

/** An image element for a picture; its `href` is left empty. */
export function pictureMark(of: Image, attributes: Record<string, string | number>): PictureMark {
  return { ...mark("image", attributes), picture: of };
}

/** Marks with their pictures in them, and what is shown of those that are neither grey nor RGB. */
export function drawPictures(
  marks: readonly Mark[],
  bands: Bands | undefined,
): { readonly marks: Mark[]; readonly shown: readonly string[] } {
  const shown = new Set<string>();
  const drawn = (each: Mark): Mark => {
    if (!("picture" in each))
      return { ...each, children: each.children.map((child) => (typeof child === "string" ? child : drawn(child))) };
    const { picture: image, tag, attributes, children } = each as PictureMark;
    const words = describeBands(image, bands);
    if (words !== null) shown.add(words);
    // A sheet of tiles has not the shape of the picture that its box was made for.
    const fit = bands === "each" && words !== null ? { preserveAspectRatio: "xMidYMid meet" } : {};
    return { tag, attributes: { ...attributes, ...fit, href: addressOf(displayed(image, bands)) }, children };
  };
  return { marks: marks.map(drawn), shown: [...shown] };
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
    pictureMark(image, {
      ...side,
      href: "",
      preserveAspectRatio: "xMidYMid slice",
      "clip-path": `url(#${id})`,
      role: "img",
      "aria-label": words,
    }),
    mark("rect", { x: 0.5, y: 0.5, width: size - 1, height: size - 1, rx: 5, fill: "none", stroke: line }),
  ];
}

/** Every pixel as a square of `times × times`. */
function enlarged(image: Image, times: number): Image {
  const { height, width, channels, data } = image;
  const out = new Float32Array(height * width * channels * times * times);
  for (let at = 0; at < out.length; at++) {
    const [c, p] = [at % channels, Math.floor(at / channels)];
    const [x, y] = [Math.floor((p % (width * times)) / times), Math.floor(p / (width * times) / times)];
    out[at] = data[(y * width + x) * channels + c]!;
  }
  return { ...image, height: height * times, width: width * times, data: out };
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
    pictureMark(image, {
      width,
      height,
      href: "",
      preserveAspectRatio: "none",
      role: "img",
      "aria-label": words,
      ...(pixelated ? { "image-rendering": "pixelated" } : {}),
    }),
    mark("rect", { x: 0, y: 0, width, height, fill: "none", stroke: line, "stroke-width": 0.75 }),
  ];
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
  return { ...image, height: side, width: side, data: square };
}
