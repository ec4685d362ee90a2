import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { open } from "../../src/browser/open.js";
import { openAny } from "../../src/load/open.js";
import { open as openInNode } from "../../src/node/open.js";
import { files } from "./fixture.js";
import { golden } from "./golden.js";

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

/** A server of one file that answers ranges, and counts the bytes it sent. */
function ranged(bytes: Uint8Array, { exposed = true }: { exposed?: boolean } = {}) {
  const sent: number[] = [];
  const fetch = (async (_: URL, request?: RequestInit) => {
    const range = /bytes=(\d+)-(\d+)/.exec(new Headers(request?.headers).get("range") ?? "");
    const [start, end] = range ? [Number(range[1]), Math.min(bytes.length, Number(range[2]) + 1)] : [0, bytes.length];
    sent.push(end - start);
    const headers: Record<string, string> =
      range && exposed ? { "Content-Range": `bytes ${start}-${end - 1}/${bytes.length}` } : {};
    return new Response(new Uint8Array(bytes.subarray(start, end)), { status: range ? 206 : 200, headers });
  }) as typeof globalThis.fetch;
  return { fetch, sent };
}

describe("a part of a file", () => {
  // 40 MB, of which the first convolution is a few kilobytes.
  const large = async (): Promise<Uint8Array> => {
    const library = await import("h5wasm/node");
    const { FS } = await library.ready;
    const file = new library.File("/large.h5", "w");
    const layers = ["block1_conv1", "block1_conv2", "block2_conv1"];
    const shapes = [
      [3, 3, 3, 64],
      [3, 3, 64, 64],
      [3, 3, 64, 128],
    ];
    file.create_attribute("layer_names", [...layers, "fc1"]);
    for (const [i, layer] of layers.entries()) {
      const group = file.create_group(layer);
      group.create_attribute("weight_names", [`${layer}/kernel:0`, `${layer}/bias:0`]);
      const inside = group.create_group(layer);
      const count = shapes[i]!.reduce((product, n) => product * n, 1);
      const data = Float32Array.from({ length: count }, (_, at) => Math.sin(at));
      inside.create_dataset({ name: "kernel:0", data, shape: shapes[i]! });
      inside.create_dataset({ name: "bias:0", data: new Float32Array(shapes[i]!.at(-1)!) });
    }
    const group = file.create_group("fc1");
    group.create_attribute("weight_names", ["fc1/kernel:0"]);
    const inside = group.create_group("fc1");
    inside.create_dataset({ name: "kernel:0", data: new Float32Array(10_000_000), shape: [10_000, 1000] });
    file.close();
    const bytes = new Uint8Array(FS.readFile("/large.h5") as Uint8Array);
    FS.unlink("/large.h5");
    return bytes;
  };

  it("is all that is read of a large Keras file: from memory, a blob, an address", async () => {
    const bytes = await large();
    const options = { architecture: "vgg16", upTo: "block1_conv2" } as const;
    const { fetch, sent } = ranged(bytes);
    const fromWeb = await openAny("https://models.example/large.h5", { ...options, fetch });
    expect(fromWeb.layers.map(({ name }) => name)).toEqual(["image", "block1_conv1", "block1_conv2"]);
    expect(sent.reduce((sum, n) => sum + n, 0)).toBeLessThan(bytes.length / 10);

    const blob = new File([new Uint8Array(bytes)], "large.h5");
    const slices: number[] = [];
    const slice = blob.slice.bind(blob);
    blob.slice = (start = 0, end = blob.size) => {
      slices.push(end - start);
      return slice(start, end);
    };
    const fromFile = await open([blob], options);
    expect(fromFile.ops).toEqual(fromWeb.ops);
    expect(slices.reduce((sum, n) => sum + n, 0)).toBeLessThan(bytes.length / 10);
  });

  it("is the whole where the server does not say how long that is", async () => {
    const bytes = await large();
    const { fetch, sent } = ranged(bytes, { exposed: false });
    const net = await openAny("https://models.example/large.h5", {
      architecture: "vgg16",
      upTo: "block1_conv2",
      fetch,
    });
    expect(net.layers).toHaveLength(3);
    expect(sent).toEqual([65_536, bytes.length]);
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

describe("a file or blob alone", () => {
  it.each([
    ["the browser", open],
    ["Node", openInNode],
  ])("opens in %s, and so does a list of files", async (_, opened) => {
    const bytes = new Uint8Array(readFileSync(golden("onnx", "plain-13.onnx")));
    const names = async (source: Blob | Blob[]): Promise<string[]> =>
      (await opened(source)).layers.map(({ name }) => name);
    const file = new File([bytes], "plain.onnx");
    const wanted = await names([file]);
    expect(wanted).toContain("conv1");
    expect(await names(file)).toEqual(wanted);
    expect(await names(new Blob([bytes]))).toEqual(wanted);
    const { "model.json": model, ...shards } = files();
    const list = Object.entries({ ...shards, "model.json": model! });
    const tiny = list.map(([name, part]) => new File([part as Uint8Array<ArrayBuffer>], name));
    expect(await names(tiny)).toEqual(["conv_input", "conv"]);
    await expect(opened([1] as never)).rejects.toThrow("a model's files are a list of File or Blob; got 1 in it");
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
