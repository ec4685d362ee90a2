/**
 * Arrays of NumPy as datasets: `.npy` is a magic word, a version, a header in Python's notation and the values; `.npz` is a
 * zip of such files.
 */
import { unzipSync } from "fflate";
import { optional, union } from "valibot";
import {
  checkOptions,
  listOf,
  numberSchema,
  type OptionSchemas,
  oneOf,
  optionsSchema,
  textSchema,
} from "../core/check.js";
import { LensError } from "../core/errors.js";
import { byteLimit, checkLimit, type Limits, limitsSchema, usualLimits } from "../core/limits.js";
import { shortList } from "../core/names.js";
import { checkBytes, checkShape } from "./array-file.js";
import type { DatasetItem } from "./dataset.js";
import { numbered, pixelItems } from "./pixels.js";

/**
 * Options of `npyPictures`.
 *
 * @public
 */
export interface NpyPicturesOptions {
  /**
   * Order of the axes: channels last, `[pictures, height, width, channels]`, or first. Grey pictures may leave their channel
   * out.
   *
   * @defaultValue "last"
   */
  readonly channels?: "first" | "last" | undefined;
  /**
   * The value that means full brightness.
   *
   * @defaultValue 255 for bytes, 65535 for 16-bit whole numbers, 1 for floats
   */
  readonly full?: number | undefined;
  /** Label of each picture; of an `.npz` also the name of an array in it. */
  readonly labels?: readonly (string | number)[] | string | undefined;
  /**
   * The array of an `.npz` that holds the pictures.
   *
   * @defaultValue the only array of 3 or 4 axes in it
   */
  readonly array?: string | undefined;
  /** What a file may hold at most; `bytes`, `text` and `count` count here. */
  readonly limits?: Limits | undefined;
}

const npyOptions = optionsSchema<OptionSchemas<NpyPicturesOptions>>({
  channels: optional(oneOf("first", "last")),
  full: optional(numberSchema({ above: 0 })),
  labels: optional(
    union(
      [textSchema, listOf(union([textSchema, numberSchema()], "a text or a number"))],
      "a list of texts or numbers, or the name of an array",
    ),
  ),
  array: optional(textSchema),
  limits: limitsSchema,
});

/** An array of NumPy. */
interface NumpyArray {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
  /** The largest value of a whole-number type of one or two bytes; 1 for the others. */
  readonly full: number;
}

/**
 * The pictures in a `.npy` or `.npz` file, named by their number.
 *
 * @throws LensError `file` when it is no such file or its array cannot be pictures; `bad-argument` when labels do not fit.
 * @public
 */
export async function npyPictures(
  bytes: Uint8Array,
  options: NpyPicturesOptions = {},
): Promise<readonly DatasetItem[]> {
  checkBytes(bytes);
  const { channels: order = "last", labels, limits = {} } = checkOptions(npyOptions, options);
  const arrays = arraysOf(bytes, limits);
  const { shape, values, full } = chosen(arrays, options.array);
  if (shape.length !== 3 && shape.length !== 4) {
    throw new LensError(
      "file",
      `pictures are an array of 3 or 4 axes, the first counting them; got ${shape.join("×")}`,
    );
  }
  checkShape(shape, limits);
  const [count = 0, ...rest] = shape;
  const [height, width, channels] =
    rest.length === 2 ? [...rest, 1] : order === "first" ? [rest[1]!, rest[2]!, rest[0]!] : rest;
  const named = labelsOf(arrays, labels, count);
  const each = height! * width! * channels!;
  const name = numbered(count);
  return pixelItems(
    values,
    {
      height: height!,
      width: width!,
      channels: channels!,
      planes: order === "first",
      scale: 1 / (options.full ?? full),
    },
    Array.from({ length: count }, (_, n) => ({ id: name(n), at: n * each, label: named?.[n] })),
  );
}

/** The arrays in a file by name; a `.npy` has one, without a name. */
function arraysOf(bytes: Uint8Array, limits: Limits): ReadonlyMap<string, NumpyArray> {
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) return new Map([["", readNpy(bytes, limits)]]);
  const most = byteLimit(bytes.length, limits);
  let [files, total] = [0, 0];
  /** Sizes are those the archive states; what would unpack to more is cut there. */
  const isWanted = ({ name, originalSize }: { readonly name: string; readonly originalSize: number }): boolean => {
    checkLimit("count", limits.count ?? usualLimits.count, ++files, `the .npz file holds ${files} files`);
    if (!name.endsWith(".npy")) return false;
    total += originalSize;
    checkLimit("bytes", most, total, `the ${bytes.length} bytes of the .npz file would unpack to ${total} and more`);
    return true;
  };
  let unpacked: Readonly<Record<string, Uint8Array>>;
  try {
    unpacked = unzipSync(bytes, { filter: isWanted });
  } catch (cause) {
    if (cause instanceof LensError) throw cause;
    throw new LensError("file", `the .npz file is damaged or ends too early (${(cause as Error).message})`, { cause });
  }
  return new Map(Object.entries(unpacked).map(([name, file]) => [name.slice(0, -4), readNpy(file, limits)]));
}

