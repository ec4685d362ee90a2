/** The lab of a unit as data: whole, saved, opened again without the model, drawn, and written to disk whole or not at all. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode } from "fast-png";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { figure, toSVG } from "../../src/figure/index.js";
import { lab } from "../../src/lab/lab.js";
import type { Lab } from "../../src/lab/sheet.js";
import { open } from "../../src/node/open.js";
import { toPNG } from "../../src/node/png.js";
import { save, saveAll } from "../../src/node/save.js";
import { parse, stringify } from "../../src/results/codec.js";
import { writeTiny } from "../built/tiny.js";
import { noisePictures } from "../dataset/scenes.js";

const folder = mkdtempSync(join(tmpdir(), "convlens-lab-"));
let sheet: Lab;
beforeAll(async () => {
  sheet = await lab(await open(writeTiny(folder)), "second:1", { steps: 4, size: 24, count: 3 });
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("the lab of a unit", () => {
  it("has the unit, its filter, and its strongest inputs with a picture each", () => {
    expect(sheet.unit).toEqual({ layer: "second", channel: 1 });
    expect(sheet.kernelShape).toEqual([3, 3, 4, 2]);
    expect(sheet.filterShape).toEqual([3, 3, 4]);
    expect(sheet.inputCount).toBe(4);
    expect(sheet.inputs).toHaveLength(3);
    for (const { picture } of sheet.inputs) expect(picture?.image).toMatchObject({ height: 24, width: 24 });
    const strengths = sheet.inputs.map(({ strength }) => strength);
    expect(strengths).toEqual(strengths.toSorted((a, b) => b - a));
  });

  it("is the same after it was saved and opened, and draws the same figure", () => {
    const opened = parse("lab", stringify(sheet));
    expect(opened).toEqual(sheet);
    expect(toSVG(figure.lab(opened))).toBe(toSVG(figure.lab(sheet)));
  });

  it("shows the photographs that excite it most where there are any, and keeps them", async () => {
    expect(sheet.examples).toBeNull();
    const photos = noisePictures(4, 24);
    const shown = await lab(await open(writeTiny(folder)), "second:1", { steps: 2, size: 24, count: 1, photos });
    expect(shown.examples!.top).toHaveLength(4);
    expect(parse("lab", stringify(shown))).toEqual(shown);
    const drawn = toSVG(figure.lab(parse("lab", stringify(shown))));
    expect(drawn).toContain("Photographs that excite second:1");
    expect(toSVG(figure.lab(sheet))).not.toContain("Photographs");
  });

  it.each([
    ["nonsense", "{"],
    ["another file", '{"format":"something"}'],
    ["a list", "[]"],
    ["nothing", ""],
  ])("is not opened from %s", (_, text) => {
    expect(() => parse("lab", text)).toThrow(expect.objectContaining({ code: "file" }));
  });
});

describe("its figure", () => {
  it("is an SVG of its own: named units, no script, nothing from elsewhere", () => {
    const svg = toSVG(figure.lab(sheet));
    expect(svg).toMatch(/^<svg [^>]*viewBox="/);
    for (const { unit } of sheet.inputs) expect(svg).toContain(`${unit.layer}:${unit.channel}`);
    expect(svg).not.toMatch(/<script|href="https?:|url\(https?:|NaN|undefined/);
  });

  it("is a PNG with twice the pixels by default", async () => {
    const drawn = figure.lab(sheet);
    const [one, two] = [decode(await toPNG(drawn, { scale: 1 })), decode(await toPNG(drawn))];
    expect([two.width, two.height]).toEqual([2 * one.width, 2 * one.height]);
    expect(new Set(one.data).size).toBeGreaterThan(50);
  });
});

describe("files", () => {
  it("are written with their folders, and replaced", async () => {
    const path = join(folder, "a", "b.txt");
    await save(path, "one");
    await save(path, "two");
    expect(readFileSync(path, "utf8")).toBe("two");
    expect(readdirSync(join(folder, "a"))).toEqual(["b.txt"]);
  });

  it("are all written or none, and what was there stays", async () => {
    const taken = join(folder, "file");
    writeFileSync(taken, "mine");
    await expect(saveAll(join(taken, "under"), { "x.txt": "x" })).rejects.toThrow(/cannot be written.*is a file/);
    expect(readFileSync(taken, "utf8")).toBe("mine");
    await expect(saveAll(join(folder, "half"), { "x.txt": "x", "no/such/folder.txt": "y" })).rejects.toThrow(
      /cannot be written/,
    );
    expect(existsSync(join(folder, "half", "x.txt"))).toBe(false);
  });
});
