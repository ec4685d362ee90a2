import { chmod, mkdir, rename } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { open } from "../../src/node/open.js";
import { files, specs, written } from "../load/fixture.js";

describe("open in Node", () => {
  it("takes a path, a relative path, a folder, a file URL in either form", async () => {
    const folder = await written(files());
    const path = join(folder, "model.json");
    for (const source of [path, relative(".", path), folder, pathToFileURL(path), pathToFileURL(path).href]) {
      const net = await open(source);
      expect([net.name, net.layer("conv").parameters]).toEqual(["tiny", 3]);
    }
  });

  it("takes an http address", async () => {
    const list = files();
    const server = createServer((request, response) => {
      const found = list[request.url!.slice(1)];
      response.writeHead(found ? 200 : 404).end(found);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect((await open(`${root}/model.json`)).layer("conv").parameters).toBe(3);
    await expect(open(`${root}/other.json`)).rejects.toThrow("was answered 404 Not Found");
  });

  it("finds shards in folders beside the model", async () => {
    const folder = await written(
      files({ json: { weightsManifest: [{ paths: ["w/a.bin", "b.bin"], weights: specs }] } }),
    );
    await mkdir(join(folder, "w"));
    await rename(join(folder, "a.bin"), join(folder, "w", "a.bin"));
    expect((await open(folder)).layer("conv").parameters).toBe(3);
  });

  it("names a file that is missing, and the folder it should be in", async () => {
    const folder = await written({});
    await expect(open(join(folder, "model.json"))).rejects.toMatchObject({
      code: "file",
      message: `there is no file "model.json" in "${folder}"`,
    });
  });

  it("names a shard that is missing", async () => {
    const { "b.bin": _, ...rest } = files();
    const folder = await written(rest);
    await expect(open(folder)).rejects.toMatchObject({
      code: "file",
      message: `there is no file "b.bin" in "${folder}"`,
    });
  });

  it("tells how much of a shard is missing, or too much", async () => {
    const list = files();
    const cut = await written({ ...list, "b.bin": list["b.bin"]!.slice(1) });
    await expect(open(cut)).rejects.toMatchObject({
      code: "file",
      message: 'the weights need 12 bytes but the 2 files from "a.bin" have 11: cut short; get the model again',
    });
    const long = await written({ ...list, "b.bin": new Uint8Array(7) });
    await expect(open(long)).rejects.toThrow("have 13: too long");
  });

  it("refuses a file of another kind", async () => {
    const folder = await written({ "model.json": "<html>" });
    await expect(open(folder)).rejects.toMatchObject({
      code: "file",
      message: expect.stringContaining("is not JSON but a web page") as string,
    });
  });

  it.skipIf(process.getuid?.() === 0)(
    "says that a file may not be read (skipped for the superuser, who may read all)",
    async () => {
      const folder = await written(files());
      await chmod(join(folder, "model.json"), 0);
      await expect(open(folder)).rejects.toThrow("may not be read; change its permissions");
    },
  );

  it("rejects with the signal's reason", async () => {
    const folder = await written(files());
    await expect(open(folder, { signal: AbortSignal.abort("enough") })).rejects.toBe("enough");
  });
});
