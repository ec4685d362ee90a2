/**
 * The state dictionary in a checkpoint: tensors by name. Training scripts keep it under a key of its own, beside the optimiser's state, which
 * has tensors too.
 */
import { LensError } from "../../core/errors.js";
import { shortList } from "../../core/names.js";
import { countOf } from "../numbers.js";
import type { NamedTensor, NamedTensors } from "../tensors.js";
import { isMade, type StoredTensor } from "./names.js";
import type { PickleValue } from "./pickle.js";
import { type Storages, tensorOf } from "./storages.js";

/** Keys under which scripts keep the network's weights, the likeliest first. */
const usual = [
  "state_dict",
  "model_state_dict",
  "model_state",
  "model",
  "net",
  "network",
  "weights",
  "params",
  "module",
];

/** Keys of what is not the network: its optimiser, and averages of its weights beside them. */
const others = /optim|sched|scaler|ema|average|amp|loss|criterion/i;

/** A file's tensors may come to so many times its size, those of a small one to so many bytes: views may repeat the same numbers. */
const most = { times: 100, bytes: 64 * 2 ** 20 } as const;

/**
 * The tensors of the state dictionary in what a pickle holds.
 *
 * @throws LensError `bad-model` for a file without tensors, or with tensors that its storages do not hold.
 */
export function stateDictIn(content: PickleValue, storages: Storages, fileSize: number): NamedTensors {
  const { file } = storages;
  const { held, notes } = chosen(content, file);
  const bytes = [...held.values()].reduce((sum, { shape }) => sum + 4 * countOf(shape), 0);
  const limit = Math.max(most.bytes, most.times * fileSize);
  if (!(bytes <= limit)) {
    throw new LensError(
      "bad-model",
      `the ${fileSize} bytes of "${file}" would become ${bytes} bytes of tensors; no more than ${limit} are believed: get it again`,
    );
  }
  const tensors = new Map<string, NamedTensor>();
  for (const [name, stored] of held) tensors.set(name, tensorOf(name, stored, storages));
  return { file, tensors, notes };
}

interface Chosen {
  readonly held: ReadonlyMap<string, StoredTensor>;
  readonly notes: readonly string[];
}

/** The dictionary of tensors that a file is about. */
function chosen(content: PickleValue, file: string): Chosen {
  let here = content;
  const path: string[] = [];
  const aside: string[] = [];
  // A script's dictionary holds a module's, which may hold another.
  for (let depth = 0; depth < 4; depth++) {
    const own = tensorsOf(here);
    if (own.size > 0) return { held: own, notes: notesOn(path, aside) };
    const inner = new Map<string, PickleValue>();
    if (here instanceof Map)
      for (const [key, value] of here) if (typeof key === "string" && holdsTensors(value)) inner.set(key, value);
    const key = usual.find((name) => inner.has(name)) ?? onlyNetwork([...inner.keys()]);
    if (key === undefined) {
      if (inner.size === 0) break;
      throw new LensError(
        "bad-model",
        `"${file}" holds several dictionaries of tensors, ${quoted([...inner.keys()])}; save the network's alone, in Python: torch.save(torch.load("${file}")["${[...inner.keys()][0]}"], "weights.pth")`,
      );
    }
    aside.push(...[...inner.keys()].filter((name) => name !== key && !/optim|sched|scaler/i.test(name)));
    path.push(key);
    here = inner.get(key)!;
  }
  throw new LensError(
    "bad-model",
    `"${file}" holds no dictionary of tensors; save one, in Python: torch.save(model.state_dict(), "weights.pth")`,
  );
}

function notesOn(path: readonly string[], aside: readonly string[]): string[] {
  return aside.length > 0
    ? [`the weights are those under ${quoted(path)}; not read: those under ${quoted(aside)}`]
    : [];
}

/** The one key that is not named as something beside the network. */
function onlyNetwork(keys: readonly string[]): string | undefined {
  const left = keys.length > 1 ? keys.filter((key) => !others.test(key)) : keys;
  return left.length === 1 ? left[0] : undefined;
}

/** The tensors of a dictionary by name. */
function tensorsOf(value: PickleValue): Map<string, StoredTensor> {
  const tensors = new Map<string, StoredTensor>();
  if (!(value instanceof Map)) return tensors;
  for (const [name, tensor] of value)
    if (typeof name === "string" && isMade("tensor", tensor)) tensors.set(name, tensor);
  return tensors;
}

/** Whether a dictionary holds tensors, itself or in dictionaries of its own. */
function holdsTensors(value: PickleValue): boolean {
  const seen = new Set([value]);
  // A set hands out what is added to it meanwhile.
  for (const one of seen) {
    if (isMade("tensor", one)) return true;
    if (one instanceof Map) for (const inner of one.values()) if (typeof inner === "object") seen.add(inner);
  }
  return false;
}

function quoted(names: readonly string[]): string {
  return shortList(
    names.map((name) => JSON.stringify(name)),
    6,
  );
}
