/** Numbers that people give, and the version that results are recorded with. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { type Bounds, finite, shown, wholeNumber } from "../../src/core/numbers.js";
import { version } from "../../src/core/version.js";

describe("a number", () => {
  it("is given back where it is allowed, the bounds themselves with from and to", () => {
    expect([finite("a", -3), finite("a", 0, { from: 0 }), finite("a", 1, { from: 0, to: 1 })]).toEqual([-3, 0, 1]);
    expect(wholeNumber("n", 4, 4)).toBe(4);
  });

  it.each<[unknown, Bounds, string]>([
    [Number.NaN, {}, "a is a number; got NaN"],
    [Number.POSITIVE_INFINITY, { from: 0 }, "a is a number from 0; got Infinity"],
    ["1", {}, 'a is a number; got "1"'],
    [undefined, {}, "a is a number; got undefined"],
    [0, { above: 0 }, "a is a number above 0; got 0"],
    [1, { from: 0, below: 1 }, "a is a number from 0 and below 1; got 1"],
    [2, { above: 0, to: 1 }, "a is a number above 0 to 1; got 2"],
    [-1, { to: -2 }, "a is a number to -2; got -1"],
  ])("%o is refused within %o", (value, bounds, message) => {
    expect(() => finite("a", value, bounds)).toThrow(message);
  });

  it.each<[unknown, string]>([
    [0, "n is a whole number from 1; got 0"],
    [2.5, "n is a whole number from 1; got 2.5"],
    [null, "n is a whole number from 1; got null"],
    [() => 1, "n is a whole number from 1; got a function"],
  ])("%o is no whole number from 1", (value, message) => {
    expect(() => wholeNumber("n", value, 1)).toThrow(message);
  });
});

it("a long value is cut in a message", () => {
  expect(shown("x".repeat(200))).toHaveLength(81);
});

it("the version is that of the package", () => {
  const text = readFileSync(resolve(import.meta.dirname, "../../package.json"), "utf8");
  expect(version).toBe((JSON.parse(text) as { version: string }).version);
});
