/**
 * Picture files as pictures: by sharp where it is installed (all formats, fast), else JPEG and PNG by decoders in JavaScript.
 * Both turn a photograph the right way up, read the first frame of an animation, make RGB of CMYK and of palettes, and
 * refuse a file that ends too early.
 */
import { convertIndexedToRgb, decode as decodePng } from "fast-png";
import { optional } from "valibot";
import { checkOptions, type OptionSchemas, oneOf, optionsSchema } from "../core/check.js";
import { LensError } from "../core/errors.js";
import { createImage, type Image } from "../core/image.js";
import { checkLimit, type Limits, limitsSchema, pixelLimit } from "../core/limits.js";
import { shown } from "../core/numbers.js";
import { loadPackage } from "../core/packages.js";
import { jpegOrientation, upright } from "./exif.js";
import { barePNG, jpegHeader, type PictureHeader, pngHeader } from "./picture-header.js";
import { type PictureKind, pictureKind } from "./picture-kind.js";

/**
 * Which decoder reads picture files: `"sharp"` (an optional package), `"builtin"` (JPEG and PNG), or sharp where it is
 * installed.
 *
 * @public
 */
export type PictureDecoder = "auto" | "sharp" | "builtin";

/**
 * Options of everything that reads picture files.
 *
 * @public
 */
export interface PictureOptions {
  /**
   * Which decoder reads the files.
   *
   * @defaultValue "auto"
   */
  readonly decoder?: PictureDecoder | undefined;
  /** What a file may hold at most; `pixels` counts here. */
  readonly limits?: Limits | undefined;
}

/** Schemas of `PictureOptions`. */
export const pictureSchemas: OptionSchemas<PictureOptions> = {
  decoder: optional(oneOf("auto", "sharp", "builtin")),
  limits: limitsSchema,
};
const pictureOptions = optionsSchema(pictureSchemas);

/**
 * The picture in a file's bytes.
 *
 * @throws LensError `file`, with the reason in words; `bad-argument` for another decoder.
 * @public
 */
export async function decodePicture(bytes: Uint8Array, options: PictureOptions = {}): Promise<Image> {
  if (!(bytes instanceof Uint8Array))
    throw new LensError("bad-argument", `the bytes of a picture file are a Uint8Array; got ${shown(bytes)}`);
  checkOptions(pictureOptions, options);
  const { decoder = "auto", limits } = options;
  const kind = pictureKind(bytes);
  if (!kind) throw new LensError("file", `the file is no picture: ${whatInstead(bytes)}`);
  const sharp = decoder === "builtin" ? null : await loadSharp();
  if (!sharp && decoder === "sharp") {
    throw new LensError("file", 'the decoder "sharp" was asked for but is not installed: npm install sharp');
  }
  const check = ({ width, height }: PictureHeader): void =>
    checkLimit(
      "pixels",
      pixelLimit(bytes.length, limits),
      width * height,
      `the ${kind} file of ${bytes.length} bytes announces a picture of ${height} × ${width} = ${height * width} pixels`,
    );
  try {
    return sharp ? await bySharp(sharp, kind, bytes, check) : await builtin(kind, bytes, check);
  } catch (cause) {
    if (cause instanceof LensError) throw cause;
    const reason = (cause instanceof Error ? cause.message : String(cause)).trim().replace(/\s+/g, " ");
    throw new LensError("file", `the ${kind} file is damaged or ends too early (${reason})`, { cause });
  }
}

/** Refuses a picture by its size. */
type SizeCheck = (header: PictureHeader) => void;

type Sharp = typeof import("sharp").default;
let loading: Promise<Sharp | null> | undefined;

/** sharp, where it is installed. */
function loadSharp(): Promise<Sharp | null> {
  loading ??= loadPackage<typeof import("sharp")>("sharp").then(
    (module) => module.default,
    () => null,
  );
  return loading;
}

/** What libjpeg warns of that leaves the pixels whole. */
const harmless = /extraneous bytes|Invalid SOS parameters|Unknown Adobe color|Inconsistent progression/i;

async function bySharp(sharp: Sharp, kind: PictureKind, bytes: Uint8Array, check: SizeCheck): Promise<Image> {
  // The decoder only warns of a JPEG that breaks off in the middle.
  if (kind === "JPEG") jpegHeader(bytes);
  const input = { failOn: kind === "JPEG" ? "warning" : "error", limitInputPixels: false } as const;
  const { width, height } = await sharp(bytes, input).metadata();
  check({ width, height });
  const decode = async (failOn: "warning" | "error") =>
    sharp(bytes, { ...input, failOn })
      .autoOrient()
      .toColourspace("srgb")
      .raw()
      .toBuffer({ resolveWithObject: true });
  const { data, info } = await decode(input.failOn).catch((error: unknown) => {
    if (kind === "JPEG" && harmless.test(String(error))) return decode("error");
    throw error;
  });
  return fromBytes(info, data, 255);
}

