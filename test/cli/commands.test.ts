/** What all commands have in common, and what some of them are given. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createImage } from "../../src/core/image.js";
import { decodePNG, encodePNG } from "../../src/figure/picture.js";
import { parse } from "../../src/results/codec.js";
import type { Input } from "../../src/weights/inputs.js";
import { secondKernel, weight, writeTiny } from "../built/tiny.js";
import { convlens } from "./run.js";

let folder: string;
let model: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "convlens-commands-"));
  model = writeTiny(join(folder, "model"));
  mkdirSync(join(folder, "photos"));
  writeFileSync(join(folder, "vectors.json"), "[[1, 1, 0, 0], [0, 0, 1, -1]]");
  for (const n of [0, 1, 2]) {
    const data = Float32Array.from({ length: 32 * 32 * 3 }, (_, i) => ((i * (7 + n)) % 251) / 251);
    writeFileSync(join(folder, `photos/${n}.png`), encodePNG(createImage(32, 32, 3, data)));
  }
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (...path: string[]): string => join(folder, ...path);
const quick = ["--engine", "wasm", "--steps", "2", "--size", "16"];

/** A command line of each command, which writes into the folder of the test. */
const each = (): readonly (readonly string[])[] => [
  ["layers", model],
  ["slice", model, "second:1"],
  ["inputs", model, "second:1"],
  ["visualize", model, "second:1", ...quick, "--out", at("made")],
  ["lab", model, "second:1", ...quick, "--out", at("made")],
  ["circuit", model, "second:1", ...quick, "--out", at("made")],
  ["families", model, "first", "--by", "tuning", "--draws", "19", "--engine", "wasm", "--out", at("made")],
  ["motifs", model, "first", "second", "--group", "flip", "--draws", "19", "--most", "0", "--out", at("made")],
  ["examples", model, "second", "--photos", at("photos"), "--engine", "wasm", "--out", at("made")],
  ["tune", model, "second:1", "--count", "4", "--engine", "wasm"],
  ["activations", model, at("photos/0.png"), "second", "--engine", "wasm"],
  ["attribution", model, at("photos/0.png"), "second:1", "--engine", "wasm"],
  ["dictionary", model, "first", "--photos", at("photos"), "--vectors", at("vectors.json"), "--engine", "wasm"],
  ["doctor", model],
];

describe("every command", () => {
  it("says what preprocessing was assumed, and does not when it was stated", async () => {
    for (const words of each()) {
      const assumed = await convlens(...words);
      expect({ words, code: assumed.code }).toEqual({ words, code: 0 });
      expect(assumed.stdout + assumed.stderr).toMatch(/preprocessing unit \(RGB 0…1\)(?: was assumed|, assumed)/);
      rmSync(at("made"), { recursive: true, force: true });
      const stated = await convlens(...words, "--preprocessing", "unit");
      expect(stated.stderr).not.toContain("was assumed");
      rmSync(at("made"), { recursive: true, force: true });
    }
  }, 120_000);

  it("prints JSON alone on stdout with --json", async () => {
    for (const words of each()) {
      const { code, stdout } = await convlens(...words, "--json");
      expect({ words, code }).toEqual({ words, code: 0 });
      expect(() => JSON.parse(stdout) as unknown).not.toThrow();
      rmSync(at("made"), { recursive: true, force: true });
    }
  }, 120_000);

  it.each([
    ["bytes", "bytes: RGB 0…255"],
    ['{"order":"bgr","scale":255,"mean":[104,117,123]}', "custom: BGR 0…255 minus 104, 117, 123"],
    ['{"name":"custom","order":"rgb","scale":2,"mean":[1],"std":[1]}', "custom: RGB 0…2 minus 1"],
  ])("takes --preprocessing %s", async (how, described) => {
    const { stdout } = await convlens("layers", model, "--preprocessing", how);
    expect(stdout).toContain(`preprocessing ${described.replace(": ", " (")})`);
  });
});

