/** Gzip files, unpacked piece by piece, no further than a limit. */
import { Gunzip } from "fflate";
import { LensError } from "../core/errors.js";
import { byteLimit, checkLimit, type Limits } from "../core/limits.js";

/** Packed bytes that are looked at at once: they grow to 17 MB at most. */
const step = 16_384;

/**
 * The bytes in a gzip file.
 *
 * @throws LensError `file`, when it is damaged, breaks off, or unpacks to more than the limit.
 */
export function gunzip(file: Uint8Array, limits: Limits): Uint8Array {
  const most = byteLimit(file.length, limits);
  const pieces: Uint8Array[] = [];
  let made = 0;
  let ended = false;
  const inflate = new Gunzip((piece, final) => {
    pieces.push(piece);
    made += piece.length;
    ended = final;
  });
  try {
    for (let at = 0; at < file.length && made <= most; at += step)
      inflate.push(file.subarray(at, at + step), at + step >= file.length);
  } catch (cause) {
    throw new LensError("file", `the gzip file is damaged or ends too early (${(cause as Error).message})`, { cause });
  }
  checkLimit("bytes", most, made, `the ${file.length} bytes of the gzip file unpack to ${made} and more`);
  if (!ended) throw new LensError("file", "the gzip file ends too early");
  const bytes = new Uint8Array(made);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
