/** The command line as a user has it: `dist/cli/main.js` in a process of its own, on a model small enough to check by hand. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { cli, filesIn, node, project, type Said, temporaryFolder } from "./project.js";
import { secondKernel, weight, writeTiny } from "./tiny.js";

const quick = ["--steps", "2", "--size", "32", "--preprocessing", "unit"];

function convlens(...args: string[]): Promise<Said> {
  return node([cli, ...args], temporaryFolder());
}

function tiny(): string {
  return writeTiny(temporaryFolder());
}

describe("layers", () => {
  test("lists every layer with output, weights, parameters and receptive field", async () => {
    const { stdout, stderr, code } = await convlens("layers", tiny());
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    expect(stdout).toMatch(/^first +conv +32×32×4 +3×3×3×4 +112 +3×3/m);
    expect(stdout).toMatch(/^second +conv +32×32×2 +3×3×4×2 +74 +5×5/m);
    expect(stdout).toMatch(/^186 parameters/m);
  });

  test("says when the preprocessing was assumed", async () => {
    const model = tiny();
    expect((await convlens("layers", model)).stdout).toContain("assumed: give --preprocessing");
    expect((await convlens("layers", model, "--preprocessing", "torch")).stdout).not.toContain("assumed");
  });

  test("opens a folder as its model.json", async () => {
    const model = tiny();
    const byFolder = await convlens("layers", join(model, ".."));
    expect(byFolder).toEqual(await convlens("layers", model));
  });
});

describe("a model named in other ways", () => {
  const weights = join(project, "test/golden/keras/plain-3.weights.h5");

  test("is opened up to a layer, and from Keras", async () => {
    const { stdout } = await convlens("layers", tiny(), "--up-to", "first");
    expect(stdout).toContain("first");
    expect(stdout).not.toContain("second");
    const keras = await convlens("layers", join(project, "test/golden/keras/branches-3.keras"), "--up-to", "stem");
    expect(keras.stdout).toMatch(/^stem +conv +13×11×8 +3×3×3×8 +224/m);
  });

  test("that is weights alone is refused with what to say, exit 2", async () => {
    const without = await convlens("layers", weights);
    expect(without.code).toBe(2);
    expect(without.stderr).toMatch(/give --architecture, one of alexnet, vgg11,.*convnext_tiny$/m);
    const unknown = await convlens("layers", weights, "--architecture", "vgg-16");
    expect([unknown.code, unknown.stdout]).toEqual([2, ""]);
    expect(unknown.stderr).toContain('there is no architecture "vgg-16"; the nearest are vgg16');
  });
});

describe("slice", () => {
  test("prints the kernel of one filter and one channel, and the bias, as numbers", async () => {
    const { stdout, code } = await convlens("slice", tiny(), "second:1", "first:2");
    expect(code).toBe(0);
    const numbers = secondKernel(1, 2).map((w) => w.toFixed(4));
    expect(stdout.split("\n")[0]).toBe("second:1 reads first:2 (3×3)");
    expect(stdout.match(/-?\d\.\d{4}/g)?.slice(0, 9)).toEqual(numbers);
    expect(Number(/^bias (.*)$/m.exec(stdout)![1])).toBe(weight(185));
  });

  test("gives the whole filter as JSON, the channel fastest", async () => {
    const { stdout } = await convlens("slice", tiny(), "second:1", "--json");
    const filter = JSON.parse(stdout) as { data: number[]; bias: number };
    expect(filter.data).toEqual(Array.from({ length: 36 }, (_, i) => weight(112 + 2 * i + 1)));
    expect(filter.bias).toBe(weight(185));
  });
});

describe("inputs", () => {
  test("ranks by L2 as ten lines of plain array code do", async () => {
    const { stdout } = await convlens("inputs", tiny(), "second:0", "--json");
    const lengths = [0, 1, 2, 3].map((i) => Math.hypot(...secondKernel(0, i)));
    const order = [0, 1, 2, 3].sort((a, b) => lengths[b]! - lengths[a]!);
    const found = JSON.parse(stdout) as { unit: { channel: number }; strength: number; share: number }[];
    expect(found.map((input) => input.unit.channel)).toEqual(order);
    found.forEach((input, rank) => expect(input.strength).toBeCloseTo(lengths[order[rank]!]!, 5));
    expect(found.reduce((sum, input) => sum + input.share, 0)).toBeCloseTo(1, 6);
  });

  test("prints as many rows as asked for, with kernels where wanted", async () => {
    const { stdout } = await convlens("inputs", tiny(), "second:0", "--count", "2", "--kernels");
    expect(stdout.match(/^first:\d +(excitatory|inhibitory)/gm)).toHaveLength(2);
    expect(stdout.match(/^second:0 reads first:\d \(3×3\)$/gm)).toHaveLength(2);
  });

  test("turns round with --outputs", async () => {
    const { stdout } = await convlens("inputs", tiny(), "first:3", "--outputs", "--json");
    const readers = (JSON.parse(stdout) as { unit: object }[]).map((output) => JSON.stringify(output.unit)).sort();
    expect(readers).toEqual([0, 1].map((channel) => JSON.stringify({ layer: "second", channel })));
  });
});

describe("see", () => {
  test("writes a PNG per unit and reports it as JSON", async () => {
    const out = temporaryFolder();
    const { stdout, code } = await convlens("see", tiny(), "second:0", "second:1", ...quick, "--out", out, "--json");
    expect(code).toBe(0);
    expect(filesIn(out)).toEqual(expect.arrayContaining(["second-0.png", "second-1.png"]));
    const png = readFileSync(join(out, "second-0.png"));
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([32, 32]);
    const made = JSON.parse(stdout) as object[];
    expect(made).toHaveLength(2);
    expect(made[0]).toMatchObject({ unit: "second:0", settings: { steps: 2, size: [32, 32], seed: 0 } });
  });
});

describe("lab", () => {
  test("writes data, figure, picture and page into one folder", async () => {
    const out = join(temporaryFolder(), "deep/sheet");
    const { stdout, code } = await convlens("lab", tiny(), "second:1", "--count", "2", ...quick, "--out", out);
    expect(code).toBe(0);
    const pictures = filesIn(out).filter((name) => /^(?:first|second)-\d+\.png$/.test(name));
    expect(pictures).toHaveLength(3);
    expect(filesIn(out).filter((name) => !pictures.includes(name))).toEqual([
      "figure.png",
      "figure.svg",
      "index.html",
      "lab.json",
    ]);
    for (const file of filesIn(out)) expect(stdout).toContain(join(out, file));
    const page = readFileSync(join(out, "index.html"), "utf8");
    expect(page).toContain("positive (excitation)");
    expect(page).not.toMatch(/<script|(src|href)="(?!data:)/);
  });

  test("with --json prints what it writes to lab.json", async () => {
    const out = temporaryFolder();
    const { stdout } = await convlens("lab", tiny(), "second:1", ...quick, "--out", out, "--json");
    expect(stdout.trim()).toBe(readFileSync(join(out, "lab.json"), "utf8"));
    expect(JSON.parse(stdout)).toMatchObject({ unit: { layer: "second", channel: 1 }, inputCount: 4 });
  });

  test.skipIf(process.platform === "win32")("stops at Ctrl-C with exit 130 and writes nothing", async () => {
    const folder = temporaryFolder();
    const model = writeTiny(join(temporaryFolder(), "model"));
    const args = [cli, "lab", model, "second:1", "--steps", "100000", "--size", "64", "--out", join(folder, "sheet")];
    const { stderr, code } = await node(args, folder, (child) => {
      // The first line of progress says that the pictures have begun.
      child.stderr!.once("data", () => child.kill("SIGINT"));
    });
    expect(code).toBe(130);
    expect(stderr.trim().split("\n").at(-1)).toBe("convlens: interrupted; nothing was written");
    expect(filesIn(folder)).toEqual([]);
  });
});

describe("bad input is answered by one sentence and exit 2, and nothing is written", () => {
  const unit = "second:1";
  const cases: [string, (folder: string) => string[], RegExp][] = [
    ["a missing file", (f) => ["lab", join(f, "nowhere/model.json"), unit], /there is no file "model\.json"/],
    [
      "a truncated shard",
      (f) => ["lab", writeTiny(f, { missing: 5 }), unit],
      /need 744 bytes but "weights\.bin" has 739/,
    ],
    [
      "a NaN among the weights",
      (f) => ["lab", writeTiny(f, { nan: 150 }), unit],
      /the kernel of layer "second" is damaged: value 38 of 72 is NaN/,
    ],
    ["a model without a convolution", (f) => ["lab", writeTiny(f, { dense: true }), "only:0"], /convolution/],
    ["a unit out of range", (f) => ["lab", writeTiny(f), "second:2"], /"second" has units 0 to 1; got 2/],
    [
      "an unknown layer",
      (f) => ["lab", writeTiny(f), "secnod:1"],
      /no layer is called "secnod"; the nearest are .*second/,
    ],
    ["a unit without a channel", (f) => ["lab", writeTiny(f), "second"], /a unit is written "layer:channel"/],
    [
      "an unknown preprocessing",
      (f) => ["lab", writeTiny(f), unit, "--preprocessing", "bgr"],
      /unit, tf, caffe, torch/,
    ],
    ["an unknown engine", (f) => ["lab", writeTiny(f), unit, "--engine", "gpu"], /an engine is one of/],
    ["a unit out of range, of slice", (f) => ["slice", writeTiny(f), "second:2"], /units 0 to 1; got 2/],
    ["a kernel between strangers", (f) => ["slice", writeTiny(f), "first:0", "second:0"], /does not feed/],
    ["an unknown layer, of inputs", (f) => ["inputs", writeTiny(f), "third:0"], /no layer is called "third"/],
    ["a second unit out of range, of see", (f) => ["see", writeTiny(f), unit, "second:9"], /units 0 to 1; got 9/],
    [
      "an unreadable JSON",
      (f) => ["layers", join(writeTiny(f), "../weights.bin")],
      /is not JSON; give the model\.json/,
    ],
  ];

  test.each(cases)("%s", async (_, args, sentence) => {
    const here = temporaryFolder();
    const { stdout, stderr, code } = await node([cli, ...args(temporaryFolder())], here);
    expect(stderr).toMatch(sentence);
    expect(stderr).toMatch(/^convlens: [^\n]+\n$/);
    expect(stderr).not.toMatch(/unexpected|\n {4}at /);
    expect({ stdout, code }).toEqual({ stdout: "", code: 2 });
    expect(filesIn(here)).toEqual([]);
  });

  test.each(["lab", "see"])("a file in the way of the folder, of %s", async (command) => {
    const here = temporaryFolder();
    writeFileSync(join(here, "taken"), "mine");
    const args = [command, tiny(), unit, ...quick, "--out", join(here, "taken")];
    const { stdout, stderr, code } = await convlens(...args);
    expect(stderr).toMatch(/^convlens: the folder ".*taken" cannot be written \([^\n]*file[^\n]*\n$/);
    expect({ stdout, code }).toEqual({ stdout: "", code: 2 });
    expect(filesIn(here)).toEqual(["taken"]);
    expect(readFileSync(join(here, "taken"), "utf8")).toBe("mine");
  });

  test.each([
    ["a count of zero", ["--count", "0"], /whole number from 1/],
    ["a negative count", ["--count=-3"], /whole number from 1/],
    ["steps in words", ["--steps", "many"], /whole number from 1/],
    ["a canvas of three pixels", ["--size", "3"], /whole number from 8/],
    ["an unknown strength", ["--strength", "l3"], /l2, l1, max, sum/],
    ["an unknown option", ["--colour", "red"], /unknown option '--colour'/],
  ])("%s", async (_, options, sentence) => {
    const { stdout, stderr, code } = await convlens("lab", tiny(), unit, ...options);
    expect(stderr).toMatch(sentence);
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expect({ stdout, code }).toEqual({ stdout: "", code: 2 });
  });

  test("no arguments: the help, and exit 2", async () => {
    const { stderr, code } = await convlens();
    expect(code).toBe(2);
    for (const command of ["layers", "slice", "inputs", "visualize|see", "lab"])
      expect(stderr).toMatch(new RegExp(`^ +${command.replace("|", "\\|")} `, "m"));
  });

  test("a command without its model, and an unknown command", async () => {
    expect(await convlens("lab")).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringMatching(/missing required argument 'model'/),
    });
    expect(await convlens("labb")).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringMatching(/unknown command 'labb'/),
    });
  });
});

test("--help and --version are no mistakes", async () => {
  expect(await convlens("--help")).toMatchObject({ code: 0, stderr: "" });
  expect(await convlens("--version")).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
});
