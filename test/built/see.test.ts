/** `convlens see` of many units: a folder that is the same whether it was made in one go, by workers, or after being killed. */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/core/random.js";
import { cli, filesIn, node, type Said, temporaryFolder } from "./project.js";
import { writeTiny } from "./tiny.js";

/** How often a run is killed; more by hand. */
const kills = Number(process.env.CONVLENS_KILLS ?? 4);

const units = ["first", "second"];
const quick = ["--steps", "24", "--size", "32", "--preprocessing", "unit", "--batch", "2", "--engine", "wasm"];

/** What a folder holds, by name. */
function contents(folder: string): Record<string, string> {
  return Object.fromEntries(filesIn(folder).map((name) => [name, readFileSync(join(folder, name)).toString("base64")]));
}

function see(model: string, out: string, more: readonly string[] = []): Promise<Said> {
  return node([cli, "see", model, ...units, ...quick, "--out", out, ...more], temporaryFolder());
}

describe("see of two layers", () => {
  test("makes a picture and a record of each unit, a sheet, a page and a list", async () => {
    const out = temporaryFolder();
    const { code, stdout } = await see(writeTiny(temporaryFolder()), out);
    expect(code).toBe(0);
    const names = ["first-0", "first-1", "first-2", "first-3", "second-0", "second-1"];
    const files = [...names.flatMap((name) => [`${name}.json`, `${name}.png`]), "index.html", "see.json", "sheet.png"];
    expect(filesIn(out)).toEqual(files.sort());
    expect(stdout).toMatch(/first-0\.png {2}first:0 {2}(activation|dead)/);
    const { settings, pictures } = JSON.parse(readFileSync(join(out, "see.json"), "utf8"));
    expect(settings).toMatchObject({ preset: "swift", steps: 24, size: 32, batch: 2, engine: "wasm" });
    expect(pictures.map(({ unit }: { unit: string }) => unit.replace(":", "-"))).toEqual(names);
  });

  test("by two workers is the same folder, byte for byte", async () => {
    const model = writeTiny(temporaryFolder());
    const [one, two] = [temporaryFolder(), temporaryFolder()];
    expect((await see(model, one)).code).toBe(0);
    expect(await see(model, two, ["--workers", "2"])).toMatchObject({ code: 0 });
    expect(contents(two)).toEqual(contents(one));
  }, 60_000);

  test("killed at random moments and resumed is the same folder, and finished pictures stay as they are", async () => {
    const model = writeTiny(temporaryFolder());
    const whole = temporaryFolder();
    const start = performance.now();
    await see(model, whole);
    const length = performance.now() - start;
    const wanted = contents(whole);
    const random = createRandom(kills);
    let resumed = 0;
    for (let i = 0; i < kills; i++) {
      const out = temporaryFolder();
      await node([cli, "see", model, ...units, ...quick, "--out", out], temporaryFolder(), (child) => {
        setTimeout(() => child.kill("SIGKILL"), length * (0.3 + 0.7 * random.uniform()));
      });
      const left = contents(out);
      if (Object.keys(left).some((name) => name.endsWith(".png"))) resumed++;
      expect((await see(model, out)).code).toBe(0);
      expect(contents(out)).toEqual(wanted);
      rmSync(out, { recursive: true });
    }
    // Some of the kills came in the middle.
    if (kills >= 4) expect(resumed).toBeGreaterThan(0);
  }, 600_000);

  test("refuses a folder of other settings, and leaves it alone", async () => {
    const model = writeTiny(temporaryFolder());
    const out = temporaryFolder();
    await see(model, out);
    const before = contents(out);
    const { code, stderr } = await see(model, out, ["--seed", "9"]);
    expect(code).toBe(2);
    expect(stderr).toContain("holds pictures made with other settings (seed was 0, now 9); choose another with --out");
    expect(contents(out)).toEqual(before);
  }, 60_000);
});
