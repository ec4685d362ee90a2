/** The table of presets in the documentation says what the code does. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { type PresetName, preset } from "../../src/optvis/preset.js";
import { crops } from "../../src/optvis/transform/resample.js";

const page = readFileSync(resolve(import.meta.dirname, "../../docs/optvis.md"), "utf8");
const table = page
  .slice(page.indexOf("## Presets"))
  .split("\n")
  .filter((line) => line.startsWith("|"))
  .map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll("`", "")),
  );
const names = table[0]!.slice(1).map((name) => name.split(" ")[0] as PresetName);

/** A cell of the table. */
function told(setting: string, name: PresetName): string {
  const row = table.find(([first]) => first!.startsWith(setting))!;
  const cell = row[names.indexOf(name) + 1]!;
  return cell === "as lucid" ? row[names.indexOf("lucid") + 1]! : cell;
}

it("has all presets", () => {
  expect([...names].sort()).toEqual(["classic", "draft", "lucid", "maco", "swift"]);
});

describe.each(names)("%s", (name) => {
  const settings = preset(name);

  it.each<[string, (s: typeof settings) => unknown]>([
    ["size", (s) => s.size],
    ["steps", (s) => s.steps],
    ["redirected", (s) => s.redirectSteps],
    ["plateau", (s) => s.plateau],
  ])("has the %s that the page tells", (setting, of) => {
    expect(told(setting, name)).toBe(String(of(settings)));
  });

  it("has the parameters, the optimizer and the transforms that the page tells", () => {
    expect(settings.param.name).toBe(told("parameters", name));
    expect(settings.optimizer.name.replace(/(\.\d{10})\d+/, "$1")).toBe(told("optimizer", name));
    const done = settings.transforms.map(({ name }) => name.replace(list, "$<maker>($<first> … $<last>)"));
    // Angles end with the zeros that make standing still likelier; the table names the widest.
    expect(done.join(" → ").replace("-10 … 0)", "-10 … 10)") || "none").toBe(told("transforms", name));
  });

  it("draws from the lists that the page has in full", () => {
    const text = page.replace(/\s+/g, " ");
    for (const transform of settings.transforms) {
      const numbers = /^(?:scale|rotate)\((.*)\)$/.exec(transform.name)?.[1];
      if (numbers) expect(text).toContain(`one of ${numbers}`);
    }
  });
});

/** A name with a list of numbers, which the table shortens. */
const list = /^(?<maker>scale|rotate)\((?<first>[-\d.]+), .*, (?<last>[-\d.]+)\)$/;

it("the numbers of maco that its names leave out are the defaults that the page tells", () => {
  const said = crops({ count: 8, size: 128, side: [0.5, 0.05], sideStd: 0.05, centreStd: 0.15 }).name;
  expect(preset("maco").transforms[0]!.name).toBe(said);
  expect(said).toBe("crops(8, 0.5…0.05, size 128)");
  expect(crops({ sideStd: 0.04, centreStd: 0.1 }).name).toBe("crops(1, 0.5…0.5, sideStd 0.04, centreStd 0.1)");
  const text = page.replace(/\s+/g, " ");
  expect(text).toContain("(`sideStd`) of 0.05");
  expect(text).toContain("(`centreStd`) of 0.15");
  expect(text).toContain("each resized to 128 px");
});

it("refuses another name", () => {
  expect(() => preset("lucent" as PresetName)).toThrow(
    'a preset is one of swift, lucid, maco, draft, classic; got "lucent"',
  );
});
