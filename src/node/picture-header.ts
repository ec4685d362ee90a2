/**
 * What picture files announce, read before anything is decoded: a file of a few bytes can announce gigabytes. The decoders in JavaScript
 * are given only what they need of a file.
 */
import { Unzlib } from "fflate";

/** What a file says of its picture. */
export interface PictureHeader {
  readonly width: number;
  readonly height: number;
}

/** Scans of a JPEG, at most: cameras and programs write up to about 20, and each costs a pass over all pixels. */
const mostScans = 100;

/**
 * The header of a JPEG file.
 *
 * @throws Error for a file without one, with several, or with more scans than pictures have.
 */
export function jpegHeader(bytes: Uint8Array): PictureHeader {
  let header: PictureHeader | undefined;
  let scans = 0;
  for (let at = 2; at + 9 < bytes.length; ) {
    const marker = bytes[at + 1]!;
    // Fill bytes, and the coded pixels after the start of a scan, in which ff is followed by 0 or a restart marker.
    if (bytes[at] !== 0xff || marker === 0xff || marker === 0 || (marker >= 0xd0 && marker <= 0xd7)) {
      const next = bytes.indexOf(0xff, at + 1);
      if (next < 0) break;
      at = next;
      continue;
    }
    if (marker === 0xd9) break;
    if (isFrame(marker)) {
      if (header) throw new Error("it has several frames");
      header = { height: uint16(bytes, at + 5), width: uint16(bytes, at + 7) };
    }
    if (marker === 0xda && ++scans > mostScans) throw new Error(`it has more than ${mostScans} scans`);
    at += 2 + uint16(bytes, at + 2);
  }
  if (!header) throw new Error("it has no frame");
  return header;
}

/** Markers that begin a frame: c0 to cf but for those of tables. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/**
 * The header of a PNG file.
 *
 * @throws Error for a file without one.
 */
export function pngHeader(bytes: Uint8Array): PictureHeader {
  if (bytes.length < 33 || textAt(bytes, 12) !== "IHDR") throw new Error("it has no header");
  return { width: uint32(bytes, 16), height: uint32(bytes, 20) };
}

/** Chunks of a PNG that make its pixels. */
const needed = new Set(["IHDR", "PLTE", "tRNS", "IDAT", "IEND"]);

/**
 * A PNG file without the chunks that do not make its pixels, whose packed parts may unpack to any size.
 *
 * @throws Error where it breaks off, or its pixels unpack to more bytes than a picture of its size has.
 */
export function barePNG(bytes: Uint8Array): Uint8Array {
  const { width, height } = pngHeader(bytes);
  const kept = [bytes.subarray(0, 8)];
  // Eight bytes a pixel at most, one for each row, and again as many rows where it is interlaced.
  let room = height * (8 * width + 1) + 8 * (height + 8);
  const inflate = new Unzlib((piece) => {
    room -= piece.length;
    if (room < 0) throw new Error("its pixels unpack to more than a picture of its size has");
  });
  for (let at = 8; ; ) {
    if (at + 12 > bytes.length) throw new Error("it breaks off");
    const length = uint32(bytes, at);
    const name = textAt(bytes, at + 4);
    const end = at + 12 + length;
    if (end > bytes.length) throw new Error("it breaks off");
    if (name === "IDAT") pushInPieces(inflate, bytes.subarray(at + 8, end - 4));
    if (needed.has(name)) kept.push(bytes.subarray(at, end));
    if (name === "IEND") return joined(kept);
    at = end;
  }
}

/** Packed bytes that are looked at at once: they grow to 17 MB at most. */
const step = 16_384;

function pushInPieces(inflate: Unzlib, packed: Uint8Array): void {
  for (let at = 0; at < packed.length; at += step) inflate.push(packed.subarray(at, at + step));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function uint16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

function uint32(bytes: Uint8Array, at: number): number {
  return uint16(bytes, at) * 65_536 + uint16(bytes, at + 2);
}

function textAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}
