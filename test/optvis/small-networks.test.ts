/** The networks of ../shared/cases/pictures: what once failed or misled on each runs, and says what it shows. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createImage, type Image } from "../../src/core/image.js";
import { gradCAM } from "../../src/dataset/cam.js";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import { figure } from "../../src/figure/namespace.js";
import { encodePNG } from "../../src/figure/picture.js";
import { toSVG } from "../../src/figure/svg.js";
import { lab } from "../../src/lab/lab.js";
import { open } from "../../src/node/open.js";
import { visualize } from "../../src/optvis/visualize.js";
import { hasShared, shared } from "../load/shared.js";

const file = (name: string): string => join(shared("cases", "pictures"), name);
const quick = { steps: 4, preset: "draft" } as const;
const noise = (height: number, width: number, channels: number): Image =>
  createImage(
    height,
    width,
    channels,
    Float32Array.from({ length: height * width * channels }, (_, i) => ((i * 7919) % 101) / 100),
  );

describe.skipIf(!hasShared)("networks of students", () => {
  it.each([
    ["conv7.keras", "conv7:3"],
    ["gray28.keras", "out:1"],
    ["gray28.h5", "out:1"],
    ["unet.keras", "seg:1"],
    ["unet.keras", "mid:3"],
    ["unet_t.keras", "seg:1"],
    ["tiny8.keras", null],
    ["sixband.keras", "land:1"],
    ["binary.keras", null],
  ] as const)("%s: a picture of %s", async (name, unit) => {
    const net = await open(file(name));
    const picture = await visualize(net, unit ?? `${net.layers.at(-1)!.name}:0`, quick);
    expect(picture.image.data.every((value) => value >= 0 && value <= 1)).toBe(true);
    expect(picture.history).toHaveLength(4);
    expect(picture.image.channels).toBe(net.input.shape.at(-1));
  });

  it("a head of fixed size has pictures of that size, and a class climbs its logit", async () => {
    const { settings } = await visualize(await open(file("gray28.keras")), "out:1", { steps: 2, preset: "swift" });
    expect(settings.size).toEqual([28, 28]);
    expect(settings.objective).toBe("logit(out:1)");
  });

  it("six bands: the sheet, the file and the map show the bands asked for, and the sheet says which", async () => {
    const net = await open(file("sixband.keras"));
    const sheet = await lab(net, "b2:1", { steps: 2, count: 2 });
    const drawn = toSVG(figure.lab(sheet, { bands: [3, 2, 1] }));
    expect(drawn).toContain("pictures show bands 3, 2, 1 of 6 as red, green, blue");
    expect(drawn).not.toContain("RGB");
    expect(encodePNG(sheet.picture.image, { bands: [3, 2, 1] })).not.toEqual(encodePNG(sheet.picture.image));
    const map = await gradCAM(net, "land:1", noise(24, 24, 6), { layer: "b2", engine: cpuEngine() });
    expect(figure.heatMap(noise(24, 24, 6), map).description).toContain("bands 0, 1, 2 of 6 as red, green, blue");
  });

  it("a network of two inputs is refused in one sentence that names upTo", async () => {
    await expect(open(file("twoinputs.keras"))).rejects.toThrow(/upTo/);
  });

  it("maps behind transposed convolutions have their own sizes", async () => {
    const sizes = (await open(file("unet_t.keras"))).layers.map(({ output }) => output[0]);
    expect(sizes).toContain(24);
    expect(sizes.filter((size) => size === 48).length).toBeGreaterThan(1);
  });
});
