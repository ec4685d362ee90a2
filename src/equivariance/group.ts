/**
 * A group is a list of ways to change an image such that doing one after another is again one of them: turns by 45°, turns
 * of the hue, a mirror. Element 0 changes nothing. A group of the user's own is an object of this kind, and is treated as
 * those of `group` are.
 */
import { objectWith, type Schema } from "../core/check.js";
import { LensError } from "../core/errors.js";

/**
 * A change of an image: mirrored first, then turned, then enlarged; the hue and the sign beside that.
 *
 * @public
 */
export interface Transformation {
  /** Swaps left and right. */
  readonly mirror?: boolean;
  /** Clockwise turn on screen, in degrees. */
  readonly degrees?: number;
  /** Enlargement about the centre. */
  readonly scale?: number;
  /** Turn of the colours about the grey axis, in degrees: red goes to green at 120. */
  readonly hue?: number;
  /** −1 swaps light and dark: the image changes sign about grey. */
  readonly polarity?: 1 | -1;
}

/**
 * A finite group of image transformations.
 *
 * @public
 */
export interface Group {
  /** For people: `"8 rotations"`. */
  readonly name: string;
  /** Number of elements, numbered from 0; 0 is the one that changes nothing. */
  readonly order: number;
  /** The element that does `second` and then `first`; `undefined` where a range ends (scale). */
  multiply(first: number, second: number): number | undefined;
  /** What an element does to an image. */
  transformation(element: number): Transformation;
  /** An element for people: `"45°"`. */
  label(element: number): string;
  /** The two groups it is the product of, if it is one, the second's elements fastest; figures are grids then. */
  readonly factors?: readonly [Group, Group];
}

/** A group, as an argument. */
export const groupSchema: Schema<Group> = objectWith<Group>(
  ["multiply", "transformation", "label"],
  "a group such as group.rotations(8)",
  ({ name, order }) => typeof name === "string" && Number.isInteger(order) && order >= 1 && order <= 256,
);

/** A group's multiplication table, looked up in loops. */
export interface GroupTable {
  readonly order: number;
  /** `product[a · order + b]`, −1 where the range ends. */
  readonly product: Int16Array;
  /** The inverse of each element. */
  readonly inverse: Int16Array;
  /** Whether some products are undefined. */
  readonly range: boolean;
}

/** The product of two elements; −1 where the range ends or has ended. */
export function times({ order, product }: GroupTable, first: number, second: number): number {
  return first < 0 || second < 0 ? -1 : product[first * order + second]!;
}

/** The element that takes what is at `from` to the place of `to`; −1 where the range ends. */
export function relative(table: GroupTable, from: number, to: number): number {
  return from < 0 ? -1 : times(table, to, table.inverse[from]!);
}

/**
 * Tabulates a group and checks that it is one.
 *
 * @throws LensError `bad-argument` when element 0 is not the identity, an element has no inverse, brackets matter, or the
 * products do not change an image as their factors do one after the other.
 */
export function tableOf(group: Group): GroupTable {
  const { order } = group;
  if (!Number.isInteger(order) || order < 1 || order > 256) {
    throw new LensError("bad-argument", `a group has 1 to 256 elements; "${group.name}" has ${order}`);
  }
  const product = new Int16Array(order * order).fill(-1);
  const inverse = new Int16Array(order).fill(-1);
  for (let a = 0; a < order; a++) {
    for (let b = 0; b < order; b++) {
      const ab = group.multiply(a, b);
      if (ab !== undefined && (!Number.isInteger(ab) || ab < 0 || ab >= order)) {
        throw new LensError(
          "bad-argument",
          `the product of elements ${a} and ${b} of "${group.name}" is ${ab}; it has to be one of 0 to ${order - 1}`,
        );
      }
      product[a * order + b] = ab ?? -1;
      if (ab === 0) inverse[a] = b;
    }
    if (product[a] !== a || product[a * order] !== a || inverse[a]! < 0) {
      throw new LensError(
        "bad-argument",
        `element 0 of "${group.name}" has to change nothing and every element needs an inverse; element ${a} does not fit`,
      );
    }
  }
  const table = { order, product, inverse, range: product.includes(-1) };
  checkBrackets(group, table);
  checkTransformations(group, table);
  return table;
}

function checkBrackets({ name }: Group, table: GroupTable): void {
  const { order } = table;
  for (let a = 1; a < order; a++) {
    for (let b = 1; b < order; b++) {
      for (let c = 1; c < order; c++) {
        const [left, right] = [times(table, times(table, a, b), c), times(table, a, times(table, b, c))];
        if (left < 0 || right < 0 || left === right) continue;
        throw new LensError(
          "bad-argument",
          `products in "${name}" may not depend on brackets; (${a}·${b})·${c} is ${left} and ${a}·(${b}·${c}) is ${right}: correct its multiply`,
        );
      }
    }
  }
}

function checkTransformations(group: Group, table: GroupTable): void {
  const changes = Array.from({ length: table.order }, (_, element) => group.transformation(element));
  for (let a = 0; a < table.order; a++) {
    for (let b = 0; b < table.order; b++) {
      const ab = times(table, a, b);
      if (ab < 0 || isSame(changes[ab]!, oneAfter(changes[a]!, changes[b]!))) continue;
      throw new LensError(
        "bad-argument",
        `element ${ab} of "${group.name}" is the product ${a}·${b} and has to change an image as ${b} and then ${a} do; its transformation is ${JSON.stringify(changes[ab])}, theirs ${JSON.stringify(oneAfter(changes[a]!, changes[b]!))}`,
      );
    }
  }
}

/** What `second` and then `first` do. A turn before a mirror is the turn back after it. */
function oneAfter(first: Transformation, second: Transformation): Transformation {
  const { mirror = false, degrees = 0, scale = 1, hue = 0, polarity = 1 } = first;
  return {
    mirror: mirror !== (second.mirror ?? false),
    degrees: degrees + (mirror ? -1 : 1) * (second.degrees ?? 0),
    scale: scale * (second.scale ?? 1),
    hue: hue + (second.hue ?? 0),
    polarity: polarity === (second.polarity ?? 1) ? 1 : -1,
  };
}

function isSame(a: Transformation, b: Transformation): boolean {
  const near = (x = 0, y = 0): boolean => Math.abs(((((x - y + 180) % 360) + 360) % 360) - 180) < 1e-6;
  const size = (a.scale ?? 1) / (b.scale ?? 1);
  return (
    (a.mirror ?? false) === (b.mirror ?? false) &&
    (a.polarity ?? 1) === (b.polarity ?? 1) &&
    near(a.degrees, b.degrees) &&
    near(a.hue, b.hue) &&
    Math.abs(size - 1) < 1e-6
  );
}

/** The subgroups that one or two elements generate, each as its sorted elements, largest first. */
export function subgroups({ order, product }: GroupTable): number[][] {
  const found = new Map<string, number[]>();
  for (let a = 0; a < order; a++) {
    for (let b = a; b < order; b++) {
      const members = closure([a, b], order, product);
      if (members) found.set(members.join(), members);
    }
  }
  return [...found.values()].sort((a, b) => b.length - a.length);
}

function closure(seeds: readonly number[], order: number, product: Int16Array): number[] | null {
  const members = new Set([0, ...seeds]);
  for (const a of members) {
    for (const b of [...members]) {
      for (const ab of [product[a * order + b]!, product[b * order + a]!]) {
        if (ab < 0) return null;
        members.add(ab);
      }
    }
  }
  return [...members].sort((a, b) => a - b);
}
