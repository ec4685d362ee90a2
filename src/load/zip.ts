/**
 * Zip archives, entry by entry. The directory at the end of the file says where each entry lies, how it is packed, and how
 * long it is; sizes are not believed beyond what deflate can make of the bytes at hand.
 */
import { inflateSync } from "fflate";
import { LensError } from "../core/errors.js";
import { shortJson } from "./json.js";
import type { ByteSource } from "./tensors.js";

/** A file in an archive. */
export interface ZipEntry {
  readonly name: string;
  /** Bytes when unpacked. */
  readonly size: number;
  /** Whether it lies there as it is, so that a part of it can be read. */
  readonly stored: boolean;
  /** Reads the bytes from `start` up to `end`; what is packed is unpacked as a whole each time. */
  read(start?: number, end?: number): Promise<Uint8Array>;
}

/** The most that deflate can grow: 258 bytes for every two bits. */
const mostGrowth = 1032;

const signatures = { end: 0x06054b50, directory: 0x02014b50, local: 0x04034b50 } as const;

/**
 * The entries of an archive.
 *
 * @throws LensError `file` when it is none, cut short, or contradicts itself.
 */
export async function readZip(source: ByteSource): Promise<ZipEntry[]> {
  const tailStart = Math.max(0, source.size - 65_557);
  const tail = viewOf(await source.read(tailStart, source.size));
  let at = tail.byteLength - 22;
  while (at >= 0 && tail.getUint32(at, true) !== signatures.end) at--;
  if (at < 0) throw damaged(source, "it has no directory at its end");
  const count = tail.getUint16(at + 10, true);
  const size = tail.getUint32(at + 12, true);
  const start = tail.getUint32(at + 16, true);
  if (start === 0xffffffff || start + size > source.size) throw damaged(source, "its directory lies outside of it");
  return directory(viewOf(await source.read(start, start + size)), count, source);
}

function directory(view: DataView, count: number, source: ByteSource): ZipEntry[] {
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > view.byteLength || view.getUint32(at, true) !== signatures.directory) {
      throw damaged(source, `its directory breaks off after ${i} of ${count} entries`);
    }
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true)) as [
      number,
      number,
      number,
    ];
    const name = new TextDecoder().decode(
      new Uint8Array(view.buffer, view.byteOffset + at + 46, Math.min(nameLength, view.byteLength - at - 46)),
    );
    entries.push(entryOf(name, view, at, source));
    at += 46 + nameLength + extra + comment;
  }
  return entries;
}

function entryOf(name: string, view: DataView, at: number, source: ByteSource): ZipEntry {
  const flags = view.getUint16(at + 8, true);
  const method = view.getUint16(at + 10, true);
  const packed = view.getUint32(at + 20, true);
  const size = view.getUint32(at + 24, true);
  const header = view.getUint32(at + 42, true);
  if (flags & 1 || (method !== 0 && method !== 8)) {
    throw damaged(source, `${shortJson(name)} in it is ${flags & 1 ? "encrypted" : `packed by method ${method}`}`);
  }
  if (header + 30 + packed > source.size || (method === 0 ? size !== packed : size > packed * mostGrowth)) {
    throw damaged(source, `${shortJson(name)} in it says it has ${size} bytes packed in ${packed}`);
  }
  return {
    name,
    size,
    stored: method === 0,
    async read(from = 0, to = size) {
      const local = viewOf(await source.read(header, header + 30));
      if (local.byteLength < 30 || local.getUint32(0, true) !== signatures.local)
        throw damaged(source, `${shortJson(name)} is not where it should be`);
      const start = header + 30 + local.getUint16(26, true) + local.getUint16(28, true);
      if (start + packed > source.size) throw damaged(source, `${shortJson(name)} in it is cut short`);
      if (method === 0) return source.read(start + from, start + Math.min(to, size));
      return unpack(await source.read(start, start + packed), size, () =>
        damaged(source, `${shortJson(name)} in it cannot be unpacked`),
      ).subarray(from, to);
    },
  };
}

function unpack(packed: Uint8Array, size: number, error: () => LensError): Uint8Array {
  try {
    const bytes = inflateSync(packed, { out: new Uint8Array(size) });
    if (bytes.length === size) return bytes;
  } catch {
    // Said below, as of any other damage.
  }
  throw error();
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function damaged({ name }: ByteSource, why: string): LensError {
  return new LensError("file", `"${name}" is no zip archive that can be read: ${why}; get it again`);
}