describe("visualize", () => {
  it("makes pictures that are not square", async () => {
    const { code, stdout } = await convlens(
      "visualize",
      model,
      "second:1",
      ...quick,
      "--size",
      "16x24",
      "--out",
      at("made"),
    );
    expect(code).toBe(0);
    expect(stdout).toContain("second-1.png");
    const { height, width } = decodePNG(readFileSync(at("made/second-1.png")));
    expect([height, width]).toEqual([16, 24]);
    const many = await convlens("see", model, "second", ...quick, "--size", "16x24", "--out", at("many"));
    expect(many.code).toBe(0);
    const { settings } = JSON.parse(readFileSync(at("many/see.json"), "utf8")) as { settings: { size: unknown } };
    expect(settings.size).toEqual([16, 24]);
  });

  it("leaves a folder that the corrected call may use when a call failed before its first picture", async () => {
    mkdirSync(at("made"));
    const begun = { settings: { seed: 3, engine: "wasm" }, batches: [["first:0", "second:0"]] };
    writeFileSync(at("made/see.json"), JSON.stringify(begun));
    const { code } = await convlens("visualize", model, "second", ...quick, "--out", at("made"));
    expect(code).toBe(0);
    const { batches } = JSON.parse(readFileSync(at("made/see.json"), "utf8")) as { batches: string[][] };
    expect(batches).toEqual([["second:0", "second:1"]]);
  });

  it("is refused while another process writes into the folder, and takes nothing from it", async () => {
    mkdirSync(at("made"));
    const lock = JSON.stringify({ pid: process.ppid, host: "elsewhere" });
    writeFileSync(at("made/.convlens-lock"), lock);
    const { code, stderr } = await convlens("visualize", model, "second", ...quick, "--out", at("made"));
    expect(code).toBe(2);
    expect(stderr).toMatch(/convlens: process \d+ on elsewhere is writing into ".*made"; wait until it is done/);
    expect(readdirSync(at("made"))).toEqual([".convlens-lock"]);
  }, 30_000);
});

describe("examples", () => {
  const words = (): string[] => [
    "examples",
    model,
    "second",
    "--photos",
    at("photos"),
    "--engine",
    "wasm",
    "--out",
    at("made"),
  ];

  it("refuses a damaged partial file in one sentence and leaves it", async () => {
    mkdirSync(at("made"));
    writeFileSync(at("made/examples.partial.json"), '{"kind":"exa');
    const { code, stderr } = await convlens(...words(), "--resume");
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /examples\.partial\.json" cannot be gone on with \(.*\); leave out --resume to begin anew\n$/,
    );
    expect(existsSync(at("made/examples.partial.json"))).toBe(true);
    expect((await convlens(...words())).code).toBe(0);
    expect(existsSync(at("made/examples.partial.json"))).toBe(false);
  });

  it("writes file names and lines that hold for photographs of any name", async () => {
    const odd = ["a]]>b.png", "line\nend.png", "\u001b[2J.png", "\ufffe.png"];
    for (const name of odd) writeFileSync(at("photos", name), readFileSync(at("photos/0.png")));
    writeFileSync(at("photos", "\u001b[31mbroken.png"), "no picture");
    const { code, stdout } = await convlens(...words());
    expect(code).toBe(0);
    expect(stdout).toContain("left out: \\u{1b}[31mbroken.png: ");
    expect(stdout.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
  });
});

describe("activations", () => {
  it("makes the Grad-CAM map at a layer, with its values in JSON", async () => {
    const words = [
      "activations",
      model,
      at("photos/0.png"),
      "second:1",
      "--cam",
      "--layer",
      "first",
      "--engine",
      "wasm",
      "--json",
    ];
    const { code, stdout } = await convlens(...words);
    expect(code).toBe(0);
    const [map] = (
      JSON.parse(stdout) as {
        maps: { layer: string; height: number; width: number; values: number[]; largest: number }[];
      }
    ).maps;
    expect(map).toMatchObject({ layer: "first", height: 32, width: 32 });
    expect(map!.values).toHaveLength(32 * 32);
    expect(Math.max(...map!.values)).toBe(map!.largest);
  });
});

