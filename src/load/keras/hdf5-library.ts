/**
 * The package h5wasm, so held that no file harms the next. HDF5 is a library in C, and a damaged file may have it ask for gigabytes,
 * walk without end, leave files and stack behind, or write where it should not. So files are read, and readers run, through here
 * alone; and after one that failed, all memory of HDF5 is put back as it was at first.
 */
import { loadPackage, packageError } from "../../core/packages.js";
import { type ReadNow, soundHeaps } from "./global-heap.js";

/** The package. */
export type Library = typeof import("h5wasm");
/** HDF5 itself. */
export type Module = Awaited<Library["ready"]>;

/** What h5wasm leaves out of the type of its module. */
interface Inner {
  readonly FS: FileSystem;
  /** Calls a function of the module by its name, and takes the stack back to where it was if a text had to be put there. */
  ccall(name: string, returns: null, types: readonly string[], values: readonly string[]): void;
  /** A function of ours. */
  _convlens?: () => void;
}

/** The file system that HDF5 sees. */
interface FileSystem {
  lookupPath(path: string, options: object): { readonly node: FileNode };
  writeFile(path: string, bytes: Uint8Array): void;
  unlink(path: string): void;
  /** What is open: no more than 4096, or HDF5 aborts and opens nothing any more. */
  readonly streams: readonly (Stream | null)[];
  close(stream: Stream): void;
  readonly ErrnoError: new (errno: number) => Error;
}

interface Stream {
  readonly node: FileNode;
  readonly path?: string;
}

interface FileNode {
  usedBytes: number;
  stream_ops: object;
}

const innerOf = (module: Module): Inner => module as unknown as Inner;

/** The memory of HDF5 before it read anything, without the zeros at its end. */
let first: Uint8Array | undefined;

/**
 * Loads the package, for a file of that name.
 *
 * @throws LensError `file` where it is not installed.
 */
export async function loadLibrary(name: string): Promise<{ library: Library; module: Module }> {
  const library = await loadPackage<Library>("h5wasm").catch((cause: unknown) => {
    throw packageError("file", `"${name}" is HDF5 and needs the package h5wasm`, { names: ["h5wasm"], cause });
  });
  const module = await library.ready;
  first ??= withoutZeros(module.HEAPU8);
  return { library, module };
}

function withoutZeros(memory: Uint8Array): Uint8Array {
  let end = memory.length;
  while (end > 0 && memory[end - 1] === 0) end--;
  return memory.slice(0, end);
}

let next = 0;

/** "The device cannot be read", as WASI numbers errors. */
const unreadable = 29;

/** The most that HDF5 reads at once of anything but a tensor's numbers. */
const mostAtOnce = 2 ** 20;

/**
 * Gives HDF5 a file of so many bytes, which are read when it asks for them; those that are not there, and those that it would not
 * come to an end with, cannot be read. The answer is the file's path.
 */
export function lend(module: Module, size: number, readNow: ReadNow): string {
  const { FS } = innerOf(module);
  const path = `/${next++}.h5`;
  FS.writeFile(path, new Uint8Array(0));
  const { node } = FS.lookupPath(path, {});
  Object.defineProperty(node, "usedBytes", { value: size });
  const read = (_: unknown, buffer: Uint8Array, offset: number, length: number, position: number): number => {
    const end = Math.min(size, position + length);
    const bytes = readNow(position, end);
    if (!bytes || (length <= mostAtOnce && !soundHeaps(readNow, [position, end], size)))
      throw new FS.ErrnoError(unreadable);
    buffer.set(bytes, offset);
    return bytes.length;
  };
  node.stream_ops = { ...node.stream_ops, read };
  return path;
}

/** Whether a file failed since HDF5's memory was last as at first. */
let failedBefore = false;

/**
 * Takes a file back, with what HDF5 left open of it and with the files in which h5wasm writes down errors before it throws them.
 * If this one or one before failed and HDF5 has no other file open, here or elsewhere, its memory becomes what it was at first.
 */
export function takeBack(module: Module, path: string, failed: boolean): void {
  const { FS } = innerOf(module);
  const { node } = FS.lookupPath(path, {});
  for (const stream of FS.streams) {
    if (stream && (stream.node === node || stream.path?.startsWith("/tmp/tmpfile_"))) FS.close(stream);
  }
  FS.unlink(path);
  failedBefore ||= failed;
  const standard = 3;
  if (!failedBefore || FS.streams.some((stream, i) => stream && i >= standard)) return;
  module.HEAPU8.fill(0).set(first!);
  failedBefore = false;
}

/**
 * Runs a reader in which HDF5 throws its inner errors, which become one sentence, and does not print them; it may ask for as much
 * memory as a file of that size could fill. Errors are thrown through the frames of HDF5, which would stay on its stack until, after
 * some thousands, nothing opens any more; only `ccall` can give them back.
 */
export function reading<T>(module: Module, size: number, read: () => T): T {
  let outcome: (() => T) | undefined;
  const inner = innerOf(module);
  inner._convlens = () => {
    module.activate_throwing_error_handler();
    try {
      const value = growingBy(size, module, read);
      outcome = () => value;
    } catch (cause) {
      outcome = () => {
        throw cause;
      };
    } finally {
      module.deactivate_throwing_error_handler();
    }
  };
  inner.ccall("convlens", null, ["string"], [""]);
  return outcome!();
}

/** Memory beside what is read that HDF5 may want for itself. */
const room = 16 * 2 ** 20;

/** HDF5's memory grows by at least this share of itself. */
const leastGrowth = 1 / 20;

/** Bytes of a page of WebAssembly's memory. */
const pageSize = 65_536;

const { grow } = WebAssembly.Memory.prototype;

/**
 * Runs a reader that may ask for so much memory more, in bytes. A damaged length would have HDF5 clear gigabytes, which
 * WebAssembly never gives back; h5wasm leaves no hold on its memory but the function by which it grows.
 */
export function growingBy<T>(bytes: number, module: Module, read: () => T): T {
  const held = module.HEAPU8.byteLength;
  const most = (held + Math.max(bytes + room, held * leastGrowth)) / pageSize;
  const { prototype } = WebAssembly.Memory;
  const outer = prototype.grow;
  prototype.grow = function (this: WebAssembly.Memory, pages: number): number {
    if (this.buffer.byteLength / pageSize + pages > most)
      throw new RangeError(`no more than ${most} pages are to be used`);
    return grow.call(this, pages);
  };
  try {
    return read();
  } finally {
    prototype.grow = outer;
  }
}
