/** The table of presets in the documentation says what the code does. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { type PresetName, preset } from "../../src/optvis/preset.js";

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

  it("has the optimizer and the transforms that the page tells", () => {
    expect(settings.optimizer.name.replace(/(\.\d{10})\d+/, "$1")).toBe(told("optimizer", name));
    const done = settings.transforms.map((t) =>
      t.name.replace(/(, 0)+\)/, ")").replace(/\((-?[\d.]+), .*, (-?[\d.]+)\)/, "($1 … $2)"),
    );
    expect(done.join(" → ") || "none").toBe(told("transforms", name));
  });
});

it("refuses another name", () => {
  expect(() => preset("lucent" as PresetName)).toThrow(
    'a preset is one of swift, lucid, maco, draft, classic; got "lucent"',
  );
});
