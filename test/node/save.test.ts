/** Files written whole or not at all, and one writer of a folder at a time. */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { removePartials, withFolder } from "../../src/node/folder-lock.js";
import { checkWritable, save, saveAll } from "../../src/node/save.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "convlens-save-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A process that has ended. */
const gone = (): number => spawnSync(process.execPath, ["-e", ""]).pid;
const read = (...path: string[]): string => readFileSync(join(folder, ...path), "utf8");

describe("saveAll", () => {
  it("makes a new folder with all files, and leaves nothing beside it", async () => {
    await saveAll(join(folder, "deep/new"), { a: "1", b: new Uint8Array([50]) });
    expect(readdirSync(folder)).toEqual(["deep"]);
    expect(readdirSync(join(folder, "deep"))).toEqual(["new"]);
    expect([read("deep/new/a"), read("deep/new/b")]).toEqual(["1", "2"]);
  });

  it("replaces files of a folder and keeps others", async () => {
    writeFileSync(join(folder, "a"), "old");
    writeFileSync(join(folder, "other"), "mine");
    await saveAll(folder, { a: "new", b: "new" });
    expect(readdirSync(folder).sort()).toEqual(["a", "b", "other"]);
    expect([read("a"), read("b"), read("other")]).toEqual(["new", "new", "mine"]);
  });

  it("writes none when one has a folder in its way", async () => {
    mkdirSync(join(folder, "b"));
    await expect(saveAll(folder, { a: "1", b: "2" })).rejects.toThrow(
      /cannot be written \(".*b" is a folder\); choose another/,
    );
    expect(readdirSync(folder)).toEqual(["b"]);
  });

  it("of several at once gives the files of one of them, whole", async () => {
    const names = ["a", "b", "c"];
    const target = join(folder, "target");
    await Promise.all(
      [1, 2, 3, 4].map((n) => saveAll(target, Object.fromEntries(names.map((name) => [name, String(n)])))),
    );
    expect(readdirSync(target).sort()).toEqual(names);
    expect(new Set(names.map((name) => read("target", name))).size).toBe(1);
  });
});

describe("the next writer of a folder", () => {
  it("completes the moving of files that a killed one had complete", async () => {
    mkdirSync(join(folder, ".convlens-ready"));
    writeFileSync(join(folder, ".convlens-ready/b"), "new");
    writeFileSync(join(folder, "a"), "new");
    writeFileSync(join(folder, "b"), "old");
    await saveAll(folder, { c: "1" });
    expect(readdirSync(folder).sort()).toEqual(["a", "b", "c"]);
    expect(read("b")).toBe("new");
  });

  it("removes what ended processes were writing, files and folders, and nothing else", async () => {
    const pid = gone();
    writeFileSync(join(folder, `.convlens-${pid}-0.partial`), "half");
    mkdirSync(join(folder, `.convlens-${pid}-1.partial`));
    writeFileSync(join(folder, `.convlens-${pid}-1.partial/a`), "half");
    const others = [`.convlens-${process.ppid}-0.partial`, "notes.partial", `.convlens-${pid}-x.partial`];
    for (const name of others) writeFileSync(join(folder, name), "mine");
    await removePartials(folder);
    expect(readdirSync(folder).sort()).toEqual(others.sort());
  });

  it.each([
    ["of a process that has ended", (): string => JSON.stringify({ pid: gone(), host: hostname() })],
    [
      "of this process's number, from before a restart",
      (): string => JSON.stringify({ pid: process.pid, host: hostname() }),
    ],
  ])("takes over a lock %s", async (_, text) => {
    writeFileSync(join(folder, ".convlens-lock"), text());
    expect(await withFolder(folder, async () => readdirSync(folder), 0)).toEqual([".convlens-lock"]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ["this machine", hostname(), `process ${process.ppid} is writing`],
    ["another machine", "elsewhere", `process ${process.ppid} on elsewhere is writing`],
  ])("waits, then refuses in one sentence, while a process of %s holds the folder", async (_, host, words) => {
    const lock = JSON.stringify({ pid: process.ppid, host });
    writeFileSync(join(folder, ".convlens-lock"), lock);
    await expect(withFolder(folder, async () => {}, 100)).rejects.toThrow(words);
    expect(read(".convlens-lock")).toBe(lock);
  });

  it("waits while it is held and goes on when it is free", async () => {
    writeFileSync(join(folder, ".convlens-lock"), JSON.stringify({ pid: process.ppid, host: hostname() }));
    setTimeout(() => rmSync(join(folder, ".convlens-lock")), 200);
    await saveAll(folder, { a: "1" });
    expect(readdirSync(folder)).toEqual(["a"]);
  });
});

describe("before the work begins", () => {
  it.each([
    ["a name too long", (): string => join(folder, "n".repeat(300)), /a name in the path is too long/],
    ["a path too long", (): string => join(folder, ...Array.from({ length: 30 }, () => "n".repeat(200))), /too long/],
    ["a file in the way", (): string => join(folder, "file/inner"), /file" is a file/],
    ["links in a circle", (): string => join(folder, "loop/inner"), /lead in a circle/],
  ])("%s is found", async (_, path, sentence) => {
    writeFileSync(join(folder, "file"), "mine");
    symlinkSync("loop", join(folder, "loop"));
    await expect(checkWritable(path())).rejects.toThrow(sentence);
  });
});

it("a file that cannot be written leaves the old one and no trace", async () => {
  mkdirSync(join(folder, "taken"));
  await expect(save(join(folder, "taken"), "1")).rejects.toThrow(/"[^"]*taken" cannot be written/);
  expect(readdirSync(folder)).toEqual(["taken"]);
  await save(join(folder, "new/file"), "1");
  expect(existsSync(join(folder, "new/file"))).toBe(true);
  expect(readdirSync(join(folder, "new"))).toEqual(["file"]);
});
