import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addExact, type ExactSum, roundedSum } from "../../src/math/exact-sum.js";

const sumOf = (values: readonly number[]): ExactSum => values.reduce<ExactSum>((sum, v) => addExact(sum, v), []);
const doubles = fc.array(fc.double({ min: -1e12, max: 1e12, noNaN: true }), { maxLength: 40 });

/** A double times 2¹¹⁰⁰ as a whole number, exactly. */
function whole(value: number): bigint {
  const bits = new BigUint64Array(Float64Array.of(value).buffer)[0]!;
  const exponent = (bits >> 52n) & 0x7ffn;
  const mantissa = (bits & 0xfffffffffffffn) | (exponent > 0n ? 1n << 52n : 0n);
  const size = mantissa << ((exponent || 1n) + 25n);
  return bits >> 63n ? -size : size;
}

describe("an exact sum", () => {
  it("keeps what doubles lose", () => {
    expect(1e100 + 1 - 1e100).toBe(0);
    expect(roundedSum(sumOf([1e100, 1, -1e100]))).toBe(1);
    expect(roundedSum(sumOf(Array.from({ length: 10 }, () => 0.1)))).toBe(1);
    expect(sumOf([])).toEqual([]);
    expect(roundedSum([])).toBe(0);
  });

  it("is exact: its parts add up to the sum of the whole numbers", () => {
    fc.assert(
      fc.property(doubles, (values) => {
        const total = (list: readonly number[]): bigint => list.reduce((sum, v) => sum + whole(v), 0n);
        expect(total(sumOf(values))).toBe(total(values));
      }),
    );
  });

  it("has one form, whatever the order and however it was divided", () => {
    fc.assert(
      fc.property(doubles, fc.nat(40), (values, cut) => {
        const whole = sumOf(values);
        expect(sumOf(values.toSorted((a, b) => a - b))).toEqual(whole);
        expect(addExact(sumOf(values.slice(cut)), sumOf(values.slice(0, cut)))).toEqual(whole);
      }),
    );
  });
});
