/**
 * NumPy's `.npz`, a zip archive of arrays. An array, `.npy`, is a magic word, a version, the length of a header, the header
 * (a Python dictionary: `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 3)}`), and the numbers.
 */
import { LensError } from "../../core/errors.js";
import { turn } from "../graph/strides.js";
import { shortJson } from "../json.js";
import { countOf, type NumberTypeName, numberTypes, readNumbers } from "../numbers.js";
import type { ByteSource, NamedTensor, NamedTensors } from "../tensors.js";
import { readZip, type ZipEntry } from "../zip.js";

const types: Readonly<Record<string, NumberTypeName>> = {
  "<f2": "float16",
  "<f4": "float32",
  "<f8": "float64",
  "|b1": "bool",
  "|i1": "int8",
  "|u1": "uint8",
  "<i2": "int16",
  "<u2": "uint16",
  "<i4": "int32",
  "<u4": "uint32",
  "<i8": "int64",
  "<u8": "uint64",
};

/** Longest header that is believed. */
const longestHeader = 65_536;

/**
 * The arrays of an archive, by name.
 *
 * @throws LensError `file` when the archive is damaged, `bad-model` when an array is.
 */
export async function readNpz(source: ByteSource): Promise<NamedTensors> {
  const tensors = new Map<string, NamedTensor>();
  for (const entry of await readZip(source)) {
    if (!entry.name.endsWith(".npy")) continue;
    tensors.set(entry.name.replace(/\.npy$/, ""), await arrayOf(entry, source.name));
  }
  if (tensors.size === 0) throw new LensError("bad-model", `"${source.name}" holds no arrays`);
  return { file: source.name, tensors };
}

async function arrayOf(entry: ZipEntry, file: string): Promise<NamedTensor> {
  const what = `array ${shortJson(entry.name)} of "${file}"`;
  const { shape, type, turned, start } = headerOf(await entry.read(0, longestHeader), what);
  const size = countOf(shape) * numberTypes[type].size;
  if (start + size !== entry.size) {
    throw new LensError(
      "bad-model",
      `${what} has ${entry.size - start} bytes for a shape of ${shape.join("×")}; get it again`,
    );
  }
  return {
    shape,
    async read() {
      const values = Float32Array.from(readNumbers(type, await entry.read(start, start + size)));
      // Column by column is row by row of the array with its axes reversed.
      return turned
        ? turn(
            values,
            shape.toReversed(),
            shape.map((_, i) => shape.length - 1 - i),
          )
        : values;
    },
  };
}

interface Header {
  readonly shape: readonly number[];
  readonly type: NumberTypeName;
  /** Whether the numbers lie column by column. */
  readonly turned: boolean;
  /** Where the numbers begin. */
  readonly start: number;
}

function headerOf(bytes: Uint8Array, what: string): Header {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isArray = bytes.length >= 12 && [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59].every((byte, i) => bytes[i] === byte);
  const version = bytes[6] ?? 0;
  const [from, length] =
    version === 1 ? [10, isArray ? view.getUint16(8, true) : 0] : [12, isArray ? view.getUint32(8, true) : 0];
  const text = new TextDecoder().decode(bytes.subarray(from, from + length));
  const descr = /'descr':\s*'([^']+)'/.exec(text)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  const sizes = /'shape':\s*\(([\d,\s]*)\)/.exec(text)?.[1];
  if (!isArray || descr === undefined || order === undefined || sizes === undefined || from + length > bytes.length) {
    throw new LensError("bad-model", `${what} has no header that can be read; save it again by NumPy`);
  }
  const type = Object.hasOwn(types, descr) ? types[descr] : undefined;
  if (!type) {
    throw new LensError(
      "unsupported",
      `${what} is of type ${shortJson(descr)}; it can be ${Object.keys(types).join(", ")}`,
    );
  }
  const shape = sizes.split(",").flatMap((n) => (n.trim() === "" ? [] : [Number(n)]));
  return { shape, type, turned: order === "True" && shape.length > 1, start: from + length };
}
