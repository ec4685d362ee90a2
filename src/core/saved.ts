/**
 * Results as text that opens again without the model: JSON with a format name and a version. Typed arrays are written as
 * `{ "float32": [...] }` while they are short enough to be read by people, and as base64 of little-endian float32 beyond;
 * both come back exactly.
 */
import { fromBase64, toBase64 } from "./base64.js";
import { LensError } from "./errors.js";

/** Arrays up to this length are written as numbers. */
const readable = 1024;

/** A result as JSON text. */
export function saveResult(format: string, version: number, result: object): string {
  const encode = (_: string, value: unknown): unknown => {
    if (!(value instanceof Float32Array)) return value;
    if (value.length <= readable) return { float32: [...value] };
    return { float32: toBase64(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)) };
  };
  return JSON.stringify({ format, version, ...result }, encode, 1);
}

/**
 * A result from its JSON text.
 *
 * @throws LensError `file` when the text is of another format or version, or no JSON.
 */
export function openResult<T extends object>(format: string, version: number, text: string): T {
  let parsed: { format?: unknown; version?: unknown };
  try {
    parsed = JSON.parse(text, decode) as typeof parsed;
  } catch (cause) {
    throw new LensError("file", `a saved ${format} is JSON; this text is not: ${(cause as Error).message}`, { cause });
  }
  if (parsed?.format !== format || parsed.version !== version) {
    throw new LensError(
      "file",
      `a saved ${format} of version ${version} was expected; got ${JSON.stringify(parsed?.format)} of version ${JSON.stringify(parsed?.version)}: make it again with this version`,
    );
  }
  const { format: _, version: __, ...result } = parsed;
  return result as T;
}

function decode(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("float32" in value)) return value;
  const { float32 } = value as { float32: unknown };
  if (Array.isArray(float32)) return Float32Array.from(float32 as number[]);
  if (typeof float32 !== "string") return value;
  return new Float32Array(fromBase64(float32).buffer as ArrayBuffer);
}
