/**
 * Protocol buffers without a schema: a message is a list of numbered fields, each a number, or a run of bytes that is a
 * text, a message of its own, or packed numbers. What a field is, the reader of the message knows.
 */
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";

/** A field as it stands in the file. */
type Field = number | Uint8Array;

/** A message: its fields by number, each as often as it occurs. */
export class Message {
  readonly #fields = new Map<number, Field[]>();
  readonly #floats = new Map<number, Uint8Array[]>();

  constructor(bytes: Uint8Array) {
    const reader = new BinaryReader(bytes);
    while (reader.pos < reader.len) {
      const [number, type] = reader.tag();
      if (type === WireType.Varint) push(this.#fields, number, Number(reader.int64()));
      else if (type === WireType.LengthDelimited) push(this.#fields, number, reader.bytes());
      else if (type === WireType.Bit32 || type === WireType.Bit64) {
        const width = type === WireType.Bit32 ? 4 : 8;
        push(this.#floats, number, bytes.subarray(reader.pos, reader.pos + width));
        reader.skip(type);
      } else reader.skip(type, number);
    }
  }

  /** Whether the message has a field. */
  has(number: number): boolean {
    return this.#fields.has(number) || this.#floats.has(number);
  }

  /** A text; of several the last counts, as for all single fields. */
  text(number: number): string {
    return utf8.decode(this.bytes(number));
  }

  /** Texts. */
  texts(number: number): string[] {
    return this.#runs(number).map((bytes) => utf8.decode(bytes));
  }

  /** A run of bytes. */
  bytes(number: number): Uint8Array {
    return this.#runs(number).at(-1) ?? new Uint8Array(0);
  }

  /** A whole number; 0 when absent. */
  int(number: number): number {
    return this.ints(number).at(-1) ?? 0;
  }

  /** Whole numbers, one by one or packed. */
  ints(number: number): number[] {
    return (this.#fields.get(number) ?? []).flatMap((field) => (typeof field === "number" ? [field] : varints(field)));
  }

  /** A number in single precision; 0 when absent. */
  float(number: number): number {
    return this.floats(number).at(-1) ?? 0;
  }

  /** Numbers in single precision, one by one or packed. */
  floats(number: number): Float32Array {
    const bytes = joined([...(this.#floats.get(number) ?? []), ...this.#runs(number)]);
    return new Float32Array(bytes.buffer, 0, Math.floor(bytes.length / 4));
  }

  /** Numbers in double precision, one by one or packed. */
  doubles(number: number): Float64Array {
    const bytes = joined([...(this.#floats.get(number) ?? []), ...this.#runs(number)]);
    return new Float64Array(bytes.buffer, 0, Math.floor(bytes.length / 8));
  }

  /** Messages inside. */
  messages(number: number): Message[] {
    return this.#runs(number).map((bytes) => new Message(bytes));
  }

  /** The message inside; an empty one when absent. */
  message(number: number): Message {
    return new Message(this.bytes(number));
  }

  #runs(number: number): Uint8Array[] {
    return (this.#fields.get(number) ?? []).filter((field) => typeof field !== "number");
  }
}

const utf8 = new TextDecoder();

function push<T>(lists: Map<number, T[]>, number: number, item: T): void {
  const list = lists.get(number);
  if (list) list.push(item);
  else lists.set(number, [item]);
}

function varints(bytes: Uint8Array): number[] {
  const reader = new BinaryReader(bytes);
  const values: number[] = [];
  while (reader.pos < reader.len) values.push(Number(reader.int64()));
  return values;
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
