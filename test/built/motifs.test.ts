/** `convlens motifs` as a user has it. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/core/random.js";
import { createImage, encodePNG, open, parseAll } from "../../src/index.js";
import { planted, writePlanted } from "./planted-model.js";
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

  test("gives everything as JSON, in the form that opens again", async () => {
    const { stdout } = await convlens(writeTiny(temporaryFolder()), "first", "second", "--group", "flip", "--json");
    const model = { name: "tiny", fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/) as string };
    expect(JSON.parse(stdout)).toMatchObject([
      { kind: "families", version: 1, model, layer: "first", settings: { group: "flip", nullDraws: 49 } },
      { kind: "families", model, layer: "second" },
      { kind: "motifs", model, from: "first", to: "second" },
    ]);
  });

  test("draws the families and motifs that were planted, units of the first layer by their weights", async () => {
    const folder = join(temporaryFolder(), "out");
    const model = writePlanted(temporaryFolder());
    const { code } = await convlens(model, "layer0", "layer1", "--group", "rotations:4", "--out", folder);
    expect(code).toBe(0);
    const [family] = planted.families[0]!;
    const strip = readFileSync(join(folder, "layer0-family-1.svg"), "utf8");
    for (const channel of family!.channels) expect(strip).toContain(`>:${channel}</text>`);
    expect(strip.match(/<image /g)).toHaveLength(4);
    const motif = readFileSync(join(folder, "motif-1.svg"), "utf8");
    expect(motif.match(/>rotate</g)?.length).toBeGreaterThanOrEqual(3);
    expect(motif).toContain(">un-rotated<");
    const page = readFileSync(join(folder, "index.html"), "utf8");
    expect(page).toContain("<title>layer0 and layer1 of planted under 4 rotations</title>");
    expect(page).toMatch(/3 motifs join families; in 2 more/);
    const results = parseAll(readFileSync(join(folder, "motifs.json"), "utf8"), await open(model));
    const motifs = results.flatMap((result) => (result.kind === "motifs" ? result.motifs : []));
    expect(motifs).toHaveLength(planted.motifs.length);
  });

  test("compares with responses to photographs, and says how far the two agree", async () => {
    const model = writePlanted(temporaryFolder());
    const folder = temporaryFolder();
    const random = createRandom(3);
    for (let i = 0; i < 9; i++) {
      const noise = Float32Array.from({ length: 32 * 32 * 3 }, () => random.uniform());
      writeFileSync(join(folder, `${i}.png`), encodePNG(createImage(32, 32, 3, noise)));
    }
    const asked = [
      "layer0",
      "layer1",
      "--group",
      "rotations:4",
      "--most",
      "0",
      "--photos",
      folder,
      "--out",
      join(folder, "out"),
    ];
    const { stdout, code } = await convlens(model, ...asked);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /layer0: 6 pairs of units share a family by weights, 6 by responses to 9 photographs, 6 by both/,
    );
    expect(readFileSync(join(folder, "out", "index.html"), "utf8")).toContain("by responses to 9 photographs");
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
