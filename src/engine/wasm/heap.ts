/**
 * Blocks of a WebAssembly memory: packed weights, records and arenas lie side by side in one memory, which can grow but
 * never shrink. Free neighbours are joined, and a block is taken where it fits most tightly.
 */
import { LensError } from "../../core/errors.js";

const pageBytes = 65_536;
/** Largest numbers of pages to ask for: 4 GiB, the one the modules were compiled with, or less where that is refused. */
const mostPages = [65_536, 32_768, 16_384, 8_192];
/** Blocks begin at multiples of a cache line. */
const grain = 64;
/** Where blocks begin; what lies before serves the threads. */
export const firstBlock = 4096;

/** A piece of memory. */
interface Block {
  address: number;
  bytes: number;
}

/** A WebAssembly memory that is handed out in blocks. */
export class Heap {
  readonly memory: WebAssembly.Memory;
  readonly #free: Block[] = [];
  readonly #used = new Map<number, number>();
  #end = firstBlock;
  #floats = new Float32Array(0);
  #words = new Int32Array(0);

  constructor(shared: boolean) {
    this.memory = newMemory(shared);
  }

  /** All of the memory as floats. Not to be kept: growing replaces it. */
  get floats(): Float32Array {
    if (this.#floats.buffer !== this.memory.buffer) this.#floats = new Float32Array(this.memory.buffer);
    return this.#floats;
  }

  /** All of the memory as words. Not to be kept: growing replaces it. */
  get words(): Int32Array {
    if (this.#words.buffer !== this.memory.buffer) this.#words = new Int32Array(this.memory.buffer);
    return this.#words;
  }

  /** Bytes in blocks. */
  get used(): number {
    return [...this.#used.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  /**
   * Takes a block; what is in it is undefined.
   *
   * @throws LensError `engine`, where the memory cannot grow that far.
   */
  allocate(bytes: number): number {
    const size = Math.max(grain, Math.ceil(bytes / grain) * grain);
    let best: Block | null = null;
    for (const block of this.#free) if (block.bytes >= size && (!best || block.bytes < best.bytes)) best = block;
    const address = best ? this.#split(best, size) : this.#extend(size);
    this.#used.set(address, size);
    return address;
  }

  /** Gives a block back. */
  release(address: number): void {
    const bytes = this.#used.get(address);
    if (bytes === undefined) return;
    this.#used.delete(address);
    const at = this.#free.findIndex((block) => block.address > address);
    this.#free.splice(at < 0 ? this.#free.length : at, 0, { address, bytes });
    this.#join();
  }

  #split(block: Block, size: number): number {
    const { address } = block;
    block.address += size;
    block.bytes -= size;
    if (block.bytes === 0) this.#free.splice(this.#free.indexOf(block), 1);
    return address;
  }

  /** Takes from the end; a free block that lies there is used up first. */
  #extend(size: number): number {
    const last = this.#free.at(-1);
    const address = last && last.address + last.bytes === this.#end ? last.address : this.#end;
    this.#growTo(address + size);
    if (last && address === last.address) this.#free.pop();
    this.#end = address + size;
    return address;
  }

  #growTo(bytes: number): void {
    const missing = Math.ceil((bytes - this.memory.buffer.byteLength) / pageBytes);
    if (missing <= 0) return;
    try {
      this.memory.grow(missing);
    } catch (cause) {
      const asked = Math.ceil(bytes / 2 ** 20);
      throw new LensError(
        "engine",
        `the wasm engine would need ${asked} MB, more than it can have; use a smaller image or fewer at a time`,
        { cause },
      );
    }
  }

  #join(): void {
    for (let i = this.#free.length - 1; i > 0; i--) {
      const [before, after] = [this.#free[i - 1]!, this.#free[i]!];
      if (before.address + before.bytes !== after.address) continue;
      before.bytes += after.bytes;
      this.#free.splice(i, 1);
    }
    const last = this.#free.at(-1);
    if (last && last.address + last.bytes === this.#end) {
      this.#end = last.address;
      this.#free.pop();
    }
  }
}

function newMemory(shared: boolean): WebAssembly.Memory {
  let cause: unknown;
  for (const maximum of mostPages) {
    try {
      return new WebAssembly.Memory({ initial: 1, maximum, shared });
    } catch (refused) {
      cause = refused;
    }
  }
  throw new LensError("engine", "the wasm engine could not get a memory of its own; close other pages or processes", {
    cause,
  });
}
