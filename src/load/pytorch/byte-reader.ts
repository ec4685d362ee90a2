/** Bytes of a pickle read one after the other, in the encodings that its instructions use. */

/** Reads from a place on; `damaged` makes the error of a file that cannot be read. */
export class ByteReader {
  /** Where the next byte is. */
  at: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #damaged: (why: string) => Error;

  constructor(bytes: Uint8Array, start: number, damaged: (why: string) => Error) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#damaged = damaged;
    this.at = start;
  }

  /** The next byte. */
  byte(): number {
    return this.#bytes[this.skip(1)]!;
  }

  /** A signed whole number of four bytes. */
  int32(): number {
    return this.#view.getInt32(this.skip(4), true);
  }

  /** A whole number of two bytes, from 0. */
  uint16(): number {
    return this.#view.getUint16(this.skip(2), true);
  }

  /** A number in double precision, its highest byte first. */
  float64(): number {
    return this.#view.getFloat64(this.skip(8), false);
  }

  /** A whole number of four bytes, from 0. */
  size(): number {
    return this.#view.getUint32(this.skip(4), true);
  }

  /** The next bytes, as they lie in the file. */
  piece(length: number): Uint8Array {
    const from = this.skip(length);
    return this.#bytes.subarray(from, from + length);
  }

  /** The next bytes as UTF-8. */
  text(length: number): string {
    return new TextDecoder().decode(this.piece(length));
  }

  /** A whole number in two's complement, its lowest byte first; beyond 2⁵³ as a `bigint`. */
  long(length: number): number | bigint {
    let value = 0n;
    for (const byte of this.piece(length).toReversed()) value = (value << 8n) | BigInt(byte);
    const signed = BigInt.asIntN(8 * length, value);
    return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
  }

  /** Text up to the end of a line. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.at);
    if (end < 0) throw this.#damaged("a name in it has no end");
    const text = this.text(end - this.at);
    this.at = end + 1;
    return text;
  }

  /** Where the next bytes begin, which are passed. */
  skip(length: number): number {
    const from = this.at;
    if (from + length > this.#bytes.length) throw this.#damaged(`it breaks off after ${this.#bytes.length} bytes`);
    this.at = from + length;
    return from;
  }
}
