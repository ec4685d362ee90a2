/** Groups, and what their elements do to kernels and to the colours. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Group, subgroups, tableOf } from "../../src/equivariance/group.js";
import { group } from "../../src/equivariance/groups/namespace.js";
import { colorAction, kernelAction } from "../../src/equivariance/kernel-action.js";

const apply = (map: Float64Array | null, kernel: readonly number[]): number[] =>
  map
    ? kernel.map((_, row) => kernel.reduce((sum, w, tap) => sum + map[row * kernel.length + tap]! * w, 0))
    : [...kernel];
const rounded = (list: readonly number[]): number[] => list.map((v) => Math.round(v * 1e6) / 1e6 + 0);

const exact: Group[] = [group.rotations(2), group.rotations(4), group.dihedral(4), group.flip()];
const all: Group[] = [
  ...exact,
  group.rotations(8),
  group.rotations(5),
  group.dihedral(1),
  group.dihedral(8),
  group.hue(6),
  group.polarity(),
  group.product(group.hue(3), group.rotations(4)),
];

describe("a group", () => {
  it("of eight rotations turns by 45° clockwise from one element to the next", () => {
    const g = group.rotations(8);
    expect(g.order).toBe(8);
    expect(g.multiply(7, 2)).toBe(1);
    expect(g.label(3)).toBe("135°");
    expect(g.transformation(3)).toEqual({ degrees: 135 });
  });

  it("of turns and mirrors does not commute: a turn after a mirror is the mirror after the turn back", () => {
    const g = group.dihedral(4);
    expect(g.multiply(1, 4)).toBe(g.multiply(4, 3));
    expect(g.multiply(1, 4)).not.toBe(g.multiply(4, 1));
  });

  it("has an inverse of each element, and brackets do not matter", () => {
    for (const g of all) {
      const { order, product, inverse } = tableOf(g);
      const element = fc.nat(order - 1);
      fc.assert(
        fc.property(element, element, element, (a, b, c) => {
          const at = (x: number, y: number): number => product[x * order + y]!;
          expect(at(at(a, b), c)).toBe(at(a, at(b, c)));
          expect(at(a, inverse[a]!)).toBe(0);
          expect(at(inverse[a]!, a)).toBe(0);
        }),
        { numRuns: 40 },
      );
    }
  });

  it("of eight rotations has the subgroups of 8, 4, 2 and 1 elements; that of the square has ten", () => {
    expect(subgroups(tableOf(group.rotations(8))).map(({ length }) => length)).toEqual([8, 4, 2, 1]);
    expect(subgroups(tableOf(group.dihedral(4)))).toHaveLength(10);
  });

  it("of sizes ends: twice the largest step leads nowhere", () => {
    const g = group.scale(1, 2);
    expect([0, 1, 2].map((element) => g.label(element))).toEqual(["×1", "×2", "×0.5"]);
    expect(g.multiply(1, 1)).toBeUndefined();
    expect(g.multiply(1, 2)).toBe(0);
  });

  it("may be the user's own object, and is refused where it is none", () => {
    const shift: Group = {
      name: "mine",
      order: 2,
      multiply: (a, b) => (a + b) % 2,
      transformation: (element) => ({ degrees: 180 * element }),
      label: String,
    };
    expect(tableOf(shift).inverse).toEqual(Int16Array.of(0, 1));
    expect(() => tableOf({ ...shift, multiply: () => 1 })).toThrow(/"mine".*change nothing/);
    expect(() => tableOf({ ...shift, multiply: () => 7 })).toThrow(/is 7.*0 to 1/);
    expect(() => tableOf({ ...shift, order: 0 })).toThrow(/1 to 256 elements/);
    const quarter = (element: number) => ({ degrees: 90 * element });
    expect(() => tableOf({ ...shift, transformation: quarter })).toThrow(
      /element 0 of "mine" is the product 1·1 .* \{"degrees":0\}, theirs \{.*"degrees":180/,
    );
    // A square of five elements in which everything has an inverse, and brackets matter.
    const loop = ["01234", "10342", "24013", "32401", "43120"];
    const multiply = (a: number, b: number): number => Number(loop[a]![b]);
    expect(() => tableOf({ ...shift, order: 5, multiply })).toThrow(/may not depend on brackets; \(1·1\)·2 is 2 and/);
  });

  it("of sizes, hues and any product changes images as its table says", () => {
    for (const g of [...all, group.scale(2), group.product(group.scale(1), group.rotations(4))])
      expect(() => tableOf(g)).not.toThrow();
  });

  it("is refused with a count that makes none, or twice the same change", () => {
    expect(() => group.rotations(1)).toThrow(/from 2 to 128; got 1/);
    expect(() => group.hue(2.5)).toThrow(/got 2.5/);
    expect(() => group.scale(1, 1)).toThrow(/above 1/);
    expect(() => group.product(group.rotations(4), group.flip())).toThrow(/dihedral/);
    expect(() => group.product(group.hue(2), group.hue(3))).toThrow(/both change hue/);
  });
});

describe("an element's action on a kernel", () => {
  const corners = [1, 2, 0, 0, 0, 0, 0, 0, 0];

  it("turns it clockwise by 90° and mirrors left and right, exactly", () => {
    expect(apply(kernelAction({ degrees: 90 }, { height: 3, width: 3 }), corners)).toEqual([0, 0, 1, 0, 0, 2, 0, 0, 0]);
    expect(apply(kernelAction({ mirror: true }, { height: 3, width: 3 }), corners)).toEqual([
      0, 2, 1, 0, 0, 0, 0, 0, 0,
    ]);
    expect(kernelAction({ degrees: 360 }, { height: 3, width: 3 })).toBeNull();
  });

  it("turns a 5 × 5 ray by 45° into the corner", () => {
    const ray = Array.from({ length: 25 }, (_, tap) => (tap === 2 || tap === 7 ? 1 : 0));
    const turned = apply(kernelAction({ degrees: 45 }, { height: 5, width: 5 }), ray);
    expect(turned.indexOf(Math.max(...turned))).toBe(8);
  });

  it("follows the group on any square grid: one map after another is the map of the product", () => {
    for (const g of exact) {
      const table = tableOf(g);
      fc.assert(
        fc.property(
          fc.nat(g.order - 1),
          fc.nat(g.order - 1),
          fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 16, maxLength: 16 }),
          (a, b, kernel) => {
            const size = { height: 4, width: 4 };
            const one = apply(kernelAction(g.transformation(b), size), kernel);
            const both = apply(kernelAction(g.transformation(a), size), one);
            const product = table.product[a * g.order + b]!;
            expect(both).toEqual(apply(kernelAction(g.transformation(product), size), kernel));
          },
        ),
        { numRuns: 30 },
      );
    }
  });

  it("loses no energy at any angle", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 360, noNaN: true }),
        fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 25, maxLength: 25 }),
        (degrees, kernel) => {
          const turned = apply(kernelAction({ degrees }, { height: 5, width: 5 }), kernel);
          expect(Math.hypot(...turned)).toBeCloseTo(Math.hypot(...kernel), 6);
        },
      ),
    );
  });

  it("is refused where the kernel cannot make the turn", () => {
    expect(() => kernelAction({ degrees: 90 }, { height: 3, width: 5 })).toThrow(/3×5 turns only by 180°/);
    expect(() => kernelAction({ degrees: 45 }, { height: 4, width: 4 })).toThrow(/rotations\(4\)/);
  });
});

describe("an element's action on colours", () => {
  it("takes red to green to blue by thirds of a turn and leaves grey", () => {
    const third = colorAction({ hue: 120 });
    expect(rounded(apply(third, [1, 0, 0]))).toEqual([0, 1, 0]);
    expect(rounded(apply(third, [0, 1, 0]))).toEqual([0, 0, 1]);
    expect(rounded(apply(colorAction({ hue: 77 }), [1, 1, 1]))).toEqual([1, 1, 1]);
    expect(colorAction({})).toBeNull();
  });
});
