/** `convlens see`: a folder that is the same whether it was made in one go, by workers, or after being interrupted. */
import { type ChildProcess } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/core/random.js";
import { cli, filesIn, node, type Said, temporaryFolder } from "./project.js";
import { writeTiny } from "./tiny.js";

/** How often a run is interrupted. */
const interruptions = Number(process.env.CONVLENS_KILLS ?? 20);

const units = ["first", "second"];
const quick = ["--steps", "16", "--size", "16", "--preprocessing", "unit", "--batch", "2", "--engine", "wasm"];

/** What a folder holds, by name. */
function contents(folder: string): Record<string, string> {
  return Object.fromEntries(filesIn(folder).map((name) => [name, readFileSync(join(folder, name)).toString("base64")]));
}

function see(words: readonly string[], started?: (child: ChildProcess) => void): Promise<Said> {
  return node([cli, "see", ...words, ...quick], temporaryFolder(), started);
}

describe("see of two layers", () => {
  test("makes a picture and a record of each unit, a sheet, a page and a list", async () => {
    const out = temporaryFolder();
    const { code, stdout, stderr } = await see([writeTiny(temporaryFolder()), ...units, "--out", out]);
    expect(code).toBe(0);
    const names = ["first-0", "first-1", "first-2", "first-3", "second-0", "second-1"];
    const files = [...names.flatMap((name) => [`${name}.json`, `${name}.png`]), "index.html", "see.json", "sheet.png"];
    expect(filesIn(out)).toEqual(files.sort());
    expect(stdout).toContain(`${join(out, "first-0.png")}  first:0  activation`);
    expect(stderr).toMatch(/^100 % /m);
    const { settings, batches, pictures } = JSON.parse(readFileSync(join(out, "see.json"), "utf8"));
    expect(settings).toMatchObject({ preset: "swift", steps: 16, size: 16, engine: "wasm", preprocessing: "RGB 0…1" });
    expect(settings.convlens).toMatch(/^\d+\.\d+\.\d+/);
    expect(batches).toHaveLength(3);
    expect(pictures.map(({ unit }: { unit: string }) => unit.replace(":", "-"))).toEqual(names);
  });

  test("interrupted at random moments, with and without workers, and resumed is the same folder", async () => {
    const model = writeTiny(temporaryFolder());
    const whole = temporaryFolder();
    const start = performance.now();
    await see([model, ...units, "--out", whole]);
    const length = performance.now() - start;
    const wanted = contents(whole);
    const random = createRandom(interruptions);
    let begun = 0;
    const interrupt = async (i: number): Promise<void> => {
      const out = temporaryFolder();
      const words = [model, ...units, "--out", out, "--workers", String(1 + (i % 2))];
      const wait = length * (0.2 + 0.9 * random.uniform());
      await see(words, (child) => {
        setTimeout(() => child.kill(i % 4 < 2 ? "SIGKILL" : "SIGINT"), wait);
      });
      const pictures = filesIn(out).filter((name) => /^(first|second)-\d\.png$/.test(name)).length;
      if (pictures > 0 && pictures < 6) begun++;
      expect(await see(words)).toMatchObject({ code: 0 });
      expect(contents(out)).toEqual(wanted);
      rmSync(out, { recursive: true });
    };
    // Two at a time.
    const numbers = Array.from({ length: interruptions }, (_, i) => i).values();
    await Promise.all(
      [1, 2].map(async () => {
        for (const i of numbers) await interrupt(i);
      }),
    );
    // Some came in the middle.
    if (interruptions >= 20) expect(begun).toBeGreaterThan(0);
  }, 900_000);

  test.skipIf(process.platform === "win32")("says at Ctrl-C what is kept", async () => {
    const out = temporaryFolder();
    const words = [writeTiny(temporaryFolder()), "first:0", "first:1", "first:2", "--out", out, "--batch", "1"];
    const { code, stderr } = await node(
      [cli, "see", ...words, ...quick, "--batch", "1", "--steps", "200"],
      out,
      (child) => {
        child.stdout!.once("data", () => child.kill("SIGINT"));
      },
    );
    expect(code).toBe(130);
    expect(stderr).toMatch(/convlens: interrupted; [12] of 3 pictures are kept; the same command goes on\n$/);
  });

  test("refuses a folder of other settings, for one unit too, and leaves it alone; a unit more joins it", async () => {
    const model = writeTiny(temporaryFolder());
    const out = temporaryFolder();
    await see([model, "first:0", "first:1", "--out", out]);
    const before = contents(out);
    for (const more of [
      ["--seed", "9"],
      ["--plateau", "0.1"],
    ]) {
      const { code, stderr } = await see([model, "first:0", "--out", out, ...more]);
      expect(code).toBe(2);
      expect(stderr).toMatch(
        /holds pictures made with other settings \((seed was 0, now 9|plateau was null, now 0.1)\); /,
      );
      expect(contents(out)).toEqual(before);
    }
    const { stdout } = await see([model, "second:1", "--out", out, "--json"]);
    expect(JSON.parse(stdout)).toMatchObject([{ unit: "second:1", file: join(out, "second-1.png") }]);
    const after = contents(out);
    for (const name of ["first-0.png", "first-0.json", "first-1.png"]) expect(after[name]).toBe(before[name]);
    const { pictures } = JSON.parse(readFileSync(join(out, "see.json"), "utf8"));
    expect(pictures.map(({ unit }: { unit: string }) => unit)).toEqual(["first:0", "first:1", "second:1"]);
  });
});

