/** Numbers in a shape: how they lie in memory, and a walk through them. */

/** Numbers of a tensor, exact for integers. */
export type Numbers = Float32Array | Float64Array;

/** How many places a shape has. */
export const countOf = (sizes: readonly number[]): number => sizes.reduce((product, n) => product * n, 1);

/** How far apart two neighbours along each axis lie. */
export function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, i) => countOf(shape.slice(i + 1)));
}

/** Visits the places of a shape in order, with where each is found by its strides. */
export function eachPlace(
  sizes: readonly number[],
  steps: readonly number[],
  visit: (from: number, to: number) => void,
): void {
  const count = countOf(sizes);
  const at = sizes.map(() => 0);
  let from = 0;
  for (let to = 0; to < count; to++) {
    visit(from, to);
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      from += steps[axis]!;
      if (++at[axis]! < sizes[axis]!) break;
      from -= steps[axis]! * sizes[axis]!;
      at[axis] = 0;
    }
  }
}

/** Values of a shape with its axes in another order. */
export function turn<A extends Numbers>(values: A, shape: readonly number[], order: readonly number[]): A {
  const strides = stridesOf(shape);
  const out = values.slice() as A;
  eachPlace(
    order.map((i) => shape[i]!),
    order.map((i) => strides[i]!),
    (from, to) => {
      out[to] = values[from]!;
    },
  );
  return out;
}
