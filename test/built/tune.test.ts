/** `convlens tune` and `convlens activations` as a user has them, on a model small enough to check by hand. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encode } from "fast-png";
import { describe, expect, test } from "vitest";
import { cli, filesIn, node, type Said, temporaryFolder } from "./project.js";
import { writeTiny } from "./tiny.js";

function convlens(...args: string[]): Promise<Said> {
  return node([cli, ...args], temporaryFolder());
}

describe("tune", () => {
  test("prints a row per unit, and writes data and figures where asked to", async () => {
    const out = join(temporaryFolder(), "made");
    const model = writeTiny(temporaryFolder());
    const { stdout, code } = await convlens("tune", model, "first:0", "first:3", "--count", "8", "--out", out);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^unit +largest +best wavelength +best phase +best angle +mean +selectivity/m);
    expect(stdout.match(/^first:[03] /gm)).toHaveLength(2);
    expect(filesIn(out)).toEqual(["curves.png", "curves.svg", "responses.png", "responses.svg", "tuning.json"]);
    const saved = JSON.parse(readFileSync(join(out, "tuning.json"), "utf8")) as { kind: string; stimulus: string };
    expect(saved).toMatchObject({ kind: "tuning", version: 1, stimulus: "grating" });
  });

  test("gives the same data as JSON on stdout, alone", async () => {
    const { stdout, code } = await convlens(
      "tune",
      writeTiny(temporaryFolder()),
      "first:0",
      "--stimulus",
      "circle",
      "--json",
    );
    expect(code).toBe(0);
    const tuning = JSON.parse(stdout) as { units: { curve: null; responses: { float32: string } }[] };
    expect(tuning.units[0]!.curve).toBeNull();
    // Six numbers of four bytes, in base64.
    expect(Buffer.from(tuning.units[0]!.responses.float32, "base64")).toHaveLength(24);
  });

  test("refuses an unknown stimulus and an unknown unit with exit 2", async () => {
    const model = writeTiny(temporaryFolder());
    expect(await convlens("tune", model, "first:0", "--stimulus", "spiral")).toMatchObject({ code: 2 });
    const { stderr, code } = await convlens("tune", model, "frst:0");
    expect({ code, named: stderr.includes('no layer is called "frst"') }).toEqual({ code: 2, named: true });
  });
});

describe("activations", () => {
  const photo = (): string => {
    const file = join(temporaryFolder(), "photo.png");
    const data = Uint8Array.from({ length: 40 * 30 * 3 }, (_, i) => (i * 37) % 256);
    writeFileSync(file, encode({ width: 40, height: 30, data, channels: 3 }));
    return file;
  };

  test("lists the units of a layer, strongest first, and writes the grid", async () => {
    const out = join(temporaryFolder(), "made");
    const { stdout, code } = await convlens(
      "activations",
      writeTiny(temporaryFolder()),
      photo(),
      "first",
      "--out",
      out,
    );
    expect(code).toBe(0);
    const values = [...stdout.matchAll(/^first:\d +(-?[\d.]+)/gm)].map((match) => Number(match[1]));
    expect(values).toHaveLength(4);
    expect(values).toEqual(values.toSorted((a, b) => b - a));
    expect(filesIn(out)).toEqual(["activations.png", "activations.svg"]);
  });

  test("says what of the image speaks for a unit", async () => {
    const { stdout, code } = await convlens(
      "activations",
      writeTiny(temporaryFolder()),
      photo(),
      "second:1",
      "--cam",
      "--json",
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ target: "second:1", maps: [{ of: "Grad-CAM of second:1" }] });
  });

  test("refuses a file that is no picture with exit 2, by its name", async () => {
    const text = join(temporaryFolder(), "notes.png");
    writeFileSync(text, "not a picture");
    const { stderr, code } = await convlens("activations", writeTiny(temporaryFolder()), text, "first");
    expect({ code, named: stderr.includes('"notes.png" cannot be read') }).toEqual({ code: 2, named: true });
  });
});
