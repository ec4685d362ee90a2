/** A layer on its way into a file. */
import { LensError } from "../../core/errors.js";

/** A layer as TensorFlow.js configures it, with what it reads and holds. */
export interface WrittenLayer {
  readonly class_name: string;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Names of the layers it reads. */
  readonly inputs: readonly string[];
  readonly weights?: WrittenWeights | undefined;
}

/** Weights by name: numbers and shape. */
export type WrittenWeights = Readonly<Record<string, readonly [Float32Array, readonly number[]]>>;

/** The error of a layer that TensorFlow.js does not have. */
export function refusal(name: string, why: string): LensError {
  return new LensError("unsupported", `"${name}" cannot be written as a tfjs layer: ${why}`);
}
