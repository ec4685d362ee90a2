/** Reads a `.npy` file of little-endian floats: magic, version, header length, a header of Python, the values. */
import { readFile } from "node:fs/promises";

/** Shape and values of an array. */
export interface Npy {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Reads the array in a file. */
export async function readNpy(path: string): Promise<Npy> {
  const bytes = Uint8Array.from(await readFile(path));
  const start = 10 + new DataView(bytes.buffer).getUint16(8, true);
  const header = new TextDecoder("latin1").decode(bytes.subarray(10, start));
  const sizes = /'shape': \(([^)]*)\)/.exec(header)?.[1];
  if (!header.includes("'descr': '<f4'") || !header.includes("'fortran_order': False") || sizes === undefined) {
    throw new Error(`not a plain array of float32: ${header}`);
  }
  const shape = sizes
    .split(",")
    .filter((size) => size.trim() !== "")
    .map(Number);
  return { shape, values: new Float32Array(bytes.slice(start).buffer) };
}
