import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromBase64, toBase64 } from "../../src/core/base64.js";
import { positiveShareOf, signOf } from "../../src/core/kernel.js";
import { formatMatrix } from "../../src/core/print.js";
import { createRandom } from "../../src/core/random.js";
import { formatUnit, parseUnit } from "../../src/core/unit.js";

describe("a unit", () => {
  it("is read back as it was written, whatever the layer is called", () => {
    const names = fc.string({ minLength: 1 }).filter((name) => !/[\n\r\u2028\u2029]/.test(name));
    fc.assert(
      fc.property(names, fc.nat(), (layer, channel) => {
        expect(parseUnit(formatUnit({ layer, channel }))).toEqual({ layer, channel });
      }),
    );
  });

  it.each(["conv", "conv:", ":3", "conv:-1", "conv:1.5", "conv:x"])('"%s" is refused, with an example', (text) => {
    expect(() => parseUnit(text)).toThrow(/written "layer:channel".*such as "block3_conv3:195"/);
  });
});

describe("the sign of a kernel", () => {
  it("is that of its sum, and a sum of zero does not excite", () => {
    expect(signOf(Float32Array.of(3, -2))).toBe("excitatory");
    expect(signOf(Float32Array.of(2, -3))).toBe("inhibitory");
    expect(signOf(Float32Array.of(1, -1))).toBe("inhibitory");
  });

  it("comes with the positive part of the absolute weight", () => {
    expect(positiveShareOf(Float32Array.of(3, -1))).toBe(0.75);
    expect(positiveShareOf(Float32Array.of(0, 0))).toBe(0.5);
  });
});

it("a matrix is printed with its columns under each other", () => {
  const lines = formatMatrix([1, -0.5, 10, 0.25], 2, 2).split("\n");
  expect(lines).toHaveLength(2);
  expect(lines[0]!.length).toBe(lines[1]!.length);
  expect(lines.join(" ").match(/-?\d+\.\d+/g)).toEqual(["1.00", "-0.50", "10.00", "0.25"]);
});

it("bytes survive base64", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
      expect(fromBase64(toBase64(bytes))).toEqual(Uint8Array.from(bytes));
    }),
  );
});

describe("chance", () => {
  it("is the same for the same seed, and another for another", () => {
    const draws = (seed: number): number[] => {
      const random = createRandom(seed);
      return Array.from({ length: 8 }, () => random.normal());
    };
    expect(draws(1)).toEqual(draws(1));
    expect(draws(1)).not.toEqual(draws(2));
  });

  it("has a normal of mean 0 and variance 1, to four standard errors", () => {
    const random = createRandom(3);
    const n = 20_000;
    const values = Array.from({ length: n }, () => random.normal());
    const mean = values.reduce((sum, x) => sum + x, 0) / n;
    const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n;
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(n));
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
  });

  it("needs a whole seed", () => {
    expect(() => createRandom(0.5)).toThrow("a seed is a whole number; got 0.5");
  });
});
