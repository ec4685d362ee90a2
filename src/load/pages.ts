/**
 * Bytes that can only be waited for, such as those of a `Blob` or at an address, for a reader that cannot wait: what is not there
 * yet is noted and the reader fails; then the missing pages are fetched and it reads again, until nothing is missing.
 */
import type { ByteSource } from "./tensors.js";

/** Bytes of a page: a megabyte, since asking takes longer than a little more of an answer. */
const pageSize = 2 ** 20;

/** The pages of a source that were wanted so far. */
export class Pages {
  readonly #source: ByteSource;
  readonly #pages = new Map<number, Uint8Array>();
  readonly #missing = new Set<number>();

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** The bytes from `start` to `end`; `null` where some are not there yet. */
  readNow(start: number, end: number): Uint8Array | null {
    const bytes = new Uint8Array(end - start);
    let whole = true;
    for (let page = Math.floor(start / pageSize); page * pageSize < end; page++) {
      const held = this.#pages.get(page);
      if (!held) {
        this.#missing.add(page);
        whole = false;
        continue;
      }
      const from = Math.max(start, page * pageSize);
      const until = Math.min(end, page * pageSize + held.length);
      if (whole) bytes.set(held.subarray(from - page * pageSize, until - page * pageSize), from - start);
    }
    return whole ? bytes : null;
  }

  /** Runs a reader until every page it asks for is there; what it gives or throws before that does not count. */
  async patiently<T>(read: () => T): Promise<T> {
    for (;;) {
      this.#missing.clear();
      let outcome: () => T;
      try {
        const value = read();
        outcome = () => value;
      } catch (cause) {
        outcome = () => {
          throw cause;
        };
      }
      if (this.#missing.size === 0) return outcome();
      await this.#fetch([...this.#missing].sort((a, b) => a - b));
    }
  }

  /** Fetches pages, neighbours together. */
  async #fetch(pages: readonly number[]): Promise<void> {
    for (let i = 0; i < pages.length; ) {
      let count = 1;
      while (pages[i + count] === pages[i]! + count) count++;
      const start = pages[i]! * pageSize;
      const bytes = await this.#source.read(start, Math.min(this.#source.size, start + count * pageSize));
      for (let page = 0; page < count; page++)
        this.#pages.set(pages[i]! + page, bytes.subarray(page * pageSize, (page + 1) * pageSize));
      i += count;
    }
  }
}
