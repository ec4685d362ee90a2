/** Global heaps of HDF5, written by hand: what can be walked, and what HDF5 would never come to the end of. */
import { describe, expect, it } from "vitest";
import { soundHeaps } from "../../../src/load/keras/global-heap.js";

/** A collection of objects `[number, length, bytes stored]` and free bytes, `before` other bytes. */
function heap(objects: readonly (readonly [number, number, number])[], before = 0): Uint8Array {
  const length = 16 + objects.reduce((sum, [, , stored]) => sum + 16 + stored, 0);
  const bytes = new Uint8Array(before + length);
  const view = new DataView(bytes.buffer, before);
  bytes.set(Buffer.from("GCOL\x01"), before);
  view.setBigUint64(8, BigInt(length), true);
  let at = 16;
  for (const [number, size, stored] of objects) {
    view.setUint16(at, number, true);
    view.setBigUint64(at + 8, BigInt(size), true);
    at += 16 + stored;
  }
  return bytes;
}

const sound = (bytes: Uint8Array, from = 0, to = bytes.length): boolean | null =>
  soundHeaps((start, end) => bytes.subarray(start, end), [from, to], bytes.length);

describe("a global heap", () => {
  it("is sound with objects filled to eight bytes and the rest free", () => {
    const bytes = heap([
      [1, 5, 8],
      [2, 16, 16],
      [0, 48, 32],
    ]);
    expect(sound(bytes)).toBe(true);
  });

  it.each([
    ["free and of no length", [0, 0, 16]],
    ["free and shorter than what says so", [0, 4, 16]],
    ["longer than the rest", [1, 100, 16]],
    ["so long that 32 bits come round to where it began", [1, 2 ** 32 - 16, 16]],
  ] as const)("is not with an object that is %s", (_, broken) => {
    expect(sound(heap([[1, 5, 8], broken]))).toBe(false);
  });

  it("is found where a part of the file holds no more than the end of its first bytes", () => {
    expect(sound(heap([[0, 0, 16]], 40), 47)).toBe(false);
    expect(sound(heap([[0, 0, 16]], 40), 0, 44)).toBe(true);
  });

  it("cannot be told before it is there", () => {
    const bytes = heap([[1, 5, 8]]);
    const readNow = (start: number, end: number): Uint8Array | null => (end > 20 ? null : bytes.subarray(start, end));
    expect(soundHeaps(readNow, [0, 20], bytes.length)).toBeNull();
  });
});
