/**
 * HDF5, the container of Keras: groups of datasets and attributes, by path. The package h5wasm reads it, loaded when the first such
 * file is opened. A file on disk is read piece by piece as HDF5 asks for it; one whose bytes have to be waited for likewise if a
 * part of it is wanted, since HDF5 does not wait but can be asked again, and else from memory.
 */
import type { Dataset, Datatype, File, Group } from "h5wasm";
import { isLensError, LensError } from "../../core/errors.js";
import { brainFloats, type NumberTypeName, numberTypes, readNumbers } from "../numbers.js";
import { Pages } from "../pages.js";
import { type ByteSource, bytesSource } from "../tensors.js";
import type { StoredWeight } from "../weights.js";
import { growingBy, type Library, lend, loadLibrary, type Module, reading, takeBack } from "./hdf5-library.js";

/** An open file; good until the task it was opened for is done. */
export interface Hdf5 {
  /** What the file is called, for messages. */
  readonly name: string;
  /** Runs a reader of this file until all that it asks for is there. Every other function is good inside of such a reader alone. */
  patiently<T>(read: () => T): Promise<T>;
  /** An attribute of a group as texts; none where it is absent. Keras cuts long lists into `name0`, `name1`, …. */
  texts(path: string, attribute: string): readonly string[];
  /** Names of what lies in a group; `null` where there is no such group. */
  members(path: string): readonly string[] | null;
  /** A dataset, whose numbers are read when asked for; `undefined` where there is none. */
  dataset(path: string): StoredWeight | undefined;
}

/**
 * Opens a file for a task and closes it afterwards; `part` if not all of it will be wanted.
 *
 * @throws LensError `file` without h5wasm or for a damaged file.
 */
export async function withHdf5<T>(source: ByteSource, part: boolean, task: (file: Hdf5) => Promise<T>): Promise<T> {
  const { library, module } = await loadLibrary(source.name);
  const later = source.readNow || !part ? null : new Pages(source);
  const atHand = later ?? (source.readNow ? source : bytesSource(source.name, await source.read(0, source.size)));
  const path = lend(module, source.size, (start, end) => atHand.readNow!(start, end));
  const patiently = async <R>(read: () => R): Promise<R> => {
    const once = (): R => reading(module, source.size, read);
    return later ? later.patiently(once) : once();
  };
  let file: File | undefined;
  let failed = false;
  try {
    file = await patiently(() => {
      const opened = new library.File(path, "r");
      if (opened.file_id < 0n) throw new Error("HDF5 cannot open it");
      return opened;
    });
    return await task(wrapped(source, file, { library, module, patiently }));
  } catch (cause) {
    failed = true;
    if (isLensError(cause)) throw cause;
    throw new LensError("file", `"${source.name}" is damaged, or no HDF5 file: ${messageOf(cause)}; get it again`, {
      cause,
    });
  } finally {
    try {
      reading(module, source.size, () => file?.close());
    } catch {
      failed = true;
    }
    takeBack(module, path, failed);
  }
}

function wrapped(
  source: ByteSource,
  file: File,
  { library, module, patiently }: { library: Library; module: Module } & Pick<Hdf5, "patiently">,
): Hdf5 {
  // Numbers that were read stay, since a reader may read again.
  const read = new Map<string, Float32Array>();
  const entity = (path: string): Group | Dataset | Datatype | null => {
    const found = path === "" ? file : file.get(path);
    return found && "attrs" in found ? (found as Group | Dataset | Datatype) : null;
  };
  const one = (path: string, attribute: string): readonly string[] | undefined => {
    const found = entity(path)?.attrs[attribute];
    if (!found) return undefined;
    const { size, total_size: count } = found.metadata;
    if (size * count > source.size)
      throw new LensError("file", `"${source.name}" is damaged: its ${attribute} would be longer than the file`);
    const value = found.value;
    if (value === null) return undefined;
    // An empty list has no texts to tell its type by, and comes as numbers.
    const list = ArrayBuffer.isView(value) ? [] : Array.isArray(value) ? value : [value];
    return list.map((text) => String(text).replace(/\0+$/, ""));
  };
  return {
    name: source.name,
    patiently,
    texts(path, attribute) {
      const whole = one(path, attribute);
      if (whole) return whole;
      const parts: string[] = [];
      for (let i = 0; ; i++) {
        const part = one(path, `${attribute}${i}`);
        if (!part) return parts;
        parts.push(...part);
      }
    },
    members(path) {
      const found = entity(path);
      return found instanceof library.Group ? found.keys() : null;
    },
    dataset(path) {
      const found = entity(path);
      return found instanceof library.Dataset ? stored(source, found, { module, read }) : undefined;
    },
  };
}

