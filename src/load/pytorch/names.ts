/**
 * The classes and functions that a checkpoint of PyTorch may name, each with what stands for it here. It is the list by which
 * `torch.load(…, weights_only=True)` reads dictionaries of tensors, and a few classes that training scripts keep beside these,
 * of which nothing is kept. Every other name ends the reading.
 */
import { LensError } from "../../core/errors.js";
import { shortJson } from "../json.js";
import type { NumberTypeName } from "../numbers.js";
import { type PickleBuilder, PickleFunction, type PickleObject, type PickleValue } from "./pickle.js";

/** The type of the numbers in a storage, or of a tensor. */
export interface NumberKind extends PickleObject {
  readonly kind: "type";
  /** `null` for plain bytes, whose tensors say their type themselves. */
  readonly type: NumberTypeName | null;
}

/** Numbers in the file that tensors are views of. */
export interface Storage extends PickleObject {
  readonly kind: "storage";
  readonly type: NumberTypeName | null;
  readonly key: string;
}

/** A tensor: a view of a storage. */
export interface StoredTensor extends PickleObject {
  readonly kind: "tensor";
  readonly storage: Storage;
  readonly type: NumberTypeName;
  /** Place of the first value, in values. */
  readonly offset: number;
  readonly shape: readonly number[];
  /** Distance between neighbours along each axis, in values. */
  readonly strides: readonly number[];
}

/** What of a file is not kept. */
const nothing: PickleObject = { kind: "nothing" };
const ofType = (type: NumberTypeName | null): NumberKind => ({ kind: "type", type });

const storages: Readonly<Record<string, NumberTypeName>> = {
  Double: "float64",
  Float: "float32",
  Half: "float16",
  BFloat16: "bfloat16",
  Long: "int64",
  Int: "int32",
  Short: "int16",
  Char: "int8",
  Byte: "uint8",
  Bool: "bool",
};

const types: readonly NumberTypeName[] = [...Object.values(storages), "uint16", "uint32", "uint64"];

/** Whether a value is an object that one of these functions made. */
export function isMade<K extends "type" | "storage" | "tensor">(
  kind: K,
  value: PickleValue | undefined,
): value is Extract<NumberKind | Storage | StoredTensor, { kind: K }> {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === kind;
}

/** What stands for each accepted name in a file. `most` bounds the entries of dictionaries that are made of lists. */
export function acceptedNames(file: string, most: number): ReadonlyMap<string, PickleBuilder | PickleValue> {
  const ignored: PickleBuilder = () => nothing;
  const damaged = (why: string): LensError => new LensError("bad-model", `"${file}" is damaged: ${why}; get it again`);

  let entries = 0;
  const dictionary: PickleBuilder = ([pairs = []]) => {
    const list = Array.isArray(pairs) ? pairs : [];
    entries += list.length;
    if (entries > most || !list.every((pair) => Array.isArray(pair) && pair.length === 2))
      throw damaged("a dictionary in it is made of something else than its entries");
    return new Map(list as [PickleValue, PickleValue][]);
  };

  const tensor = (args: readonly PickleValue[], type: PickleValue | undefined): StoredTensor => {
    const [storage, offset, shape, strides] = args;
    const held = isMade("type", type) ? type.type : isMade("storage", storage) ? storage.type : null;
    const fits =
      isMade("storage", storage) && held !== null && areSizes([offset!]) && areSizes(shape) && areSizes(strides);
    if (!fits || shape.length !== strides.length)
      throw damaged("a tensor in it has no storage, place, shape and strides");
    return { kind: "tensor", storage, type: held, offset: offset as number, shape, strides };
  };

  const first: PickleBuilder = ([value = null]) => value;
  const named: [string, PickleBuilder | PickleValue][] = [
    ["collections.OrderedDict", dictionary],
    ["collections.defaultdict", () => new Map()],
    ["collections.Counter", () => new Map()],
    ["builtins.set", first],
    ["__builtin__.set", first],
    ["torch._utils._rebuild_tensor", (args) => tensor(args, undefined)],
    ["torch._utils._rebuild_tensor_v2", (args) => tensor(args, undefined)],
    ["torch._utils._rebuild_tensor_v3", (args) => tensor(args, args[6])],
    ["torch._utils._rebuild_parameter", first],
    ["torch._utils._rebuild_parameter_with_state", first],
    ["torch._tensor._rebuild_from_type_v2", ([build, , args]) => rebuilt(build, args, damaged)],
    ["torch.Tensor", nothing],
    ["torch.nn.parameter.Parameter", nothing],
    ["torch.Size", first],
    ["torch.device", ignored],
    ["torch.storage.UntypedStorage", ofType(null)],
    // Beside the weights: settings of a training script, and its best score as a number of NumPy.
    ["argparse.Namespace", ignored],
    ["numpy.dtype", ignored],
    ["numpy.core.multiarray.scalar", ignored],
    ["numpy._core.multiarray.scalar", ignored],
    ["_codecs.encode", ignored],
  ];
  for (const [name, type] of Object.entries(storages)) named.push([`torch.${name}Storage`, ofType(type)]);
  for (const type of types) named.push([`torch.${type}`, ofType(type)]);
  return new Map(named);
}

/** A tensor with attributes of its own, which are left out. */
function rebuilt(
  build: PickleValue | undefined,
  args: PickleValue | undefined,
  damaged: (why: string) => LensError,
): PickleValue {
  if (!(build instanceof PickleFunction) || !build.name.startsWith("torch._utils.") || !Array.isArray(args))
    throw damaged("a tensor in it is built by what builds no tensors");
  return build.build(args);
}

function areSizes(value: PickleValue | undefined): value is number[] {
  return Array.isArray(value) && value.every((n) => typeof n === "number" && Number.isSafeInteger(n) && n >= 0);
}

/** The line that makes a state dictionary of what `torch.save` wrote of a whole module. */
const ofModule =
  'in Python, with the code of the module at hand: m = torch.load("FILE", weights_only=False); m = m["model"] if isinstance(m, dict) else m; torch.save(m.float().state_dict(), "weights.pth")';

/** The error of a name that is not accepted. */
export function refusedName(file: string, name: string, outermost: boolean): LensError {
  const short = shortJson(name);
  return new LensError(
    "unsupported",
    outermost
      ? `"${file}" is a pickled module, an object of the class ${short}, which is only made by running its code; save its weights alone, ${ofModule.replace("FILE", file)}`
      : `"${file}" holds ${short} beside or in place of weights, which is made by running code, so it is not read; save the weights alone, ${ofModule.replace("FILE", file)}`,
  );
}
