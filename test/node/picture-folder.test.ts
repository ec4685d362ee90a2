/** A folder of pictures: what is finished is kept, what is not is made again, and nothing else is touched. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createImage } from "../../src/core/image.js";
import { openFolder, type PictureFolder, settingsOfFolder } from "../../src/node/picture-folder.js";
import { save } from "../../src/node/save.js";
import type { Picture } from "../../src/optvis/picture.js";
import { bare } from "../network/bare.js";

const net = bare(["a", "卷积", "池化"]);
const units = ["a:0", "卷积:0", "池化:0"];
const settings = { seed: 0, preset: "swift" };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "convlens-folder-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const picture = {
  image: createImage(
    8,
    8,
    3,
    Float32Array.from({ length: 192 }, (_, i) => (i % 17) / 17),
  ),
  status: "alive",
  value: 1.5,
  history: [1],
  settings: { seed: 0 },
} as unknown as Picture;

const opened = (more: Partial<Parameters<typeof openFolder>[2]> = {}): Promise<PictureFolder> =>
  openFolder(net, folder, { settings, lists: [units], batch: 2, ...more });

async function filled(): Promise<void> {
  const kept = await opened();
  for (const unit of units) await kept.keep(unit, picture);
  await save(join(folder, "see.json"), kept.list());
}

const unitsIn = (kept: PictureFolder): string[] => kept.recordsOf().map(({ unit }) => unit);

describe("a folder of pictures", () => {
  it("keeps each unit in a file of its own", async () => {
    await filled();
    expect(unitsIn(await opened())).toEqual(units);
    const { pictures } = JSON.parse(readFileSync(join(folder, "see.json"), "utf8"));
    expect(new Set(pictures.map(({ file }: { file: string }) => file)).size).toBe(3);
  });

  it("takes no record for another unit's", async () => {
    await filled();
    const [mine, other] = ["%E5%8D%B7%E7%A7%AF-0.json", "a-0.json"].map((name) => join(folder, name));
    writeFileSync(mine!, readFileSync(other!));
    expect(unitsIn(await opened())).toEqual(["a:0", "池化:0"]);
  });

  it.each([
    ["its picture is missing", "a-0.png", null],
    ["its picture is cut off", "a-0.png", -20],
    ["its record is missing", "a-0.json", null],
    ["its record is cut off", "a-0.json", 30],
  ] as const)("a unit is not finished when %s, and is made again with its batch", async (_, name, end) => {
    await filled();
    const file = join(folder, name);
    const whole = readFileSync(file);
    if (end === null) rmSync(file);
    else writeFileSync(file, whole.subarray(0, end));
    const kept = await opened();
    expect(unitsIn(kept)).toEqual(["卷积:0", "池化:0"]);
    expect(kept.unfinished(units)).toEqual([["a:0", "卷积:0"]]);
    expect(await kept.keep("卷积:0", { ...picture, value: 9 })).toBeNull();
    await kept.keep("a:0", picture);
    expect(readFileSync(file)).toEqual(whole);
  });

  it("takes more units later, and leaves the batches that are cut as they are", async () => {
    await filled();
    const kept = await opened({ lists: [["a:1", ...units, "a:2"]], batch: 3 });
    expect(kept.unfinished(["a:1", ...units])).toEqual([["a:1", "a:2"]]);
    const { batches } = JSON.parse(readFileSync(join(folder, "see.json"), "utf8"));
    expect(batches).toEqual([["a:0", "卷积:0"], ["池化:0"], ["a:1", "a:2"]]);
  });

  it("makes only batches that somebody asks for", async () => {
    await opened();
    expect((await opened({ lists: [["池化:0"]] })).unfinished(["池化:0"])).toEqual([["池化:0"]]);
  });

  it("cuts batches from one list at a time", async () => {
    await opened({ lists: [["a:0", "a:1", "a:2"], ["池化:0"]] });
    const { batches } = JSON.parse(readFileSync(join(folder, "see.json"), "utf8"));
    expect(batches).toEqual([["a:0", "a:1"], ["a:2"], ["池化:0"]]);
  });

  it("refuses other settings, also one more or one less", async () => {
    await filled();
    await expect(opened({ settings: { ...settings, seed: 9 } })).rejects.toThrow(/seed was 0, now 9/);
    await expect(opened({ settings: { ...settings, convlens: "2" } })).rejects.toThrow(/convlens was null, now "2"/);
    await expect(opened({ settings: { seed: 0 } })).rejects.toThrow(/preset was "swift", now null/);
  });

  it.each(["null", "[]", "{}", "nonsense", '{"settings":{}}', '{"settings":{"seed":0},"batches":[1]}', ""])(
    "refuses a see.json of %j in one sentence, and leaves it",
    async (text) => {
      writeFileSync(join(folder, "see.json"), text);
      await expect(opened()).rejects.toThrow(/see\.json" is not a list of pictures of this version; move it away or /);
      expect(readFileSync(join(folder, "see.json"), "utf8")).toBe(text);
    },
  );

  it("takes other settings and other units while nothing in it is finished", async () => {
    await opened();
    const kept = await opened({ settings: { seed: 9 }, lists: [["a:3"]] });
    expect(kept.unfinished(["a:3"])).toEqual([["a:3"]]);
    const { batches } = JSON.parse(readFileSync(join(folder, "see.json"), "utf8"));
    expect(batches).toEqual([["a:3"]]);
    expect(await settingsOfFolder(folder)).toEqual({ seed: 9 });
  });

  it("tells its settings once it has a see.json", async () => {
    mkdirSync(join(folder, "inner"));
    expect(await settingsOfFolder(folder)).toBeNull();
    await opened();
    expect(existsSync(join(folder, "see.json"))).toBe(true);
    expect(await settingsOfFolder(folder)).toEqual(settings);
  });
});
