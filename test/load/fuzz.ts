/**
 * Model files gone wrong, by a seed: bytes changed, cut off, doubled; numbers in JSON made absurd, fields taken away, names that
 * lead elsewhere. However a file is damaged, opening it gives a network, or one clear error, soon, and reads nothing outside
 * of its folder.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isLensError, LensError } from "../../src/core/errors.js";
import { createRandom, type Random } from "../../src/core/random.js";
import { compile } from "../../src/engine/plan.js";
import type { Architecture } from "../../src/load/architecture.js";
import type { ModelFolder } from "../../src/load/folder.js";
import { openFolder } from "../../src/load/open.js";
import { createNetwork } from "../../src/network/network.js";
import { golden } from "./golden.js";

/** The files of a model by name; the first is the model itself. */
export type Files = ReadonlyMap<string, Uint8Array>;

/** Formats, and the fixtures that variants are made of. */
export const formats: Readonly<Record<string, readonly string[]>> = {
  layers: ["same/layers/model.json"],
  graph: ["graph-model/plain/model.json", "graph-model/residual/model.json", "graph-model/raw/model.json"],
  onnx: ["onnx/new.onnx", "onnx/old.onnx", "onnx/plain-13.onnx", "onnx/storage.onnx"],
  safetensors: ["tensors/all.safetensors"],
  npz: ["tensors/stored.npz", "tensors/packed.npz"],
  pth: ["pytorch/types.pth", "pytorch/training.pth", "pytorch/types-protocol-4.pth"],
  "old pth": ["pytorch/types-old.pth"],
  keras: ["keras/plain-3.keras", "keras/nested-2.keras"],
  h5: ["keras/plain-3.h5", "keras/branches-2.h5"],
  "weights.h5": ["keras/plain-3.weights.h5", "keras/plain-2.weights.h5", "keras/plain-2.listed.h5"],
};

/** The files of a fixture. */
export function filesOf(path: string): Files {
  const full = golden(path);
  const folder = join(full, "..");
  const name = path.split("/").at(-1)!;
  const beside = readdirSync(folder).filter(
    (file) => file.endsWith(".bin") && (name === "model.json" || file.startsWith(name.split(".")[0]!)),
  );
  return new Map([name, ...beside].map((file) => [file, new Uint8Array(readFileSync(join(folder, file)))]));
}

/** What became of a variant. */
export interface Outcome {
  /** `"opened"`, or the code of the error. */
  readonly result: string;
  readonly milliseconds: number;
  /** What should not have happened; `null` where all is well. */
  readonly fault: string | null;
}

/** Longest that opening a damaged file may take, on a machine with other things to do. */
const patience = 5_000;

/** Opens a variant. */
export async function tryOpen(files: Files): Promise<Outcome> {
  const [name] = [...files.keys()];
  const outside: string[] = [];
  const folder: ModelFolder = {
    model: name!,
    read: async (wanted) => {
      if (wanted !== null && /\.\.|^[/\\]|^[a-z]+:/i.test(wanted)) outside.push(wanted);
      const bytes = files.get(wanted ?? name!);
      if (!bytes) throw new LensError("file", `there is no file "${wanted}"`);
      return bytes.slice();
    },
  };
  const outcome = await tryFolder(folder);
  return outside.length > 0 ? { ...outcome, fault: `it read ${outside.join()}` } : outcome;
}

/** Opens the model in a folder. */
export async function tryFolder(folder: ModelFolder): Promise<Outcome> {
  const start = performance.now();
  const { result, fault } = await open(folder);
  const milliseconds = performance.now() - start;
  const late = milliseconds > patience ? `it took ${Math.round(milliseconds)} ms` : null;
  return { result, milliseconds, fault: fault ?? late };
}

async function open(folder: ModelFolder): Promise<{ result: string; fault: string | null }> {
  try {
    const net = await openFolder(folder, { architecture: readAll });
    const last = net.layers.at(-1);
    if (last) compile(net, [{ layer: last.name }]);
    return { result: "opened", fault: null };
  } catch (error) {
    if (!isLensError(error)) return { result: "crash", fault: `${(error as Error).stack ?? String(error)}` };
    const { message } = error;
    const fault =
      message.includes("\n") || message.length > 1500 ? `its message is no sentence: ${message.slice(0, 200)}` : null;
    return { result: error.code, fault };
  }
}

