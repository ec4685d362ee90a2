/** `convlens examples` as a user has it, on a model and pictures small enough to check. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encode } from "fast-png";
import { describe, expect, test } from "vitest";
import { cli, filesIn, node, type Said, temporaryFolder } from "./project.js";
import { writeTiny } from "./tiny.js";

/** Runs the command in a folder with four pictures and a broken one. */
function examples(folder: string, ...args: string[]): Promise<Said> {
  const photos = join(folder, "photos");
  if (!existsSync(photos)) {
    mkdirSync(photos);
    for (const n of [0, 1, 2, 3]) {
      const data = Uint8Array.from({ length: 40 * 36 * 3 }, (_, i) => ((i * (7 + n)) % 251) + n);
      writeFileSync(join(photos, `${n}.png`), encode({ width: 40, height: 36, channels: 3, data }));
    }
    writeFileSync(join(photos, "broken.png"), "no picture");
  }
  const model = existsSync(join(folder, "model.json")) ? join(folder, "model.json") : writeTiny(folder);
  return node([cli, "examples", model, "second", "--photos", photos, "--preprocessing", "unit", ...args], folder);
}

describe("examples", () => {
  test("writes numbers, a page, a quilt and crops, and names what was left out", async () => {
    const folder = temporaryFolder();
    const { stdout, code } = await examples(folder, "--count", "2");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^4 photographs, 2 units of /);
    expect(stdout).toContain('left out: broken.png: the file is no picture: it is text beginning "no picture"');
    const quilts = ["0-1", "0-2", "0", "1-1", "1-2", "1"].map((name) => `second-${name}.png`);
    expect(filesIn(join(folder, "examples"))).toEqual(["examples.json", "index.html", ...quilts].sort());
    expect(readFileSync(join(folder, "examples/index.html"), "utf8")).not.toMatch(/<script|src="http/);
  });

  test("goes on from what a stopped pass kept, to the same file", async () => {
    const folder = temporaryFolder();
    const { stdout: whole } = await examples(folder, "--json", "--out", "whole");
    const { stdout: half } = await examples(folder, "--json", "--out", "half", "--shard", "1/2");
    expect(JSON.parse(half).seen).toEqual(["0.png", "2.png"]);
    mkdirSync(join(folder, "again"));
    writeFileSync(join(folder, "again/examples.partial.json"), half);
    const { stdout: again, code } = await examples(folder, "--json", "--out", "again", "--resume");
    expect(code).toBe(0);
    expect(again).toBe(whole);
    expect(existsSync(join(folder, "again/examples.partial.json"))).toBe(false);
  });

  test("refuses in one sentence, writing nothing", async () => {
    const folder = temporaryFolder();
    expect(await examples(folder, "--shard", "3/2")).toMatchObject({ code: 2, stderr: expect.stringMatching(/i\/n/) });
    expect(await examples(folder, "--photos", "nowhere")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^convlens: a folder of photographs was expected at "nowhere": there is none/m),
    });
    expect(await examples(folder, "--count", "0")).toMatchObject({ code: 2 });
    expect(existsSync(join(folder, "examples"))).toBe(false);
  });
});
