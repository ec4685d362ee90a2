/**
 * A run in the making: jobs in order, and rooms for what they read and write. Nothing has an address until the whole run is
 * known; so each job says its fields by a function that is asked twice: first to learn which rooms the job touches, and
 * when, and once more, when the rooms are placed, to be written down.
 */
import { placeRooms, type Room } from "./arena.js";
import type { Heap } from "./heap.js";
import type { KernelName } from "./module.js";
import { type TaskFields, taskBytes, writeTask } from "./task.js";

/** Something to be done by a kernel, its record at an address. */
export interface KernelJob {
  readonly kernel: KernelName;
  readonly task: number;
  readonly units: number;
  readonly scratch: number;
}

/** Something to be done in JavaScript, on the calling thread. */
export interface ScriptJob {
  readonly script: () => void;
}

/** What a run consists of. */
export type Job = KernelJob | ScriptJob;

/** How a kernel's work is cut, and what it needs for it. */
export interface Cut {
  /** Number of units. */
  readonly units: number;
  /**
   * Bytes of scratch a thread needs.
   *
   * @defaultValue 0
   */
  readonly scratch?: number;
}

/** A room that knows its address, and tells its schedule when it is asked for it. */
export class ArenaRoom implements Room {
  readonly bytes: number;
  first: number = Number.POSITIVE_INFINITY;
  last: number = Number.NEGATIVE_INFINITY;
  offset = 0;
  readonly #schedule: Schedule;

  constructor(schedule: Schedule, bytes: number) {
    this.#schedule = schedule;
    this.bytes = bytes;
  }

  /** Address, once placed. */
  get address(): number {
    this.use();
    return this.#schedule.arena + this.offset;
  }

  /** Notes that the room is in use now. */
  use(): void {
    const { now } = this.#schedule;
    if (now === null) return;
    this.first = Math.min(this.first, now);
    this.last = Math.max(this.last, now);
  }
}

/** Frozen numbers of a run: tables of taps, scales. */
class Constant {
  readonly values: Int32Array | Float32Array;
  address = 0;

  constructor(values: Int32Array | Float32Array) {
    this.values = values;
  }
}

interface Draft {
  readonly kernel: KernelName;
  readonly fields: () => TaskFields<KernelName>;
  task: number;
}

/** Jobs and rooms of one image size. */
export class Schedule {
  /** The moment that is being drawn up; `null` once the run is complete. */
  now: number | null = 0;
  /** Address of the arena. */
  arena = 0;
  /** Largest scratch of any job. */
  scratch = 0;
  readonly #rooms: ArenaRoom[] = [];
  readonly #constants = new Map<Int32Array | Float32Array, Constant>();
  readonly #drafts: Draft[] = [];
  #jobs: Job[] = [];

  /** A room of some bytes. */
  room(bytes: number): ArenaRoom {
    const room = new ArenaRoom(this, bytes);
    this.#rooms.push(room);
    return room;
  }

  /** Numbers that do not change, in memory; the same array is stored once. */
  constant(values: Int32Array | Float32Array): { readonly address: number } {
    const constant = this.#constants.get(values) ?? new Constant(values);
    this.#constants.set(values, constant);
    return constant;
  }

  /** Adds a job for a kernel. */
  emit<K extends KernelName>(kernel: K, { units, scratch = 0 }: Cut, fields: () => TaskFields<K>): void {
    fields();
    const draft: Draft = { kernel, fields: fields as Draft["fields"], task: 0 };
    this.#drafts.push(draft);
    this.scratch = Math.max(this.scratch, scratch);
    this.#jobs.push({
      kernel,
      get task() {
        return draft.task;
      },
      units,
      scratch,
    });
  }

  /** Adds a job in JavaScript that uses some rooms. */
  script(rooms: readonly ArenaRoom[], script: () => void): void {
    for (const room of rooms) room.use();
    this.#jobs.push({ script });
  }

  /** Takes the jobs added since the last time. */
  takeJobs(): readonly Job[] {
    const jobs = this.#jobs;
    this.#jobs = [];
    return jobs;
  }

  /** Keeps for good what was written before a moment and is read after it. */
  keepAcross(moment: number): void {
    for (const room of this.#rooms)
      if (room.first < moment && room.last >= moment) room.last = Number.POSITIVE_INFINITY;
  }

  /** Places all rooms and returns the bytes of the arena. */
  placeRooms(): number {
    this.now = null;
    return placeRooms(this.#rooms.filter((room) => room.first <= room.last));
  }

  /** Bytes of records and constants. */
  get recordBytes(): number {
    const constants = [...this.#constants.keys()].reduce((sum, values) => sum + roundUp(values.byteLength), 0);
    return constants + this.#drafts.reduce((sum, { kernel }) => sum + roundUp(taskBytes(kernel)), 0);
  }

  /** Writes all records and constants, from an address on, for an arena at another. */
  write(heap: Heap, address: number, arena: number): void {
    this.arena = arena;
    let at = address;
    for (const constant of this.#constants.values()) {
      constant.address = at;
      const view = constant.values instanceof Float32Array ? heap.floats : heap.words;
      view.set(constant.values, at / 4);
      at += roundUp(constant.values.byteLength);
    }
    for (const draft of this.#drafts) {
      draft.task = at;
      writeTask(heap, at, draft.kernel, draft.fields());
      at += roundUp(taskBytes(draft.kernel));
    }
  }
}

const roundUp = (bytes: number): number => Math.ceil(bytes / 16) * 16;
