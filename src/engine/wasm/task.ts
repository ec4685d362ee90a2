/** Records: what a kernel is told, written to memory in the order of the record's fields. */
import type { Heap } from "./heap.js";
import { kernels, records } from "./kernels.generated.js";
import type { KernelName } from "./module.js";

/** The fields of the record that a kernel takes. Addresses and counts are whole numbers. */
export type TaskFields<K extends KernelName> = { readonly [F in keyof (typeof records)[(typeof kernels)[K]]]: number };

/** Bytes of a kernel's record. */
export function taskBytes(kernel: KernelName): number {
  return 4 * Object.keys(records[kernels[kernel]]).length;
}

/** Writes a record. */
export function writeTask<K extends KernelName>(heap: Heap, address: number, kernel: K, fields: TaskFields<K>): void {
  const { floats, words } = heap;
  const types: Record<string, "i32" | "f32"> = records[kernels[kernel]];
  const values: Record<string, number> = fields;
  Object.entries(types).forEach(([field, type], i) => {
    if (type === "f32") floats[address / 4 + i] = values[field]!;
    else words[address / 4 + i] = values[field]!;
  });
}
