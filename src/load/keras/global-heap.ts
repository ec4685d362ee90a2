/**
 * Where HDF5 keeps texts: "global heap collections", objects that follow each other and end with what is free, number 0:
 *
 *     "GCOL" 1 0 0 0 | length of it all, 8 | for each object: number, 2 | references, 2 | 0, 4 | length, 8 | bytes, filled to 8
 *
 * HDF5 walks over them by their lengths and never ends where a damaged one leads back or nowhere. So they are walked here first.
 * (HDF5 File Format Specification, version 3, III.E.)
 */

/** Bytes from `start` to `end`; `null` where they are not there yet. */
export type ReadNow = (start: number, end: number) => Uint8Array | null;

/** "GCOL" and the version. */
const signature = [0x47, 0x43, 0x4f, 0x4c, 1, 0, 0, 0];
/** Bytes of the head of a collection, and of an object. */
const head = 16;

/**
 * Whether every collection that begins in a part of a file can be walked; `null` where more of the file is needed to tell.
 *
 * @param size - bytes of the file
 */
export function soundHeaps(readNow: ReadNow, [start, end]: readonly [number, number], size: number): boolean | null {
  // One may begin in what was read before.
  const from = Math.max(0, start - signature.length + 1);
  const bytes = readNow(from, end);
  if (!bytes) return null;
  for (let at = bytes.indexOf(signature[0]!); at >= 0; at = bytes.indexOf(signature[0]!, at + 1)) {
    if (!signature.every((byte, i) => bytes[at + i] === byte)) continue;
    const sound = soundHeap(readNow, from + at, size);
    if (!sound) return sound;
  }
  return true;
}

function soundHeap(readNow: ReadNow, at: number, size: number): boolean | null {
  if (at + head > size) return false;
  const first = readNow(at, at + head);
  if (!first) return null;
  const length = lengthAt(first, 8);
  if (at + length > size) return false;
  const heap = readNow(at, at + length);
  if (!heap) return null;
  // What is left at the end may be too little for an object.
  for (let place = head; place + head <= length; ) {
    const objectLength = lengthAt(heap, place + 8);
    const free = heap[place] === 0 && heap[place + 1] === 0;
    const step = free ? objectLength : head + Math.ceil(objectLength / 8) * 8;
    if (step < head || place + step > length) return false;
    place += step;
  }
  return true;
}

function lengthAt(bytes: Uint8Array, at: number): number {
  return Number(new DataView(bytes.buffer, bytes.byteOffset + at, 8).getBigUint64(0, true));
}
