/** A model's folder on the web. */
import { isLensError, LensError } from "../core/errors.js";
import { throwIfAborted } from "../core/run.js";
import { type ModelFolder, nameOf } from "./folder.js";
import { type ByteSource, bytesSource } from "./tensors.js";

/** Formats that are read piece by piece. */
const inPieces = /\.(?:h5|hdf5|keras|safetensors|npz|pth|pt|ckpt)$/i;

/**
 * The folder of the model at a URL. A query, such as an access token, is handed on to the shards. Where a part of a file is wanted,
 * no more is asked for, if the server answers ranges of bytes.
 */
export function webFolder(model: URL, fetch: typeof globalThis.fetch): ModelFolder {
  const ask = (url: URL, signal: AbortSignal | undefined, range?: string): Promise<Answer> =>
    answerOf(fetch, url, { ...(signal && { signal }), ...(range && { headers: { Range: range } }) });
  const folder = {
    model: model.href,
    async read(name: string | null, signal?: AbortSignal) {
      return (await ask(name === null ? model : beside(model, name), signal)).bytes;
    },
    async source(part: boolean, signal?: AbortSignal): Promise<ByteSource> {
      const name = nameOf(folder);
      if (!part || !inPieces.test(model.pathname)) return bytesSource(name, await folder.read(null, signal));
      const first = await ask(model, signal, `bytes=0-${firstPiece - 1}`);
      // A server without ranges has answered with everything.
      if (first.status !== 206) return bytesSource(name, first.bytes);
      // One that does not say of how much this is a part is asked for everything.
      if (first.total === null) return bytesSource(name, await folder.read(null, signal));
      const { total, bytes } = first;
      return {
        name,
        size: total,
        async read(start, end) {
          if (end <= bytes.length) return bytes.subarray(start, end);
          if (start >= end) return new Uint8Array(0);
          const piece = await ask(model, signal, `bytes=${start}-${end - 1}`);
          if (piece.status === 206 && piece.bytes.length === end - start) return piece.bytes;
          throw new LensError(
            "file",
            `"${model.href}" was asked for bytes ${start} to ${end - 1} and answered ${piece.bytes.length} by status ${piece.status}; open it without upTo`,
          );
        },
      };
    },
  } satisfies ModelFolder;
  return folder;
}

/** Bytes asked for first: most of what says where things lie in a file. */
const firstPiece = 65_536;

interface Answer {
  readonly status: number;
  readonly bytes: Uint8Array;
  /** Length of the whole, of which these bytes are a part; `null` where the server does not say. */
  readonly total: number | null;
}

async function answerOf(fetch: typeof globalThis.fetch, url: URL, request: RequestInit): Promise<Answer> {
  try {
    const response = await fetch(url, request);
    if (!response.ok)
      throw new LensError("file", `"${url.href}" was answered ${response.status} ${response.statusText}`.trimEnd());
    const total = /\/(\d+)$/.exec(response.headers.get("content-range") ?? "")?.[1];
    return {
      status: response.status,
      bytes: new Uint8Array(await response.arrayBuffer()),
      total: total === undefined ? null : Number(total),
    };
  } catch (cause) {
    throwIfAborted(request.signal ?? undefined);
    if (isLensError(cause)) throw cause;
    throw new LensError("file", `"${url.href}" cannot be fetched: ${reasonOf(cause)}`, { cause });
  }
}

function beside(model: URL, name: string): URL {
  const url = new URL(name.split("/").map(encodeURIComponent).join("/"), model);
  url.search = model.search;
  return url;
}

/** `fetch` hides the reason of a failure in its cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as { message?: string; cause?: unknown };
  return cause instanceof Error && cause.message ? cause.message : String(message ?? error);
}
