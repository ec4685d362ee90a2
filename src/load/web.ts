/** A model's folder on the web. */
import { isLensError, LensError } from "../core/errors.js";
import { throwIfAborted } from "../core/run.js";
import type { ModelFolder } from "./folder.js";

/** The folder of the `model.json` at a URL. A query, such as an access token, is handed on to the shards. */
export function webFolder(model: URL, fetch: typeof globalThis.fetch): ModelFolder {
  return {
    model: model.href,
    async read(name, signal) {
      const url = name === null ? model : beside(model, name);
      try {
        const response = await fetch(url, signal ? { signal } : {});
        if (!response.ok)
          throw new LensError("file", `"${url.href}" was answered ${response.status} ${response.statusText}`.trimEnd());
        return new Uint8Array(await response.arrayBuffer());
      } catch (cause) {
        throwIfAborted(signal);
        if (isLensError(cause)) throw cause;
        throw new LensError("file", `"${url.href}" cannot be fetched: ${reasonOf(cause)}`, { cause });
      }
    },
  };
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