test("see goes on in a folder with the engine that made it, unless another is named", async () => {
  const model = writeTiny(temporaryFolder());
  const out = temporaryFolder();
  const go = (...words: string[]): Promise<Said> =>
    node(
      [
        cli,
        "see",
        model,
        ...words,
        "--out",
        out,
        "--preset",
        "draft",
        "--steps",
        "2",
        "--size",
        "16",
        "--preprocessing",
        "unit",
      ],
      out,
    );
  await go("first:0", "first:1", "--engine", "cpu");
  expect(await go("first:2")).toMatchObject({ code: 0, stderr: expect.not.stringContaining("engine") });
  expect(JSON.parse(readFileSync(join(out, "first-2.json"), "utf8")).engine.name).toBe("cpu");
  const other = await go("first:3", "--engine", "wasm");
  expect(other.code).toBe(2);
  expect(other.stderr).toContain('(engine was "cpu", now "wasm")');
});

describe("see", () => {
  test("of a unit alone is one file, and its path means the same as one of several", async () => {
    const out = temporaryFolder();
    const { stdout } = await see([writeTiny(temporaryFolder()), "first:0", "--out", out, "--json"]);
    expect(JSON.parse(stdout)).toMatchObject([{ unit: "first:0", file: join(out, "first-0.png"), flaw: null }]);
    expect(filesIn(out)).toEqual(["first-0.png"]);
  });

  test("takes what the unit sees as its size, of the unit at its centre alone", async () => {
    const model = writeTiny(temporaryFolder());
    const out = temporaryFolder();
    const auto = ["first:0", "--size", "auto", "--steps", "2", "--engine", "wasm", "--preprocessing", "unit"];
    const made = await node([cli, "see", model, ...auto, "--view", "neuron", "--json"], out);
    expect(JSON.parse(made.stdout)[0].settings.size).toEqual([3, 3]);
    const refused = await node([cli, "see", model, ...auto], out);
    expect([refused.code, refused.stderr]).toEqual([
      2,
      "convlens: --size auto is what a unit at one place sees; give --view neuron, or pixels\n",
    ]);
  });

  test("shows two channels as red and cyan, and says why there is nothing to see", async () => {
    const out = temporaryFolder();
    const { code, stderr, stdout } = await see([writeChannels(temporaryFolder(), 2), "only", "--out", out]);
    expect(code).toBe(0);
    const png = readFileSync(join(out, "only-0.png"));
    expect([png.readUInt32BE(16), png.readUInt32BE(20), png[25]]).toEqual([16, 16, 2]);
    expect(stderr).toContain("only:1 is dead: nothing excited it\n");
    expect(stdout).toContain(
      `${join(out, "only-1.png")}  only:1  dead: nothing excited it  shows bands 0, 1, 1 of 2 as red, green, blue\n`,
    );
    const { pictures } = JSON.parse(readFileSync(join(out, "see.json"), "utf8"));
    expect(pictures.map(({ flaw }: { flaw: string | null }) => flaw)).toEqual([null, "dead: nothing excited it"]);
  });
});

/** A network that reads so many channels, of one convolution; nothing excites its second unit. */
function writeChannels(folder: string, channels: number): string {
  mkdirSync(folder, { recursive: true });
  const config = {
    name: "only",
    filters: 2,
    kernel_size: [3, 3],
    padding: "same",
    activation: "relu",
    batch_input_shape: [null, 16, 16, channels],
  };
  const weights = Float32Array.from({ length: 18 * channels + 2 }, (_, i) => ((i % 11) - 5) / 10);
  weights[weights.length - 1] = -100;
  const specs = [
    { name: "only/kernel", shape: [3, 3, channels, 2], dtype: "float32" },
    { name: "only/bias", shape: [2], dtype: "float32" },
  ];
  const layers = [{ class_name: "Conv2D", config }];
  const modelTopology = { class_name: "Sequential", config: { name: "channels", layers } };
  const model = { format: "layers-model", modelTopology, weightsManifest: [{ paths: ["w.bin"], weights: specs }] };
  writeFileSync(join(folder, "model.json"), JSON.stringify(model));
  writeFileSync(join(folder, "w.bin"), new Uint8Array(weights.buffer));
  return join(folder, "model.json");
}
