/**
 * What the edges of a graph carry. Graph formats know no layers, only nodes that read and write tensors; a tensor is a
 * constant, or a map that an operation makes. Our maps are `[height, width, channels]`; the file may see the same map with
 * its axes in another order, so a map carries that order as letters, and a transposition changes only the letters:
 *
 *     "NCHW"   ONNX, PyTorch         "NHWC"   TensorFlow         "NC"   a vector
 */
import { channelsOf, type Shape } from "../../core/shape.js";
import { CannotRead } from "./cannot-read.js";

/** Numbers that a file holds. */
export interface GraphConstant {
  readonly kind: "constant";
  /** What the file calls them. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Whether the file holds them as whole numbers, which divide to whole numbers. */
  readonly whole?: boolean | undefined;
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
  /** The axes as the file sees them, slowest first. A vector has one pixel. */
  readonly axes: string;
  /** Of a vector that the file flattened channel by channel: the map, `[height, width, channels]`, that it was. */
  readonly packed?: readonly [number, number, number] | undefined;
  /** How many nodes read it, outputs of the model included. */
  readonly readers: number;
}

/** What an edge carries. */
export type GraphValue = GraphConstant | GraphMap;

/** Size of an axis; `null` where it is free. The batch is one example. */
export function sizeOf({ shape }: GraphMap, axis: string): number | null {
  if (axis === "N") return 1;
  if (axis === "C") return channelsOf(shape);
  if (shape.length !== 3) return 1;
  return (axis === "H" ? shape[0] : shape[1]) ?? null;
}

/** Shape of a map as the file sees it. */
export function fileShape(map: GraphMap): Shape {
  return [...map.axes].map((axis) => sizeOf(map, axis));
}

/** The letter of an axis by its number; numbers below zero count from the end. */
export function axisAt({ axes }: GraphMap, number: number): string | undefined {
  return axes.at(number);
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
  return { kind: "constant", name, shape, whole, read: () => Float64Array.from(values) };
}
