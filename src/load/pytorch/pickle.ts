/**
 * Reads the part of Python's pickle format in which PyTorch writes dictionaries of tensors. A pickle is a program for a stack machine, and
 * its instruction `REDUCE` calls whatever function the file names. This reader calls nothing of Python: the caller gives a
 * table of accepted names, each with a function of this library that stands for it, and any other name ends the reading.
 *
 * The instructions are those of Python's `pickletools`, protocols 2 to 5.
 */
import { LensError } from "../../core/errors.js";
import { shortJson } from "../json.js";
import { ByteReader } from "./byte-reader.js";

/** A value of a pickle. Lists, tuples and sets are arrays, dictionaries are maps; `object` is what a table's function made. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | PickleFunction
  | PickleObject;

/** Anything else that an accepted name stands for or makes. */
export interface PickleObject {
  readonly kind: string;
}

/** A class or function by its name, `"collections.OrderedDict"`, with the function that stands for it. */
export class PickleFunction {
  readonly name: string;
  readonly build: PickleBuilder;

  constructor(name: string, build: PickleBuilder) {
    this.name = name;
    this.build = build;
  }
}

/** Makes a value of the arguments that a file gives. */
export type PickleBuilder = (args: readonly PickleValue[]) => PickleValue;

/** What a pickle may refer to. */
export interface PickleRules {
  /** What the pickle is called, for messages. */
  readonly file: string;
  /**
   * What stands for a name.
   *
   * @param outermost - whether the object of this name is the whole content of the pickle, as in a pickled module
   * @throws LensError for a name that is not accepted
   */
  readonly find: (name: string, outermost: boolean) => PickleBuilder | PickleValue;
  /** A value that lies outside of the pickle. */
  readonly persistent: (id: PickleValue) => PickleValue;
}

/** The value of a pickle in bytes, and where it ends. */
export function readPickle(
  bytes: Uint8Array,
  start: number,
  rules: PickleRules,
): { readonly value: PickleValue; readonly end: number } {
  const machine = new Machine(bytes, start, rules);
  return { value: machine.run(), end: machine.end };
}

class Machine {
  readonly #from: ByteReader;
  readonly #rules: PickleRules;
  readonly #stack: PickleValue[] = [];
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, PickleValue>();

  constructor(bytes: Uint8Array, start: number, rules: PickleRules) {
    this.#from = new ByteReader(bytes, start, (why) => this.#damaged(why));
    this.#rules = rules;
  }

  /** Where the next instruction is. */
  get end(): number {
    return this.#from.at;
  }

  run(): PickleValue {
    for (;;) {
      const code = this.#from.byte();
      if (code === 0x2e) return this.#pop();
      this.#step(code);
    }
  }

