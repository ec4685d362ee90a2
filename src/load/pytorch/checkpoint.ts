/**
 * Checkpoints of PyTorch, `.pth` and `.pt`: a pickle that says which tensors there are, and storages with their numbers. Since PyTorch 1.6
 * they lie in a zip archive, `name/data.pkl` and `name/data/0` …; before, one behind the other in a stream.
 */
import { LensError } from "../../core/errors.js";
import { shortJson } from "../json.js";
import { numberTypes } from "../numbers.js";
import { type ByteSource, bytesSource, type NamedTensors } from "../tensors.js";
import type { ZipEntry } from "../zip.js";
import { acceptedNames, isMade, refusedName } from "./names.js";
import { type PickleRules, type PickleValue, readPickle } from "./pickle.js";
import { stateDictIn } from "./state-dict.js";
import type { StorageBytes, Storages } from "./storages.js";

/** Bytes of a pickle that are believed: a tensor takes about 200. */
const longestPickle = 64 * 2 ** 20;

/** The pickle in an archive of PyTorch; `undefined` in any other archive. */
export function pickleIn(entries: readonly ZipEntry[]): ZipEntry | undefined {
  return entries.find(({ name }) => /^[^/]+\/data\.pkl$/.test(name));
}

/**
 * The tensors of an archive by name.
 *
 * @throws LensError `unsupported`, naming it, for a class that is not accepted, or TorchScript; `bad-model` where it contradicts itself.
 */
export async function readCheckpoint(source: ByteSource, entries: readonly ZipEntry[]): Promise<NamedTensors> {
  const pickle = pickleIn(entries)!;
  const root = pickle.name.slice(0, -"data.pkl".length);
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  if (byName.has(`${root}constants.pkl`) || entries.some(({ name }) => name.startsWith(`${root}code/`))) {
    throw new LensError(
      "unsupported",
      `"${source.name}" is TorchScript, a program and its weights; save the weights alone, in Python: torch.save(torch.jit.load("${source.name}").state_dict(), "weights.pth")`,
    );
  }
  if (pickle.size > longestPickle) throw tooLong(source.name, pickle.size);
  const order = new TextDecoder().decode((await byName.get(`${root}byteorder`)?.read(0, 16)) ?? new Uint8Array());
  const storages: Storages = {
    file: source.name,
    bigEndian: order.trim() === "big",
    find: (key) => byName.get(`${root}data/${key}`),
  };
  const bytes = await pickle.read();
  return stateDictIn(readPickle(bytes, 0, rulesOf(source.name, bytes.length)).value, storages, source.size);
}

/** What begins a checkpoint of the time before archives: a pickle of this number. */
const magic = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];

/**
 * The tensors of a checkpoint from before PyTorch 1.6: pickles of a number, a version, the writer's machine, the content and the keys of
 * the storages; then each storage's count and numbers, the lowest byte first.
 *
 * @throws LensError as `readCheckpoint` does.
 */
export async function readOldCheckpoint(source: ByteSource): Promise<NamedTensors> {
  const { name: file } = source;
  const bytes = await source.read(0, source.size);
  if (!magic.every((byte, i) => bytes[i] === byte)) {
    throw new LensError(
      "unsupported",
      `"${file}" is a pickle of Python that torch.save did not write; save its weights as npz, in Python: np.savez("weights.npz", **weights)`,
    );
  }
  const rules = rulesOf(file, bytes.length);
  let at = magic.length;
  const next = (): PickleValue => {
    const { value, end } = readPickle(bytes, at, rules);
    at = end;
    return value;
  };
  for (const what of ["version", "machine"]) if (next() === null) throw damaged(file, `it does not say its ${what}`);
  const content = next();
  const keys = next();
  if (!Array.isArray(keys)) throw damaged(file, "it does not list its storages");
  const found = new Map<string, StorageBytes>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const key of keys) {
    const type = rules.typeOf.get(String(key));
    if (typeof key !== "string" || !type || at + 8 > bytes.length)
      throw damaged(file, "it lists a storage that it does not have");
    const size = Number(view.getBigUint64(at, true)) * numberTypes[type].size;
    at += 8;
    if (at + size > bytes.length) throw damaged(file, `storage ${shortJson(key)} is cut short`);
    const { read } = bytesSource(file, bytes.subarray(at, at + size));
    found.set(key, { size, read });
    at += size;
  }
  return stateDictIn(content, { file, bigEndian: false, find: (key) => found.get(key) }, source.size);
}

/** What a pickle of PyTorch may refer to, and the types of the storages that it did refer to. */
function rulesOf(
  file: string,
  length: number,
): PickleRules & { readonly typeOf: ReadonlyMap<string, keyof typeof numberTypes> } {
  const accepted = acceptedNames(file, length);
  const typeOf = new Map<string, keyof typeof numberTypes>();
  return {
    file,
    typeOf,
    find(name, outermost) {
      const value = accepted.get(name);
      if (value === undefined) throw refusedName(file, name, outermost);
      return value;
    },
    persistent(id) {
      // ("storage", class, key, device, count), and in streams a view of another storage, long out of use.
      const [word, type, key, , , view] = Array.isArray(id) ? id : [];
      if (word !== "storage" || !isMade("type", type) || typeof key !== "string")
        throw damaged(file, "it refers to something else than a storage");
      if (view) throw damaged(file, `storage ${shortJson(key)} is a part of another`);
      if (type.type) typeOf.set(key, type.type);
      return { kind: "storage", type: type.type, key };
    },
  };
}

function damaged(file: string, why: string): LensError {
  return new LensError("bad-model", `"${file}" is no checkpoint that can be read: ${why}; get it again`);
}

function tooLong(file: string, size: number): LensError {
  return damaged(file, `its pickle has ${size} bytes, far more than names of tensors take`);
}