/** Filters that h5wasm can undo: deflate, shuffle, a checksum. With any other it would hand out zeros. */
const knownFilters = new Set([1, 2, 3]);
/** The most that deflate can grow. */
const mostGrowth = 1032;

function stored(
  { name: file, size }: ByteSource,
  dataset: Dataset,
  { module, read }: { readonly module: Module; readonly read: Map<string, Float32Array> },
): StoredWeight {
  const { metadata, filters, path } = dataset;
  const name = path.replace(/^\//, "");
  const shape = metadata.shape ?? [];
  const strange = filters.find(({ id }) => !knownFilters.has(id));
  if (strange)
    throw new LensError(
      "unsupported",
      `"${name}" of "${file}" is packed by filter ${strange.id}; only deflate can be read: save the model without compression`,
    );
  const most = size * (filters.length > 0 ? mostGrowth : 1);
  if (metadata.virtual_sources || metadata.size * metadata.total_size > most)
    throw new LensError(
      "bad-model",
      `"${name}" of "${file}" is of shape ${shape.join("×")}, more than the file can hold`,
    );
  const type = typeOf(dataset);
  if (!type)
    throw new LensError("unsupported", `"${name}" of "${file}" holds no numbers (HDF5 class ${metadata.type})`);
  return {
    name,
    shape,
    values: () => {
      // Packed, they take more than the file; HDF5 unpacks them by blocks, of which one may be as large as all of them.
      const bytes = 2 * metadata.size * metadata.total_size;
      const values = read.get(path) ?? growingBy(bytes, module, () => numbersOf(dataset, type, module));
      read.set(path, values);
      return values;
    },
  };
}

/** Class of HDF5 types that only say how long they are. */
const opaque = 5;

/**
 * The type of the numbers; `null` where they are none. Keras stores bfloat16, which HDF5 does not know, as whole numbers with an
 * attribute that says so, or as bare pairs of bytes, which is what h5py makes of types that are not numpy's own.
 */
function typeOf({ metadata, attrs }: Dataset): NumberTypeName | "bfloat16" | null {
  const { type, size, signed } = metadata;
  if (type === opaque) return size === 2 ? "bfloat16" : null;
  if (type === 0 && size === 2 && attrs.dtype?.value === "bfloat16") return "bfloat16";
  const name = type === 1 ? `float${8 * size}` : type === 0 ? `${signed ? "" : "u"}int${8 * size}` : "";
  return Object.hasOwn(numberTypes, name) ? (name as NumberTypeName) : null;
}

/** The bytes in the order of this machine, as HDF5 hands them out; h5wasm itself knows no half precision. */
function numbersOf(dataset: Dataset, type: NumberTypeName | "bfloat16", module: Module): Float32Array {
  const { metadata } = dataset;
  const length = metadata.size * metadata.total_size;
  if (length === 0) return new Float32Array(0);
  const address = module._malloc(length);
  if (address === 0) throw new Error(`there is no memory for ${length} bytes`);
  try {
    module.get_dataset_data(dataset.file_id, dataset.path, null, null, null, BigInt(address));
    const bytes = module.HEAPU8.slice(address, address + length);
    if (type === "bfloat16") return brainFloats(new Uint16Array(bytes.buffer));
    return Float32Array.from(readNumbers(type, bytes));
  } finally {
    module._free(address);
  }
}

/** What went wrong, of a report that goes over many lines the line that says it first. */
function messageOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  const said = /#000:.*?\(\): (.*)/.exec(text)?.[1] ?? text;
  return said.split("\n")[0]!.slice(0, 200);
}
