/** `convlens motifs` as a user has it. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { cli, filesIn, node, type Said, temporaryFolder } from "./project.js";
import { writeTiny } from "./tiny.js";

function convlens(...args: string[]): Promise<Said> {
  return node([cli, "motifs", ...args], temporaryFolder());
}

describe("motifs", () => {
  test("writes a page, the data and says where", async () => {
    const folder = join(temporaryFolder(), "out");
    const model = writeTiny(temporaryFolder());
    const { stdout, code } = await convlens(model, "first", "second", "--group", "rotations:4", "--out", folder);
    expect(code).toBe(0);
    expect(stdout).toContain("index.html");
    expect(filesIn(folder)).toEqual(expect.arrayContaining(["index.html", "motifs.json"]));
  });

  test("gives everything as JSON", async () => {
    const { stdout } = await convlens(writeTiny(temporaryFolder()), "first", "second", "--group", "flip", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      group: "flip",
      draws: 49,
      from: { layer: "first" },
      to: { layer: "second" },
    });
  });

  test("answers a bad group and a bad layer in one sentence, with code 2", async () => {
    const model = writeTiny(temporaryFolder());
    const group = await convlens(model, "first", "second", "--group", "bogus:4");
    expect(group.code).toBe(2);
    expect(group.stderr).toContain("a group is rotations:N");
    const layer = await convlens(model, "first", "third");
    expect(layer.code).toBe(2);
    expect(layer.stderr).toContain("third");
  });
});
