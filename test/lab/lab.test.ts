/** The lab of a unit as data: whole, saved, opened again without the model, drawn, and written to disk whole or not at all. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode } from "fast-png";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatUnit } from "../../src/core/unit.js";
import { figure, labPage, toSVG } from "../../src/figure/index.js";
import { lab } from "../../src/lab/lab.js";
import type { Lab } from "../../src/lab/sheet.js";
import { open } from "../../src/node/open.js";
import { toPDF } from "../../src/node/pdf.js";
import { toPNG } from "../../src/node/png.js";
import { save, saveAll } from "../../src/node/save.js";
import { flawOf } from "../../src/optvis/flaw.js";
import type { Picture } from "../../src/optvis/picture.js";
import { parse, stringify } from "../../src/results/codec.js";
import { inputs } from "../../src/weights/inputs.js";
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

describe("a lab of the user's own choice", () => {
  const quick = { steps: 2, size: 16 } as const;

  it("shows the inputs named, in that order, with their places among all", async () => {
    const net = await open(writeTiny(folder));
    const ranked = inputs(net, "second:1").map(({ unit }) => formatUnit(unit));
    const own = await lab(net, "second:1", { ...quick, inputs: [ranked[3]!, ranked[0]!] });
    expect(own.inputs.map(({ unit }) => formatUnit(unit))).toEqual([ranked[3], ranked[0]]);
    expect(own.inputs.map(({ rank }) => rank)).toEqual([4, 1]);
    expect(own.settings.chosen).toBe("named");
    expect(figure.lab(own).description).toContain("On the left, 2 of its 4 inputs, chosen by name:");
    await expect(lab(net, "second:1", { ...quick, inputs: ["second:0"] })).rejects.toThrow(
      '"second:0" is no input of "second:1", whose inputs are units of "first"; name one of those',
    );
    await expect(lab(net, "second:1", { ...quick, inputs: ["first:0"], perSign: 1 })).rejects.toThrow(
      "give one of them",
    );
  });

  it("shows so many of each sign, excitatory ones first", async () => {
    const net = await open(writeTiny(folder));
    const own = await lab(net, "second:1", { ...quick, perSign: 1 });
    const all = inputs(net, "second:1");
    const wanted = (["excitatory", "inhibitory"] as const).flatMap((sign) =>
      all.filter((one) => one.sign === sign).slice(0, 1),
    );
    expect(own.inputs.map(({ unit }) => unit)).toEqual(wanted.map(({ unit }) => unit));
    expect(figure.lab(own).description).toContain("the strongest of each sign:");
  });

  it("has a second measure beside the first, which ranks", async () => {
    const net = await open(writeTiny(folder));
    const own = await lab(net, "second:1", { ...quick, strength: ["max", "l1"], count: 4 });
    const second = inputs(net, "second:1", { strength: "l1" });
    expect(own.inputs.map(({ unit }) => unit)).toEqual(
      inputs(net, "second:1", { strength: "max" }).map(({ unit }) => unit),
    );
    for (const input of own.inputs) {
      const at = second.findIndex(({ unit }) => unit.channel === input.unit.channel);
      expect(input.second).toEqual({ strength: second[at]!.strength, share: second[at]!.share, rank: at + 1 });
    }
    const drawn = toSVG(figure.lab(own));
    expect(drawn).toMatch(/L1 [\d.]+ · [\d.]+ %, rank 1 of 4/);
    expect(labPage(own)).toContain("strength (L1)");
    expect(parse("lab", stringify(own))).toEqual(own);
  });

  it("takes labels, notes, accents, words and a language, and refuses words that no sheet has", () => {
    const { unit } = sheet.inputs[0]!;
    const look = {
      labels: { "second:1": "Kante", second: "zweite" },
      notes: { [formatUnit(unit)]: "eine Zeile", "second:1": "noch eine" },
      accents: { excitation: "#1a9850", inhibition: "#762a83" },
      words: { excitatory: "erregend", inhibitory: "hemmend", tableOfLayers: "Schichten von {model}" },
      language: "de",
      title: "Eine Kante",
    } as const;
    const page = labPage(sheet, look);
    for (const part of [
      "Eine Kante",
      "Kante",
      "zweite",
      "eine Zeile",
      "noch eine",
      "#1a9850",
      "Schichten von ",
      'lang="de"',
    ])
      expect(page).toContain(part);
    expect(page).toMatch(/(?:erregend|hemmend) · \d+,\d %/);
    expect(page).not.toMatch(/#ca0020|#0571b0|>excitatory|inhibitory ·/);
    expect(() => figure.lab(sheet, { words: { titel: "x" } as never })).toThrow(
      'the lab sheet has no words "titel"; the nearest are "title", and labWords lists all',
    );
    expect(() => figure.lab(sheet, { language: "not a language" })).toThrow('a language is a code such as "de"');
    expect(() => figure.lab(sheet, { accents: { excitation: "green" } })).toThrow("an accent is a colour as #rrggbb");
  });

  it("says in words what has no picture: dead, weak and flat ones are not shown as features", () => {
    const grey = { ...sheet.picture.image, data: sheet.picture.image.data.map(() => 0.5) };
    const [first, second, third] = sheet.inputs;
    const with_ = (input: (typeof sheet.inputs)[number], changed: Partial<Picture>) => {
      const picture = { ...input.picture!, ...changed };
      return { ...input, picture, flaw: flawOf(picture) };
    };
    const drawn = figure.lab({
      ...sheet,
      inputs: [
        with_(first!, { status: "dead", value: 0 }),
        with_(second!, { status: "alive", value: -1 }),
        with_(third!, { status: "alive", value: 1, image: grey }),
      ],
    });
    const svg = toSVG(drawn);
    for (const words of ["dead:", "weak:", "flat:"]) expect(svg).toContain(`>${words}<`);
    expect(svg.match(/<image /g) ?? []).toHaveLength(1);
    const dead = { ...sheet.picture, status: "dead" as const };
    const title = toSVG(figure.lab({ ...sheet, picture: dead, flaw: flawOf(dead) }));
    expect(title).toContain("second:1: what it is built from");
    expect(title).not.toContain("a picture of what it looks for");
  });
});

describe("its PDF", () => {
  it("holds the sheet as lines and text, the same bytes each time", async () => {
    const [one, again] = [await toPDF(figure.lab(sheet)), await toPDF(figure.lab(sheet))];
    expect(Buffer.from(one).equals(Buffer.from(again))).toBe(true);
    const text = Buffer.from(one).toString("latin1");
    expect(text).toMatch(/^%PDF-1\./);
    const { width, height } = figure.lab(sheet);
    expect(text).toContain(`/MediaBox [0 0 ${width * 0.75} ${height * 0.75}]`);
    expect(text.match(/\/Subtype \/Image/g)!.length).toBeGreaterThanOrEqual(1);
    expect(text.match(/\/FontFile3/g)).toHaveLength(2);
  });

  it("refuses letters that its font has not", async () => {
    await expect(toPDF(figure.lab(sheet, { title: "日本" }))).rejects.toThrow('the font of figures has no "日"');
  });
});
