/**
 * Zip archives, entry by entry. The directory at the end of the file says where each entry lies, how it is packed, and how
 * long it is. None of it is believed beyond reason: entries share no bytes, sizes stay below what weights can be packed to, and
 * no more is unpacked than is asked for.
 */
import { Inflate } from "fflate";
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
  /** Reads the bytes from `start` up to `end`; what is packed is unpacked from its beginning to `end` each time. */
  read(start?: number, end?: number): Promise<Uint8Array>;
  /** Where in the archive its bytes, packed or not, begin. */
  start(): Promise<number>;
}

/** The most that deflate can grow: 258 bytes for every two bits. */
const mostGrowth = 1032;

/** An archive may unpack to so many times its size, a small one to so many bytes. Numbers of trained weights hardly shrink. */
const most = { times: 100, bytes: 64 * 2 ** 20 } as const;

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
  const entries = directory(viewOf(await source.read(start, start + size)), count, source);
  checkTogether(entries, source);
  return entries;
}

/** What no entry alone shows: that several are made of the same bytes, or that all of them would fill the memory. */
function checkTogether(entries: readonly Entry[], source: ByteSource): void {
  const inOrder = [...entries].sort((a, b) => a.from - b.from);
  inOrder.forEach((entry, i) => {
    const next = inOrder[i + 1];
    if (next && next.from < entry.to)
      throw damaged(source, `${shortJson(entry.name)} and ${shortJson(next.name)} in it lie in the same place`);
  });
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  const limit = Math.max(most.bytes, most.times * source.size);
  if (total <= limit) return;
  throw damaged(source, `its ${source.size} bytes would unpack to ${total}; no more than ${limit} are believed`);
}

/** An entry, and the bytes from its own header to its end. */
interface Entry extends ZipEntry {
  readonly from: number;
  readonly to: number;
}

function directory(view: DataView, count: number, source: ByteSource): Entry[] {
  const entries: Entry[] = [];
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

function entryOf(name: string, view: DataView, at: number, source: ByteSource): Entry {
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
  const start = async (): Promise<number> => {
    const local = viewOf(await source.read(header, header + 30));
    if (local.byteLength < 30 || local.getUint32(0, true) !== signatures.local)
      throw damaged(source, `${shortJson(name)} is not where it should be`);
    const found = header + 30 + local.getUint16(26, true) + local.getUint16(28, true);
    if (found + packed > source.size) throw damaged(source, `${shortJson(name)} in it is cut short`);
    return found;
  };
  return {
    name,
    size,
    stored: method === 0,
    from: header,
    to: header + 30 + packed,
    start,
    async read(from = 0, to = size) {
      const first = await start();
      const end = Math.min(to, size);
      if (method === 0) return source.read(first + from, first + end);
      const bytes = unpack(await source.read(first, first + packed), end, end === size);
      if (!bytes) throw damaged(source, `${shortJson(name)} in it cannot be unpacked to its ${size} bytes`);
      return bytes.subarray(from);
    },
  };
}

/** Packed bytes that are looked at at once: they grow to 17 MB at most, so that little more is made than is wanted. */
const step = 16_384;

/** The first bytes of a deflated stream; `null` where there are not as many, or more after what should be all of them. */
function unpack(packed: Uint8Array, wanted: number, all: boolean): Uint8Array | null {
  const bytes = new Uint8Array(wanted);
  let made = 0;
  const inflate = new Inflate((piece) => {
    if (made < wanted) bytes.set(piece.subarray(0, wanted - made), made);
    made += piece.length;
  });
  try {
    for (let at = 0; at < packed.length && (made < wanted || all) && made <= wanted; at += step) {
      inflate.push(packed.subarray(at, at + step), at + step >= packed.length);
    }
  } catch {
    // Said by whoever asked, as of any other damage.
    return null;
  }
  return made < wanted || (all && made > wanted) ? null : bytes;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function damaged({ name }: ByteSource, why: string): LensError {
  return new LensError("file", `"${name}" is no zip archive that can be read: ${why}; get it again`);
}
