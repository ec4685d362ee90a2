/**
 * Values of results as JSON and back, exactly. Arrays of float32 become `{ "float32": base64 of little-endian bytes }`;
 * pictures whose values are all whole 255ths, such as photographs, become `{ "png": base64 }`, which is many times shorter.
 */
import { decode as decodePNG, encode as encodePNG } from "fast-png";
import { fromBase64, toBase64 } from "./base64.js";
import { LensError } from "./errors.js";
import { createImage, type Image } from "./image.js";
import { parseWithin } from "./limits.js";

/** Most values of one picture in a file, 256 MB of float32: a PNG of a few bytes may claim any size. */
const mostValues = 2 ** 26;

/**
 * A value as plain JSON data.
 *
 * @throws LensError `bad-argument` for what JSON does not hold, such as NaN or a function, naming its place.
 */
export function toPlain(value: unknown, place: string): unknown {
  switch (typeof value) {
    case "number":
      if (Number.isFinite(value)) return value;
      break;
    case "string":
    case "boolean":
      return value;
    case "object":
      if (value === null) return null;
      if (value instanceof Float32Array) return { float32: base64Of(value, place) };
      if (Array.isArray(value)) return value.map((item, i) => toPlain(item, `${place}[${i}]`));
      if (ArrayBuffer.isView(value)) break;
      if (isWholeBytes(value)) return { png: pngOf(value) };
      return Object.fromEntries(
        Object.entries(value).flatMap(([name, part]) =>
          part === undefined ? [] : [[name, toPlain(part, `${place}.${name}`)]],
        ),
      );
  }
  throw new LensError(
    "bad-argument",
    `${place} cannot be saved: a result holds finite numbers, texts, lists and objects`,
  );
}

/**
 * The value of JSON text written by `toPlain`.
 *
 * @throws LensError `file` where the text is damaged.
 */
export function fromText(text: string): unknown {
  try {
    // The text is in memory already; what readers of nested values need is that it is not nested deeper than the stack.
    return parseWithin(text, { text: Number.MAX_SAFE_INTEGER }, revived);
  } catch (cause) {
    const reason = cause instanceof LensError ? cause.message : `it is not JSON: ${(cause as Error).message}`;
    throw new LensError("file", `this text holds no result of convlens, or was cut short: ${reason}`, { cause });
  }
}

function revived(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if ("float32" in value && typeof value.float32 === "string") return float32Of(value.float32);
  if ("png" in value && typeof value.png === "string") return imageOf(value.png);
  return value;
}

function base64Of(array: Float32Array, place: string): string {
  if (!array.every(Number.isFinite))
    throw new LensError("bad-argument", `${place} cannot be saved: some of its numbers are not finite`);
  return toBase64(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
}

function float32Of(text: string): Float32Array {
  const bytes = bytesOf(text);
  if (bytes.length % 4 !== 0) throw new LensError("file", "an array of float32 has a part of a number at its end");
  const array = new Float32Array(bytes.buffer as ArrayBuffer);
  if (!array.every(Number.isFinite)) throw new LensError("file", "an array of float32 has numbers that are not finite");
  return array;
}

function isWholeBytes(value: object): value is Image {
  const { height, width, channels, data } = value as Partial<Image>;
  return (
    data instanceof Float32Array &&
    (channels === 1 || channels === 3 || channels === 4) &&
    Object.keys(value).length === 4 &&
    data.length > 0 &&
    data.length === height! * width! * channels &&
    data.every((v) => v === Math.fround(Math.round(v * 255) / 255) && v >= 0 && v <= 1)
  );
}

function pngOf({ height, width, channels, data }: Image): string {
  const bytes = Uint8Array.from(data, (v) => Math.round(v * 255));
  return toBase64(encodePNG({ width, height, channels, depth: 8, data: bytes }));
}

function imageOf(text: string): Image {
  const bytes = bytesOf(text);
  // The header comes first in a PNG: eight bytes of signature, eight of the chunk, then width and height.
  if (bytes.length < 24) throw new LensError("file", "a picture is cut short");
  const header = new DataView(bytes.buffer, bytes.byteOffset);
  if (header.getUint32(16) * header.getUint32(20) * 4 > mostValues)
    throw new LensError("file", `a picture has more than ${mostValues / 4} pixels`);
  let picture: ReturnType<typeof decodePNG>;
  try {
    picture = decodePNG(bytes);
  } catch (cause) {
    throw new LensError("file", `a picture is damaged: ${(cause as Error).message}`, { cause });
  }
  const { width, height, channels, data, depth } = picture;
  if (depth !== 8) throw new LensError("file", "a picture is no PNG of 8 bits");
  return createImage(
    height,
    width,
    channels,
    Float32Array.from(data, (byte) => byte / 255),
  );
}

function bytesOf(text: string): Uint8Array {
  try {
    return fromBase64(text);
  } catch (cause) {
    throw new LensError("file", "an array of numbers or a picture is not written in base64", { cause });
  }
}
