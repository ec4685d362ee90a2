/**
 * Packed weights, kept once for all plans of an engine: under the identity of the weights and of the way they are packed.
 * They stay until the last plan that uses them goes.
 */
import { lanesOf } from "./feature-map.js";
import type { Heap } from "./heap.js";
import type { Kernels } from "./module.js";
import { type TaskFields, taskBytes, writeTask } from "./task.js";

/** What the packer reads and how. */
export interface Packing {
  /** Output channels of one group of the kernel given; all of them when it has one group. */
  readonly outputs: number;
  /** Input channels. */
  readonly channels: number;
  /** 0: taps as they are; 2 or 4: transformed for Winograd tiles of that size. */
  readonly size: 0 | 2 | 4;
  /** Whether in and out are changed over, as the adjoint needs it. */
  readonly adjoint: boolean;
  /** First output channel in the kernel of all groups. */
  readonly firstOutput: number;
  /** Indices of the taps, in order. */
  readonly taps: readonly number[];
}

interface Entry {
  readonly address: number;
  users: number;
}

/** Weights as they are stored: `[height, width, in, out]`. */
export interface StoredKernel {
  readonly kernel: Float32Array;
  readonly shape: readonly [number, number, number, number];
}

/** The packed weights of an engine. */
export class PackedWeights {
  readonly #heap: Heap;
  readonly #kernels: Kernels;
  readonly #entries = new Map<object, Map<string, Entry>>();

  constructor(heap: Heap, kernels: Kernels) {
    this.#heap = heap;
    this.#kernels = kernels;
  }

  /** A plan's account: what it takes stays until it is closed. */
  open(): WeightAccount {
    const taken = new Map<Entry, () => void>();
    const take = (owner: object, key: string, make: () => number): number => {
      const entry = this.#entry(owner, key, make);
      if (!taken.has(entry)) {
        entry.users++;
        taken.set(entry, () => this.#leave(owner, key, entry));
      }
      return entry.address;
    };
    return {
      numbers: (owner, key, make) => take(owner, key, () => this.#store(make())),
      packed: (owner, stored, packing) => take(owner, JSON.stringify(packing), () => this.#pack(stored(), packing)),
      close: () => {
        for (const leave of taken.values()) leave();
        taken.clear();
      },
    };
  }

  #entry(owner: object, key: string, make: () => number): Entry {
    const own = this.#entries.get(owner) ?? new Map<string, Entry>();
    this.#entries.set(owner, own);
    const entry = own.get(key) ?? { address: make(), users: 0 };
    own.set(key, entry);
    return entry;
  }

  #leave(owner: object, key: string, entry: Entry): void {
    if (--entry.users > 0) return;
    this.#heap.release(entry.address);
    const own = this.#entries.get(owner)!;
    own.delete(key);
    if (own.size === 0) this.#entries.delete(owner);
  }

  #store(values: Float32Array | Int32Array): number {
    const address = this.#heap.allocate(values.byteLength);
    (values instanceof Float32Array ? this.#heap.floats : this.#heap.words).set(values, address / 4);
    return address;
  }

  #pack({ kernel, shape: [, , cin, cout] }: StoredKernel, packing: Packing): number {
    const { outputs, channels, size, adjoint, firstOutput, taps } = packing;
    const lanes = lanesOf(outputs);
    const depth = (size ? (size + 2) ** 2 : taps.length) * channels;
    const weights = this.#heap.allocate(4 * lanes * depth);
    const name = size ? "packFilter" : "packPanels";
    const temporary = [
      this.#store(kernel),
      this.#store(Int32Array.from(taps, (tap) => 4 * tap * cin * cout)),
      this.#heap.allocate(taskBytes(name)),
      this.#heap.allocate(1024),
    ];
    const [source, offsets, task, scratch] = temporary as [number, number, number, number];
    const fields: TaskFields<"packPanels"> = {
      size,
      kernel: source + 4 * firstOutput,
      channelStep: adjoint ? 4 : 4 * cout,
      outputStep: adjoint ? 4 * cout : 4,
      taps: offsets,
      tapCount: taps.length,
      channels,
      outputs,
      weights,
    };
    writeTask(this.#heap, task, name, fields);
    this.#kernels[name](task, 0, lanes / 4, scratch);
    for (const address of temporary) this.#heap.release(address);
    return weights;
  }
}

/** What one plan has taken. */
export interface WeightAccount {
  /** Numbers as they are, made when they are not there yet. */
  numbers(owner: object, key: string, make: () => Float32Array | Int32Array): number;
  /** A packed kernel. */
  packed(owner: object, stored: () => StoredKernel, packing: Packing): number;
  /** Gives everything back. */
  close(): void;
}
