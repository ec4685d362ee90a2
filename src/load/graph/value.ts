/**
 * What the edges of a graph carry. Graph formats know no layers, only nodes that read and write tensors; a tensor is a
 * constant, or a map that an operation makes, under the axes that the file sees.
 */
import type { Shape } from "../../core/shape.js";
import { CannotRead } from "./cannot-read.js";
import { shapeOfView, type View } from "./view.js";

/** Numbers that a file holds, or that were computed from such numbers and from sizes of maps. */
export interface GraphConstant {
  readonly kind: "constant";
  /** What the file calls them. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Whether the file holds them as whole numbers, which divide to whole numbers. */
  readonly whole?: boolean | undefined;
  /** The least of the integers that its type can hold, where the file holds integers of 8 or 16 bits. */
  readonly least?: number | undefined;
  /** Whether they were computed while loading. A NaN in them then stands for a size that the model leaves free. */
  readonly computed?: boolean | undefined;
  /** The numbers, exact for integers. */
  read(): Float32Array | Float64Array;
}

/** A map that an operation makes. */
export interface GraphMap {
  readonly kind: "map";
  /** Name of the operation. */
  readonly op: string;
  /** `[height, width, channels]`, or `[features]`. */
  readonly shape: Shape;
  /** Whether the shape is known; past what cannot be computed it is a guess. */
  readonly sure: boolean;
  /** The axes as the file sees them. */
  readonly axes: View;
  /** How many nodes read it, outputs of the model included. */
  readonly readers: number;
}

/** What an edge carries. */
export type GraphValue = GraphConstant | GraphMap;

/** Shape of a map as the file sees it. */
export function fileShape(map: GraphMap): Shape {
  return shapeOfView(map.axes);
}

/** Number of an axis from 0; numbers below zero count from the end. */
export function axisAt(map: GraphMap, number: number): number {
  const at = number < 0 ? number + map.axes.length : number;
  if (!Number.isInteger(at) || at < 0 || at >= map.axes.length) {
    throw new CannotRead(`it names axis ${number} of a tensor of ${map.axes.length} axes`);
  }
  return at;
}

/** A constant of a few numbers, as a shape or a setting is. */
export function listOf(constant: GraphConstant): number[] {
  const most = 4096;
  const count = constant.shape.reduce((product, n) => product * n, 1);
  if (count > most) {
    throw new CannotRead(`it reads ${count} numbers of "${constant.name}" where a few settings are expected`);
  }
  return [...constant.read()];
}

/** A constant of a few numbers, none of which depends on a free image size. */
export function settingsOf(constant: GraphConstant): number[] {
  const list = listOf(constant);
  if (constant.computed && list.some(Number.isNaN)) throw new CannotRead(freeSize);
  return list;
}

/** Why something cannot be read that depends on the image size. */
export const freeSize = "it depends on the image size, which the model leaves free; export the model with a fixed size";

/** Numbers as single precision. */
export function floatsOf(constant: GraphConstant): Float32Array {
  const values = constant.read();
  return values instanceof Float32Array ? values : Float32Array.from(values);
}

/** A constant of numbers at hand. */
export function constantOf(
  name: string,
  shape: readonly number[],
  { values, whole = false }: { readonly values: readonly number[]; readonly whole?: boolean | undefined },
): GraphConstant {
  return { kind: "constant", name, shape, whole, computed: true, read: () => Float64Array.from(values) };
}

/** The number of a constant of one; `null` of anything else. */
export function numberOf(value: GraphValue | undefined): number | null {
  if (value?.kind !== "constant" || value.shape.some((n) => n !== 1)) return null;
  return settingsOf(value)[0]!;
}