describe("attribution", () => {
  it("adds up, over a rectangle, against another unit, from a layer, and writes its map", async () => {
    const words = ["attribution", model, at("photos/0.png"), "second:1", "--engine", "wasm", "--at", "1,2,4,5"];
    const { code, stdout } = await convlens(...words, "--against", "second:0", "--json");
    expect(code).toBe(0);
    const { value, base, parts, residual, at: where } = parse("attribution", stdout);
    expect(where).toEqual({ top: 1, left: 2, height: 4, width: 5 });
    expect(parts.reduce((sum, { contribution }) => sum + contribution, base + residual)).toBeCloseTo(value, 8);
    const path = await convlens(...words, "--from", "first", "--path", "3", "--out", at("made"));
    expect(path.stdout).toMatch(/^second:1: \S+ = base \S+ \+ parts \S+ \+ residual \S+ \(integrated gradient\)/);
    expect(readdirSync(at("made")).sort()).toEqual(["attribution.json", "attribution.png", "attribution.svg"]);
  });

  it("reads a mask from a picture as large as the map", async () => {
    const white = createImage(32, 32, 3, new Float32Array(32 * 32 * 3).fill(1));
    writeFileSync(at("mask.png"), encodePNG(white));
    const words = ["attribution", model, at("photos/0.png"), "second:1", "--engine", "wasm", "--json"];
    const masked = await convlens(...words, "--mask", at("mask.png"));
    const boxed = await convlens(...words, "--at", "0,0,32,32");
    expect(parse("attribution", masked.stdout).parts).toEqual(parse("attribution", boxed.stdout).parts);
  });
});

describe("dictionary", () => {
  it("is written and put into the network of another command", async () => {
    const words = ["dictionary", model, "first", "--photos", at("photos"), "--vectors", at("vectors.json")];
    const { code, stdout } = await convlens(...words, "--engine", "wasm", "--out", at("made"));
    expect(code).toBe(0);
    expect(stdout).toMatch(/first\/features:1 .*\n *first\/error +-?[\d.]+ %/);
    const file = ["--dictionary", at("made/dictionary.json")];
    const read = await convlens("inputs", model, "second:1", ...file, "--count", "20", "--json");
    const units = (JSON.parse(read.stdout) as Input[]).map(({ unit }) => `${unit.layer}:${unit.channel}`);
    expect(units).toEqual(expect.arrayContaining(["first/features:0", "first/features:1", "first/error:3"]));
    const other = await convlens("layers", model, "--dictionary", at("vectors.json"));
    expect(other).toMatchObject({ code: 2, stdout: "" });
  });
});

describe("doctor", () => {
  it("prints the preprocessing that fits best in the form that --preprocessing takes", async () => {
    const { code, stdout } = await convlens("doctor", model, "--photos", at("photos"), "--engine", "wasm");
    expect(code).toBe(0);
    const numbers = /in numbers: (\{.*\})$/m.exec(stdout)![1]!;
    const { order, scale, mean } = JSON.parse(numbers) as { order: string; scale: number; mean: number[] };
    const { code: taken, stdout: shown } = await convlens("layers", model, "--preprocessing", numbers);
    expect(taken).toBe(0);
    expect(shown).toContain(`preprocessing custom (${order.toUpperCase()} 0…${scale}`);
    expect(mean.length === 1 || mean.length === 3).toBe(true);
  });
});

describe("layers", () => {
  it("marks sizes past a layer that cannot be computed as guesses", async () => {
    const config = JSON.parse(readFileSync(model, "utf8")) as { modelTopology: { config: { layers: object[] } } };
    config.modelTopology.config.layers.splice(1, 0, { class_name: "Mystery", config: { name: "odd" } });
    writeFileSync(model, JSON.stringify(config));
    const { stdout } = await convlens("layers", model);
    expect(stdout).toMatch(/^first +conv +32×32×4 /m);
    expect(stdout).toMatch(/^odd +Mystery +~32×32×4 /m);
    expect(stdout).toMatch(/^second +conv +~32×32×2 /m);
    expect(stdout).toMatch(/^~ is a guess: odd \(Mystery\) cannot be computed$/m);
    const { stdout: json } = await convlens("layers", model, "--json");
    const { layers } = JSON.parse(json) as { layers: { name: string; outputGuessed: boolean }[] };
    expect(layers.filter(({ outputGuessed }) => outputGuessed).map(({ name }) => name)).toEqual(["odd", "second"]);
  });

  it("takes the name of a layer as it is printed", async () => {
    const text = readFileSync(model, "utf8").replaceAll('"second', '"se\\ncond');
    writeFileSync(model, text);
    const { stdout } = await convlens("layers", model);
    expect(stdout).toMatch(/^se\\u\{a\}cond +conv/m);
    const { code, stdout: found } = await convlens("inputs", model, "se\\u{a}cond:1", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(found)).toHaveLength(4);
  });
});

