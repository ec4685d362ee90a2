/**
 * Where a model's weights come from. A file knows them by name, in several spellings; a model in memory by layer and
 * order. Either way a layer asks for its next weight and its shape is checked, and its numbers: a weight that is not
 * finite would only show, much later, as a grey picture.
 */
import { LensError } from "../core/errors.js";
import { formatShape, type Shape } from "../core/shape.js";
import type { Weight } from "./layers/reader.js";

/** A weight as it is stored; its numbers are read when asked for. */
export interface StoredWeight {
  /** What the model calls it. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Whether the file holds them as whole numbers. */
  readonly whole?: boolean;
  readonly values: () => Float32Array;
}

/** The weights of a model. */
export interface WeightSource {
  /** A layer's weight, by one of its names, or by its place in the order of the layer's weights. */
  find(path: readonly string[], names: readonly string[], index: number): StoredWeight | undefined;
  /** Number of values a layer holds. */
  count(path: readonly string[]): number;
}

/**
 * Hands a layer its weights, one after the other.
 *
 * @throws LensError `bad-model`, naming layer and weight, when one is missing, of another shape, or not finite.
 */
export function weightsOf(
  source: WeightSource,
  path: readonly string[],
): (names: readonly string[], shape: Shape) => Weight {
  const layer = path.join("/");
  let index = 0;
  return (names, wanted) => {
    const stored = source.find(path, names, index++);
    const name = names[0]!;
    if (!stored) {
      throw new LensError(
        "bad-model",
        `the model holds no ${name} for layer "${layer}"; save it again with its weights`,
      );
    }
    const { shape } = stored;
    if (shape.length !== wanted.length || wanted.some((n, i) => n !== null && n !== shape[i])) {
      throw new LensError(
        "bad-model",
        `the ${name} of layer "${layer}" is of shape ${formatShape(wanted)} by the model's own description; its weights are ${formatShape(shape)}`,
      );
    }
    const values = stored.values();
    checkFinite(values, `${name} of layer "${layer}"`);
    return { shape, values };
  };
}

const checked = new WeakSet<Float32Array>();

function checkFinite(values: Float32Array, name: string): void {
  if (checked.has(values)) return;
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i]!)) continue;
    throw new LensError(
      "bad-model",
      `the ${name} is damaged: value ${i} of ${values.length} is ${values[i]}; get the model again`,
    );
  }
  checked.add(values);
}

/**
 * Refuses variances by which a norm cannot divide.
 *
 * @throws LensError `bad-model`, naming layer and channel.
 */
export function checkVariance(variance: Float32Array, epsilon: number, layer: string): void {
  const worst = variance.findIndex((v) => v + epsilon <= 0);
  if (worst < 0) return;
  throw new LensError(
    "bad-model",
    `the weights of layer "${layer}" are damaged: the variance of channel ${worst} is ${variance[worst]}; get the model again`,
  );
}
