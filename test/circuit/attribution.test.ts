/** Attribution: worked out by hand, the sum that every method has to keep, and what is refused. */
import { describe, expect, it } from "vitest";
import { attribution } from "../../src/circuit/attribution.js";
import { createImage } from "../../src/core/image.js";
import { createRandom } from "../../src/core/random.js";
import { gradCAM } from "../../src/dataset/cam.js";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import type { Network } from "../../src/network/network.js";
import { conv, type Draft, network } from "../network/ops.js";

const engine = cpuEngine();
const relu = { name: "relu" } as const;
const total = (parts: readonly { readonly contribution: number }[]): number =>
  parts.reduce((sum, { contribution }) => sum + contribution, 0);

describe("by hand", () => {
  /** a = (x, −x); b = a₀ + 2·a₁ + 1 = 1 − x; the sum s = a + b, in which a leads round b; and its square p = s². */
  const net = network(
    [1, 2, 1],
    [
      conv("a", "image", [1, 1, 1, 2], { kernel: Float32Array.of(1, -1) }),
      conv("b", "a", [1, 1, 2, 1], { kernel: Float32Array.of(1, 2), bias: Float32Array.of(1) }),
      { kind: "add", name: "s", inputs: ["a", "b"] },
      { kind: "multiply", name: "p", inputs: ["s", "s"] },
    ],
  );
  const image = createImage(1, 2, 1, Float32Array.of(0.5, 0.25));

  it("takes the place, the sum and the weights of positions", async () => {
    // b at x is 1 − x: 0.5 and 0.75. Its bias counts once for each position, with the position's weight.
    const one = await attribution(net, "b:0", image, { engine, at: [0, 0] });
    expect([one.value, one.base, total(one.parts)]).toEqual([0.5, 1, -0.5]);
    const both = await attribution(net, "b:0", image, { engine, at: { top: 0, left: 0, height: 1, width: 2 } });
    expect([both.value, both.base, total(both.parts)]).toEqual([1.25, 2, -0.75]);
    const mask = { height: 1, width: 2, data: Float32Array.of(2, -1) };
    const weighed = await attribution(net, "b:0", image, { engine, at: mask });
    expect([weighed.value, weighed.base, total(weighed.parts)]).toEqual([0.25, 1, -0.75]);
    expect(weighed.at).toEqual(mask);
  });

  it("takes one unit against another, part by part", async () => {
    // a₀ − a₁ at the first position: x + x, all from the image.
    const found = await attribution(net, "a:0", image, { engine, against: "a:1", at: [0, 0] });
    expect(found).toMatchObject({ unit: { channel: 0 }, against: { channel: 1 }, value: 1, base: 0, method: "exact" });
    expect(found.parts).toEqual([{ unit: { layer: "image", channel: 0 }, contribution: 1 }]);
  });

  it("holds what leads round the layer, and takes midpoints from the baseline", async () => {
    // From b, at the first position: p₀ = (a₀ + b)² with a₀ = 0.5 held; from b = 0 to 0.5 it goes from 0.25 to 1.
    const slope = await attribution(net, "p:0", image, { engine, from: "b", at: [0, 0] });
    expect(slope).toMatchObject({ value: 1, base: 0.25, method: "gradient × activation" });
    // 2 · (0.5 + 0.5) · 0.5 = 1, so that the slope alone gives a quarter too much.
    expect(slope.parts).toEqual([{ unit: { layer: "b", channel: 0 }, contribution: 1 }]);
    expect(slope.residual).toBeCloseTo(-0.25, 6);
    // The slope of a square is straight: one midpoint is exact.
    const path = await attribution(net, "p:0", image, { engine, from: "b", at: [0, 0], path: 1 });
    expect(path).toMatchObject({ value: 1, base: 0.25, method: "integrated gradient" });
    expect(total(path.parts)).toBeCloseTo(0.75, 6);
    expect(path.residual).toBeCloseTo(0, 6);
    expect([...path.map!.data]).toEqual([0.75, 0]);
    // From another image's b, 1 − 0.25 = 0.75: (0.5 + 0.75)² = 1.5625.
    const baseline = createImage(1, 2, 1, Float32Array.of(0.25, 0));
    const from = await attribution(net, "p:0", image, { engine, from: "b", at: [0, 0], path: 1, baseline });
    expect([from.base, total(from.parts)]).toEqual([1.5625, -0.5625]);
    expect(from.settings).toMatchObject({ from: "b", path: 1, baseline: "image" });
  });

  it("draws Grad-CAM below the skip, of a place, with its sign", async () => {
    // ∂(p₀ at the first position)/∂b = 2 · 1 there and 0 elsewhere: its mean 1 times b.
    const map = await gradCAM(net, "p:0", image, { engine, layer: "b", at: [0, 0] });
    expect([...map.data]).toEqual([0.5, 0.75]);
    expect(map.of).toBe("Grad-CAM of p:0 at (0, 0)");
    const against = await gradCAM(net, "s:1", image, { engine, layer: "b", against: "s:0", signed: true });
    // s₁ − s₀ = −2x does not depend on b.
    expect([...against.data]).toEqual([0, 0]);
    const down = await gradCAM(net, "a:1", image, { engine, layer: "image" });
    expect([...down.data]).toEqual([0, 0]);
    expect(down).toMatchObject({ dropped: -0.75, settings: { signed: false } });
  });
});