describe("kernels over a layer further down", () => {
  /** The 5 × 5 kernel from channel `c` of the image to `second:o`, by hand: kernels of both layers, with taps added. */
  const throughFirst = (o: number, c: number): number[] => {
    const kernel = new Array<number>(25).fill(0);
    for (let i = 0; i < 4; i++)
      secondKernel(o, i).forEach((w, tap) => {
        for (let under = 0; under < 9; under++) {
          const row = Math.floor(tap / 3) + Math.floor(under / 3);
          kernel[row * 5 + (tap % 3) + (under % 3)]! += w * weight((under * 3 + c) * 4 + i);
        }
      });
    return kernel;
  };
  const imageOf = async (): Promise<string> => {
    const { stdout } = await convlens("layers", model, "--json");
    return (JSON.parse(stdout) as { layers: { name: string }[] }).layers[0]!.name;
  };

  it("are products of the kernels on the way, strongest first, with shares over the whole layer", async () => {
    const { stdout } = await convlens("inputs", model, "second:1", "--from", await imageOf(), "--json");
    const found = JSON.parse(stdout) as Input[];
    const byHand = [0, 1, 2].map((c) => throughFirst(1, c));
    const norms = byHand.map((kernel) => Math.hypot(...kernel));
    expect(found.map(({ strength }) => strength)).toEqual(norms.toSorted((a, b) => b - a).map(near));
    for (const { unit, kernel, share } of found) {
      expect(Array.from(kernel.data)).toEqual(byHand[unit.channel]!.map(near));
      expect(share).toBeCloseTo(norms[unit.channel]! / norms.reduce((a, b) => a + b), 5);
    }
  });

  it("say what was put in the place of what, and how far ways cancel", async () => {
    const image = await imageOf();
    const { stdout } = await convlens("inputs", model, "second:1", "--from", image, "--count", "1");
    expect(stdout).toMatch(/positive +cancellation$/m);
    expect(stdout).toMatch(/^kernels of second:1 through first$/m);
    expect(stdout).toMatch(/^expanded weights, approximate: relu let through$/m);
    const { stdout: one } = await convlens("slice", model, "second:1", `${image}:2`);
    expect(one).toMatch(/^expanded weights, approximate: relu let through$/m);
    expect(one).toMatch(/^cancellation 0\.\d\d$/m);
    expect(one).not.toContain("bias");
    const { stdout: json } = await convlens("slice", model, "second:1", `${image}:2`, "--json");
    expect(Array.from((JSON.parse(json) as Input["kernel"]).data)).toEqual(throughFirst(1, 2).map(near));
  });

  it("print the weight of a term of a sum, which has no bias", async () => {
    const sum = join(import.meta.dirname, "../golden/circuit/residual.onnx");
    const { code, stdout } = await convlens("slice", sum, "Add:1", "bn2:1");
    expect({ code, stdout }).toEqual({ code: 0, stdout: "Add:1 reads conv3:1 (1×1)\n1.0000\n" });
  });

  it.each([
    ["--outputs", ["--outputs"], /leave --from, or --outputs and --to, out/],
    ["--to", ["--to", "second"], /leave --from, or --outputs and --to, out/],
    ["stored weights", ["--weights", "stored"], /leave weights or from out/],
  ])("are refused together with %s", async (_, more, why) => {
    const { code, stderr } = await convlens("inputs", model, "second:1", "--from", "first", ...more);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(why);
  });
});

/** A number that float32 may round. */
const near = (x: number): number => expect.closeTo(x, 5) as number;
