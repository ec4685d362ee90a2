/**
 * safetensors: eight bytes that say how long the header is, the header in JSON, `{ name: { dtype, shape, data_offsets } }`,
 * and the numbers. Only the header is read here; a tensor's bytes are when it is asked for.
 */
import { LensError } from "../../core/errors.js";
import { isArray, isObject, type Json, shortJson } from "../json.js";
import { countOf, type NumberTypeName, numberTypes, readNumbers } from "../numbers.js";
import type { ByteSource, NamedTensor, NamedTensors } from "../tensors.js";

const types: Readonly<Record<string, NumberTypeName>> = {
  F64: "float64",
  F32: "float32",
  F16: "float16",
  BF16: "bfloat16",
  I64: "int64",
  I32: "int32",
  I16: "int16",
  I8: "int8",
  U64: "uint64",
  U32: "uint32",
  U16: "uint16",
  U8: "uint8",
  BOOL: "bool",
};

/** Longest header that is believed; that of the largest known models has a few megabytes. */
const longestHeader = 100_000_000;

/**
 * The tensors of a file.
 *
 * @throws LensError `file` when the file is cut short or no safetensors, `bad-model` when its header contradicts itself.
 */
export async function readSafetensors(source: ByteSource): Promise<NamedTensors> {
  const { name: file, size } = source;
  if (size < 8) throw new LensError("file", `"${file}" is no safetensors file: it has ${size} bytes`);
  const start = await source.read(0, 8);
  const length = Number(new DataView(start.buffer, start.byteOffset, 8).getBigUint64(0, true));
  if (length > Math.min(size - 8, longestHeader)) {
    throw new LensError(
      "file",
      `"${file}" says that its header has ${length} bytes, but it has ${size} in all; get it again`,
    );
  }
  const header = parse(await source.read(8, 8 + length), file);
  const tensors = new Map<string, NamedTensor>();
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__" || entry === undefined) continue;
    tensors.set(name, tensorOf(name, entry, { source, from: 8 + length }));
  }
  return { file, tensors };
}

function parse(bytes: Uint8Array, file: string): Record<string, Json | undefined> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new LensError("file", `"${file}" is no safetensors file: its header is not JSON`, { cause });
  }
  if (!isObject(header))
    throw new LensError("file", `"${file}" is no safetensors file: its header is ${shortJson(header)}`);
  return { ...header };
}

function tensorOf(name: string, entry: Json, { source, from }: { source: ByteSource; from: number }): NamedTensor {
  const { dtype, shape, data_offsets: offsets } = isObject(entry) ? entry : {};
  const type = typeof dtype === "string" && Object.hasOwn(types, dtype) ? types[dtype]! : undefined;
  if (!type) {
    throw new LensError(
      "unsupported",
      `tensor ${shortJson(name)} of "${source.name}" is of type ${shortJson(dtype ?? null)}; it can be ${Object.keys(types).join(", ")}`,
    );
  }
  const sizes = isArray(shape) ? (shape as number[]) : [Number.NaN];
  const [begin, end] = isArray(offsets) ? (offsets as number[]) : [];
  const fits =
    Number.isInteger(begin) &&
    begin! >= 0 &&
    from + end! <= source.size &&
    end! - begin! === countOf(sizes) * numberTypes[type].size;
  if (!fits) {
    throw new LensError(
      "bad-model",
      `tensor ${shortJson(name)} of "${source.name}" is ${dtype as string} of shape ${shortJson(shape ?? null)} at bytes ${shortJson(offsets ?? null)} of ${source.size - from}; get the file again`,
    );
  }
  return {
    shape: sizes,
    read: async () => Float32Array.from(readNumbers(type, await source.read(from + begin!, from + end!))),
  };
}
