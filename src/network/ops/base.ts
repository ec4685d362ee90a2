/** The fields that every operation has. */
import type { Shape } from "../../core/shape.js";

/** Name, place and output of an operation. */
export interface OpBase {
  /** Name of this operation, unique in the network; equal to the layer's name except inside layers of several operations. */
  readonly name: string;
  /** Name of the layer it belongs to. */
  readonly layer: string;
  /** Names of the operations whose outputs it reads. */
  readonly inputs: readonly string[];
  /** Shape it puts out at the model's own input size. */
  readonly output: Shape;
}