async function builtin(kind: PictureKind, bytes: Uint8Array, check: SizeCheck): Promise<Image> {
  switch (kind) {
    case "JPEG":
      return upright(await jpeg(bytes, check), jpegOrientation(bytes));
    case "PNG":
      return png(bytes, check);
    default:
      throw new LensError(
        "file",
        `a ${kind} file needs the optional package sharp (npm install sharp); JPEG and PNG are read without it`,
      );
  }
}

async function jpeg(bytes: Uint8Array, check: SizeCheck): Promise<Image> {
  const { decode } = (await import("jpeg-js")).default;
  // The decoder fills up what is missing with grey: the end of the file has to be there.
  if (!endsAsJpeg(bytes)) throw new Error("no end of image");
  const header = jpegHeader(bytes);
  check(header);
  const { width, height, data } = decode(bytes, {
    useTArray: true,
    formatAsRGBA: false,
    tolerantDecoding: false,
    // The decoder counts 20 bytes for each pixel, and 40 where the colours are stored at full size.
    maxMemoryUsageInMB: 64 + (60 * header.width * header.height) / 2 ** 20,
    maxResolutionInMP: Number.POSITIVE_INFINITY,
  });
  return fromBytes({ width, height, channels: 3 }, data, 255);
}

/** Whether the marker of the end, `ff d9`, comes after the last scan begins, `ff da`; a thumbnail before it has its own end. */
function endsAsJpeg(bytes: Uint8Array): boolean {
  const marker = (at: number, code: number): boolean => bytes[at] === 0xff && bytes[at + 1] === code;
  for (let at = bytes.length - 2; at >= 0 && !marker(at, 0xda); at--) if (marker(at, 0xd9)) return true;
  return false;
}

function png(bytes: Uint8Array, check: SizeCheck): Image {
  check(pngHeader(bytes));
  const decoded = decodePng(barePNG(bytes), { checkCrc: true });
  if (decoded.palette) {
    const data = convertIndexedToRgb(decoded);
    return fromBytes({ ...decoded, channels: decoded.palette[0]!.length }, data, 255);
  }
  const { depth, width, height, channels } = decoded;
  const largest = 2 ** depth - 1;
  if (depth >= 8) return fromBytes({ width, height, channels }, decoded.data, largest);
  return fromBytes({ width, height, channels: 1 }, unpack(decoded.data, { width, height, depth }), largest);
}

/** Grey values of less than a byte, several to a byte; each row begins with a new one. */
function unpack(
  packed: ArrayLike<number>,
  { width, height, depth }: { width: number; height: number; depth: number },
): Uint8Array {
  const rowBytes = Math.ceil((width * depth) / 8);
  return Uint8Array.from({ length: width * height }, (_, p) => {
    const bit = (p % width) * depth;
    const byte = packed[Math.floor(p / width) * rowBytes + (bit >> 3)]!;
    return (byte >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
  });
}

/** Whole numbers up to `largest` as a picture in 0…1; alpha of grey pictures is kept by making them RGB. */
function fromBytes(
  { width, height, channels }: { width: number; height: number; channels: number },
  values: ArrayLike<number>,
  largest: number,
): Image {
  const as = channels === 2 ? 4 : channels;
  const data = new Float32Array(width * height * as);
  if (channels !== 2) for (let i = 0; i < data.length; i++) data[i] = values[i]! / largest;
  else {
    for (let p = 0; p < width * height; p++) {
      data.fill(values[2 * p]! / largest, 4 * p, 4 * p + 3);
      data[4 * p + 3] = values[2 * p + 1]! / largest;
    }
  }
  return createImage(height, width, as, data);
}

function whatInstead(bytes: Uint8Array): string {
  if (bytes.length === 0) return "it is empty";
  const start = bytes.subarray(0, 16);
  const isText = start.every((byte) => (byte >= 32 && byte < 127) || byte === 9 || byte === 10 || byte === 13);
  if (isText) return `it is text beginning ${JSON.stringify(String.fromCharCode(...start))}`;
  return `it begins with the bytes ${[...start.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ")}`;
}