/** Reads every tensor, and makes a network of nothing. */
const readAll: Architecture = async ({ tensors }) => {
  for (const tensor of tensors.values()) await tensor.read();
  const shape = [8, 8, 3];
  const preprocessing = { name: "unit", order: "rgb", scale: 1, mean: [0], std: [1] } as const;
  return createNetwork("tensors", [], { shape, preprocessing, stated: false });
};

/** A variant of a model, the same for the same seed. */
export function variantOf(files: Files, seed: number): Files {
  const random = createRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random.uniform() * list.length)]!;
  const names = [...files.keys()];
  const name = random.uniform() < 0.75 ? names[0]! : pick(names);
  const bytes = files.get(name)!;
  const isJson = name.endsWith(".json");
  const changed = isJson && random.uniform() < 0.8 ? damagedJson(bytes, random) : damagedBytes(bytes, random);
  return new Map([...files].map(([file, content]) => [file, file === name ? changed : content]));
}

/** Numbers that lie, as little-endian bytes. */
const absurd = [0, 1, 0x7f, 0xff, 0x7fffffff, 0xffffffff, 0x80000000, 0x10000];

/** A file with a few bytes changed, doubled or cut off. */
export function damagedBytes(original: Uint8Array, random: Random): Uint8Array {
  let bytes = original.slice();
  // Most that matters stands at either end.
  const place = (): number => {
    const r = random.uniform();
    const share = random.uniform();
    const span = r < 0.4 ? Math.min(512, bytes.length) : bytes.length;
    return Math.min(bytes.length - 1, Math.floor(r < 0.2 ? bytes.length - span * share : span * share));
  };
  const times = 1 + Math.floor(random.uniform() * 3);
  for (let i = 0; i < times && bytes.length > 0; i++) {
    const kind = random.uniform();
    const at = place();
    if (kind < 0.45) bytes[at] = Math.floor(random.uniform() * 256);
    else if (kind < 0.6) bytes[at]! ^= 1 << Math.floor(random.uniform() * 8);
    else if (kind < 0.8) {
      const value = absurd[Math.floor(random.uniform() * absurd.length)]!;
      for (let k = 0; k < 4 && at + k < bytes.length; k++) bytes[at + k] = (value >>> (8 * k)) & 255;
    } else if (kind < 0.84) bytes = bytes.slice(0, at);
    else {
      const to = Math.min(bytes.length, at + Math.floor(random.uniform() * 64));
      bytes = Uint8Array.from([...bytes.subarray(0, to), ...bytes.subarray(at)]);
    }
  }
  return bytes;
}

/** Values that stand where they should not. */
const strangers: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  0.5,
  1e9,
  2 ** 53,
  -(2 ** 31),
  "",
  "../../etc/passwd",
  "/etc/passwd",
  "http://elsewhere/x",
  "__proto__",
  "constructor",
  [],
  {},
  [[[[]]]],
  [1e9, 1e9, 1e9],
  { class_name: "Conv2D", config: {} },
];

function damagedJson(original: Uint8Array, random: Random): Uint8Array {
  const value: unknown = JSON.parse(new TextDecoder().decode(original));
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random.uniform() * list.length)]!;
  const times = 1 + Math.floor(random.uniform() * 4);
  for (let i = 0; i < times; i++) {
    let here = value as Record<string, unknown>;
    for (let depth = 0; depth < 30; depth++) {
      const keys = Object.keys(here);
      if (keys.length === 0) break;
      const key = pick(keys);
      const next = here[key];
      if (typeof next === "object" && next !== null && random.uniform() < 0.85) {
        here = next as Record<string, unknown>;
        continue;
      }
      const kind = random.uniform();
      if (kind < 0.2) delete here[key];
      else if (kind < 0.35) here[key] = here[pick(keys)];
      else here[key] = structuredClone(pick(strangers));
      break;
    }
  }
  return new TextEncoder().encode(JSON.stringify(value));
}