function chosen(arrays: ReadonlyMap<string, NumpyArray>, name: string | undefined): NumpyArray {
  const fitting = [...arrays].filter(([, { shape }]) => shape.length === 3 || shape.length === 4);
  const found = name === undefined ? (arrays.size === 1 ? [...arrays.values()][0] : undefined) : arrays.get(name);
  if (found) return found;
  if (name === undefined && fitting.length === 1) return fitting[0]![1];
  const names = shortList([...arrays.keys()]);
  throw new LensError(
    "bad-argument",
    name === undefined
      ? `several arrays could be the pictures; name one with { array }: ${names}`
      : `the file has no array "${name}"; it has ${names}`,
  );
}

function labelsOf(
  arrays: ReadonlyMap<string, NumpyArray>,
  labels: NpyPicturesOptions["labels"],
  count: number,
): readonly string[] | undefined {
  if (labels === undefined) return undefined;
  const list = typeof labels === "string" ? Array.from(chosen(arrays, labels).values) : labels;
  if (list.length !== count) {
    throw new LensError("bad-argument", `${count} pictures have a label each; got ${list.length} labels`);
  }
  return list.map(String);
}

/** Type of the values by NumPy's name for it: how they are read, their size, and what full brightness is. */
const types: Record<string, readonly [read: (view: DataView, at: number) => number, bytes: number, full: number]> = {
  "|u1": [(view, at) => view.getUint8(at), 1, 255],
  "|b1": [(view, at) => view.getUint8(at), 1, 1],
  "<u2": [(view, at) => view.getUint16(at, true), 2, 65535],
  "<i4": [(view, at) => view.getInt32(at, true), 4, 1],
  "<i8": [(view, at) => Number(view.getBigInt64(at, true)), 8, 1],
  "<f4": [(view, at) => view.getFloat32(at, true), 4, 1],
  "<f8": [(view, at) => view.getFloat64(at, true), 8, 1],
};

function readNpy(bytes: Uint8Array, { text = usualLimits.text }: Limits): NumpyArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || view.getUint32(0) !== 0x934e554d) {
    throw new LensError("file", "the file is no .npy or .npz: it does not begin as one");
  }
  const wide = bytes[6]! >= 2;
  const start = wide ? 12 + view.getUint32(8, true) : 10 + view.getUint16(8, true);
  checkLimit("text", text, start, `the .npy file announces a header of ${start} bytes`);
  const header = new TextDecoder("latin1").decode(bytes.subarray(wide ? 12 : 10, start));
  const descr = /'descr': '([^']*)'/.exec(header)?.[1] ?? "";
  const sizes = /'shape': \(([^)]*)\)/.exec(header)?.[1];
  const type = Object.hasOwn(types, descr) ? types[descr] : undefined;
  if (!type || sizes === undefined || !header.includes("'fortran_order': False")) {
    throw new LensError(
      "file",
      `an array in C order of one of ${Object.keys(types).join(", ")} can be read; got ${header.trim()}: save it with .astype and np.ascontiguousarray`,
    );
  }
  const shape = sizes
    .split(",")
    .filter((size) => size.trim() !== "")
    .map(Number);
  const count = shape.reduce((a, b) => a * b, 1);
  if (!shape.every((n) => Number.isSafeInteger(n) && n >= 0) || !Number.isSafeInteger(count))
    throw new LensError("file", `the .npy file announces an array of (${sizes}), which no file can hold`);
  const [read, size, full] = type;
  if (start + count * size > bytes.length) {
    throw new LensError(
      "file",
      `the .npy file ends too early: ${shape.join("×")} values of ${size} bytes were announced`,
    );
  }
  if (size === 1) return { shape, full, values: bytes.subarray(start, start + count) };
  const values = full === 65535 || descr === "<f4" ? new Float32Array(count) : new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = read(view, start + i * size);
  return { shape, full, values };
}