  /** Executes one instruction. */
  #step(code: number): void {
    const stack = this.#stack;
    switch (code) {
      case 0x80: // PROTO
        this.#from.skip(1);
        return;
      case 0x95: // FRAME
        this.#from.skip(8);
        return;
      case 0x28: // MARK
        this.#marks.push(stack.length);
        return;
      case 0x4e: // NONE
        stack.push(null);
        return;
      case 0x88: // NEWTRUE
      case 0x89: // NEWFALSE
        stack.push(code === 0x88);
        return;
      case 0x4a: // BININT
        stack.push(this.#from.int32());
        return;
      case 0x4b: // BININT1
        stack.push(this.#from.byte());
        return;
      case 0x4d: // BININT2
        stack.push(this.#from.uint16());
        return;
      case 0x8a: // LONG1
        stack.push(this.#from.long(this.#from.byte()));
        return;
      case 0x47: // BINFLOAT
        stack.push(this.#from.float64());
        return;
      case 0x58: // BINUNICODE
      case 0x54: // BINSTRING
        stack.push(this.#from.text(this.#from.size()));
        return;
      case 0x8c: // SHORT_BINUNICODE
      case 0x55: // SHORT_BINSTRING
        stack.push(this.#from.text(this.#from.byte()));
        return;
      case 0x42: // BINBYTES
        stack.push(this.#from.piece(this.#from.size()));
        return;
      case 0x43: // SHORT_BINBYTES
        stack.push(this.#from.piece(this.#from.byte()));
        return;
      case 0x5d: // EMPTY_LIST
      case 0x29: // EMPTY_TUPLE
      case 0x8f: // EMPTY_SET
        stack.push([]);
        return;
      case 0x7d: // EMPTY_DICT
        stack.push(new Map());
        return;
      case 0x74: // TUPLE
        stack.push(this.#sinceMark());
        return;
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        stack.push(this.#last(code - 0x84));
        return;
      case 0x61: // APPEND
        this.#append(this.#last(1));
        return;
      case 0x65: // APPENDS
      case 0x90: // ADDITEMS
        this.#append(this.#sinceMark());
        return;
      case 0x73: // SETITEM
        this.#set(this.#last(2));
        return;
      case 0x75: // SETITEMS
        this.#set(this.#sinceMark());
        return;
      case 0x71: // BINPUT
        this.#memo.set(this.#from.byte(), this.#top());
        return;
      case 0x72: // LONG_BINPUT
        this.#memo.set(this.#from.size(), this.#top());
        return;
      case 0x94: // MEMOIZE
        this.#memo.set(this.#memo.size, this.#top());
        return;
      case 0x68: // BINGET
        stack.push(this.#remembered(this.#from.byte()));
        return;
      case 0x6a: // LONG_BINGET
        stack.push(this.#remembered(this.#from.size()));
        return;
      case 0x63: // GLOBAL
        this.#name(this.#from.line(), this.#from.line());
        return;
      case 0x93: // STACK_GLOBAL
        this.#name(...(this.#last(2) as [string, string]));
        return;
      case 0x52: // REDUCE
      case 0x81: // NEWOBJ
        this.#build();
        return;
      case 0x62: // BUILD: attributes of an object. A state dictionary has its modules' versions there; nothing needs them.
        this.#pop();
        this.#top();
        return;
      case 0x51: // BINPERSID
        stack.push(this.#rules.persistent(this.#pop()));
        return;
      default:
        throw this.#damaged(
          `its instruction ${this.end - 1} is 0x${code.toString(16)}, which dictionaries of tensors do not need`,
        );
    }
  }

  /** A class or function by its name. It is the outermost object where nothing has begun before it. */
  #name(module: string, own: string): void {
    if (typeof module !== "string" || typeof own !== "string") throw this.#damaged("a name in it is no text");
    const name = `${module}.${own}`;
    const found = this.#rules.find(name, this.#stack.length === 0);
    this.#stack.push(typeof found === "function" ? new PickleFunction(name, found) : found);
  }

  /** Calls what stands for a name. */
  #build(): void {
    const [called, args] = this.#last(2);
    if (!(called instanceof PickleFunction) || !Array.isArray(args))
      throw this.#damaged("it calls what is no function");
    this.#stack.push(called.build(args));
  }

  #append(values: readonly PickleValue[]): void {
    const list = this.#top();
    if (!Array.isArray(list)) throw this.#damaged("it appends to what is no list");
    for (const value of values) list.push(value);
  }

  #set(values: readonly PickleValue[]): void {
    const map = this.#top();
    if (!(map instanceof Map) || values.length % 2 !== 0)
      throw this.#damaged("it sets entries of what is no dictionary");
    for (let i = 0; i < values.length; i += 2) map.set(values[i]!, values[i + 1]!);
  }

  #sinceMark(): PickleValue[] {
    const mark = this.#marks.pop();
    if (mark === undefined || mark > this.#stack.length) throw this.#damaged("it ends a list that did not begin");
    return this.#stack.splice(mark);
  }

  #last(count: number): PickleValue[] {
    const from = this.#stack.length - count;
    if (from < (this.#marks.at(-1) ?? 0)) throw this.#damaged("it takes a value that is not there");
    return this.#stack.splice(from);
  }

  #pop(): PickleValue {
    return this.#last(1)[0]!;
  }

  #top(): PickleValue {
    const value = this.#stack.at(-1);
    if (value === undefined) throw this.#damaged("it takes a value that is not there");
    return value;
  }

  #remembered(index: number): PickleValue {
    const value = this.#memo.get(index);
    if (value === undefined) throw this.#damaged(`it asks for value ${index}, which it did not remember`);
    return value;
  }

  #damaged(why: string): LensError {
    return new LensError(
      "bad-model",
      `the pickle in ${shortJson(this.#rules.file)} cannot be read: ${why}; get the file again`,
    );
  }
}
