/** Models on disk whose files are no files of their folder: links that lead out of it, folders, devices, pipes. */
import { execFileSync } from "node:child_process";
import { mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { open } from "../../src/node/open.js";
import { files, written } from "./fixture.js";

/** A model of two shards, the first of which is put elsewhere. */
async function folderWithout(): Promise<{ model: string; shard: string; elsewhere: string }> {
  const outer = await written({});
  const model = join(outer, "model");
  await mkdir(model);
  for (const [name, content] of Object.entries(files())) await writeFile(join(model, name), content);
  const [shard, elsewhere] = [join(model, "a.bin"), join(outer, "secret.bin")];
  await rename(shard, elsewhere);
  return { model, shard, elsewhere };
}

describe("a shard on disk", () => {
  it.each([
    ["a file outside of it", "../secret.bin"],
    ["a device", "/dev/zero"],
  ])("is not read through a link out of the model's folder, to %s", async (_, target) => {
    const { model, shard } = await folderWithout();
    await symlink(target, shard);
    await expect(open(model)).rejects.toThrow(/^"a.bin" is a link out of the model's folder ".*model"; only files in/);
  });

  it("is not read through a folder that is a link", async () => {
    const { model } = await folderWithout();
    await symlink("..", join(model, "sub"));
    const json = new TextDecoder().decode(files()["model.json"]).replace('"a.bin"', '"sub/secret.bin"');
    await writeFile(join(model, "model.json"), json);
    await expect(open(model)).rejects.toThrow(/"sub\/secret.bin" is a link out of/);
  });

  it("may be a link to a file of the folder", async () => {
    const { model, shard, elsewhere } = await folderWithout();
    await rename(elsewhere, join(model, "real.bin"));
    await symlink("real.bin", shard);
    expect((await open(model)).layers.length).toBe(2);
  });

  it("may lie where the model itself really lies, as in a cache that is made of links", async () => {
    const { model, elsewhere, shard } = await folderWithout();
    await rename(elsewhere, shard);
    const links = await written({});
    for (const name of Object.keys(files())) await symlink(join(model, name), join(links, name));
    expect((await open(links)).layers.length).toBe(2);
  });

  it("is no folder, no pipe, and no link in a circle", async () => {
    const { model, shard } = await folderWithout();
    await mkdir(shard);
    await expect(open(model)).rejects.toThrow(/a.bin" is a folder; give a file/);
    await rm(shard, { recursive: true });
    await symlink("a.bin", shard);
    await expect(open(model)).rejects.toThrow(/a.bin" cannot be read: .*ELOOP/);
    await rm(shard);
    execFileSync("mkfifo", [shard]);
    await expect(open(model)).rejects.toThrow(/a.bin" cannot be read: it is a device or a pipe; give a file/);
  });
});

describe("a model on disk", () => {
  it("is no pipe and no device, which would be waited for, or read without end", async () => {
    const folder = await written({});
    execFileSync("mkfifo", [join(folder, "model.json")]);
    await expect(open(folder)).rejects.toThrow(/it is a device or a pipe; give a file/);
    await expect(open("/dev/zero")).rejects.toThrow(/it is a device or a pipe; give a file/);
  });
});