describe("value = base + parts + residual", () => {
  const random = createRandom(9);
  const noise = (n: number): Float32Array => Float32Array.from({ length: n }, () => random.normal());
  const image = createImage(8, 6, 3, noise(144));
  const baseline = createImage(8, 6, 3, noise(144));
  /** A convolution, a block with a skip, a concatenation, and a unit behind them. */
  const made = (): Network => {
    const one = (name: string, input: string, from: number, to: number): Draft =>
      conv(name, input, [3, 3, from, to], {
        kernel: noise(9 * from * to).map((v) => v / 6),
        bias: noise(to),
        padding: "same",
        activation: relu,
      });
    return network(
      [8, 6, 3],
      [
        one("a", "image", 3, 4),
        one("b", "a", 4, 4),
        { kind: "add", name: "s", inputs: ["a", "b"] },
        one("c", "s", 4, 3),
        { kind: "concat", name: "j", inputs: ["a", "c"] },
        one("d", "j", 7, 2),
      ],
    );
  };

  it("holds for every method, in 6 random networks, and the residual falls with the pieces", async () => {
    const left = { few: 0, many: 0 };
    for (let n = 0; n < 6; n++) {
      const net = made();
      const mask = { height: 8, width: 6, data: noise(48) };
      const shared = { engine, against: "d:1", at: mask };
      const exact = await attribution(net, "d:0", image, shared);
      const sizes = exact.parts.reduce((sum, { contribution }) => sum + Math.abs(contribution), 0);
      expect(Math.abs(exact.residual) / sizes).toBeLessThan(1e-5);
      for (const from of ["image", "a", "b", "c"]) {
        const few = await attribution(net, "d:0", image, { ...shared, from, path: 2, baseline });
        const many = await attribution(net, "d:0", image, { ...shared, from, path: 64, baseline });
        for (const found of [few, many]) {
          expect(found.value).toBeCloseTo(exact.value, 4);
          expect(found.base + total(found.parts) + found.residual).toBeCloseTo(found.value, 10);
          const positions = found.map!.data.reduce((sum, v) => sum + v, 0);
          expect(positions).toBeCloseTo(total(found.parts), 3);
        }
        left.few += Math.abs(few.residual);
        left.many += Math.abs(many.residual);
      }
    }
    expect(left.many).toBeLessThan(left.few / 5);
  });

  it("is refused in a sentence where it cannot be", async () => {
    const net = made();
    const refused = async (options: object, words: string): Promise<void> => {
      await expect(attribution(net, "d:0", image, { engine, ...options })).rejects.toThrow(words);
    };
    await refused({ at: [8, 0] }, "place (8, 0) is outside of the map, which is 8×6");
    await refused(
      { at: { top: 6, left: 0, height: 3, width: 1 } },
      "the rectangle 3×1 at (6, 0) is outside of the map",
    );
    await refused(
      { at: { height: 4, width: 3, data: new Float32Array(12).fill(1) } },
      "a mask has the size of the map, which is 8×6; got 4×3",
    );
    await refused(
      { at: { height: 8, width: 6, data: new Float32Array(48) } },
      "a mask with a number for each position",
    );
    await refused({ path: 4 }, "path is for a layer that is named");
    await refused({ baseline }, "baseline is for a layer that is named");
    await refused(
      { from: "a", baseline: createImage(4, 4, 3) },
      "the baseline has the size of the image, 8×6; got 4×4",
    );
    await refused({ against: "d:0" }, "d:0 against itself is 0 everywhere");
    await refused({ against: 7 }, "against is a unit");
    await refused({ from: "d" }, '"d" is the layer itself');
    await expect(attribution(net, "b:0", image, { engine, from: "c" })).rejects.toThrow('"b" does not read "c"');
    await expect(
      attribution(net, "c:0", image, { engine, from: "s", path: 3, signal: AbortSignal.abort("no") }),
    ).rejects.toBe("no");
  });
});
