import { describe, expect, it } from "vitest";
import { open } from "../../src/browser/open.js";
import { openAny } from "../../src/load/open.js";
import { files } from "./fixture.js";

/** A web that serves a model under an address, and remembers what it was asked for. */
function web(list: Readonly<Record<string, Uint8Array>>, root = "https://models.example/tiny/") {
  const asked: string[] = [];
  const fetch = (async (address: URL) => {
    asked.push(address.href);
    const name = decodeURIComponent(address.href.replace(root, "").replace(/\?.*/, ""));
    const found = list[name] as Uint8Array<ArrayBuffer> | undefined;
    return found ? new Response(found) : new Response("no", { status: 404, statusText: "Not Found" });
  }) as typeof globalThis.fetch;
  return { fetch, asked };
}

describe("a model on the web", () => {
  it("opens from an address or a URL, its shards fetched beside it", async () => {
    for (const source of [
      "https://models.example/tiny/model.json",
      new URL("https://models.example/tiny/model.json"),
    ]) {
      const { fetch, asked } = web(files());
      const net = await openAny(source, { fetch });
      expect(net.layer("conv").parameters).toBe(3);
      expect(asked).toEqual(["model.json", "a.bin", "b.bin"].map((name) => `https://models.example/tiny/${name}`));
    }
  });

  it("hands a query, such as an access token, on to the shards", async () => {
    const { fetch, asked } = web(files());
    await openAny("https://models.example/tiny/model.json?token=1", { fetch });
    expect(asked.every((address) => address.endsWith("?token=1"))).toBe(true);
  });

  it("stays in its folder when a shard's name is written in percent signs", async () => {
    const { fetch, asked } = web(
      files({ json: { weightsManifest: [{ paths: ["%2e%2e/%2e%2e/secret"], weights: [] }] } }),
    );
    await expect(openAny("https://models.example/tiny/model.json", { fetch })).rejects.toThrow("404");
    expect(asked[1]).toBe("https://models.example/tiny/%252e%252e/%252e%252e/secret");
  });

  it("names the address that was answered by an error, and a shard that is missing", async () => {
    const { fetch } = web({ "model.json": files()["model.json"]! });
    await expect(openAny("https://models.example/nowhere/model.json", { fetch })).rejects.toMatchObject({
      code: "file",
      message: '"https://models.example/nowhere/model.json" was answered 404 Not Found',
    });
    await expect(openAny("https://models.example/tiny/model.json", { fetch })).rejects.toThrow(
      'tiny/a.bin" was answered 404 Not Found',
    );
  });

  it("says why an address cannot be fetched", async () => {
    const fetch = async () => {
      throw new TypeError("fetch failed", { cause: new Error("getaddrinfo ENOTFOUND models.example") });
    };
    await expect(openAny("https://models.example/model.json", { fetch })).rejects.toThrow(
      "cannot be fetched: getaddrinfo ENOTFOUND models.example",
    );
  });

  it("rejects with the signal's reason when aborted on the way", async () => {
    const stop = new AbortController();
    const fetch = (async (_, init) => {
      stop.abort("enough");
      init?.signal?.throwIfAborted();
      return new Response();
    }) as typeof globalThis.fetch;
    await expect(openAny("https://models.example/model.json", { fetch, signal: stop.signal })).rejects.toBe("enough");
  });
});

describe("a source that is none", () => {
  it.each([[42], [null], [{}], [[]]])("is refused: %j", async (source) => {
    await expect(openAny(source as never, {})).rejects.toMatchObject({
      code: "bad-argument",
      message: expect.stringContaining(
        "a model is a path or URL of a model.json, a tf.LayersModel or a tf.io.IOHandler",
      ) as string,
    });
  });

  it("is refused where tfjs has no place of that kind", async () => {
    await expect(openAny("indexeddb://mine", {})).rejects.toThrow('nothing here opens "indexeddb://mine"');
    await expect(openAny("s3://mine", {})).rejects.toThrow('nothing here opens "s3://mine"');
  });

  it("is refused where it is no URL", async () => {
    await expect(openAny("no url", {})).rejects.toThrow('"no url" is not a URL');
  });
});

describe("files chosen in a browser", () => {
  const chosen = (names: readonly string[] = ["b.bin", "model.json", "a.bin"], list = files()) =>
    names.map((name) => new File([list[name.split("/").at(-1)!] as Uint8Array<ArrayBuffer>], name));

  it("open as a model, in whatever order", async () => {
    const net = await open(chosen());
    expect(net.layer("conv").parameters).toBe(3);
  });

  it("are refused without a model.json, and name the shard that was not chosen", async () => {
    await expect(open(chosen(["a.bin"]))).rejects.toThrow(
      "a model is one model.json and its weight files, or one file of another format; got a.bin",
    );
    await expect(open([])).rejects.toThrow("got no files");
    await expect(open(chosen(["model.json", "a.bin"]))).rejects.toThrow('the weight file "b.bin" was not chosen');
  });
});
