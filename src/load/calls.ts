/** References between layers: which tensors each use of a layer reads. */

// A functional model writes them in three dialects:
//
//     [[["conv1", 0, 0, {}], …]]       Keras 2 and tfjs: a list for each use
//     [["conv1", 0, 0, {}]]            the same, for a use of one tensor
//     [{ args: [tensor, …], kwargs }]  Keras 3
//
// where a tensor of Keras 3 is { class_name: "__keras_tensor__", config: { keras_history: ["conv1", 0, 0] } }. A reference is
// the layer, which of its uses (a layer may be called several times), and which output of that.

import { isArray, isObject, type Json } from "./json.js";

/** One tensor of a model: an output of a use of a layer. */
export interface TensorRef {
  readonly layer: string;
  readonly use: number;
  readonly output: number;
}

/** The tensors mentioned anywhere in a value, depth first. */
export function tensorsIn(value: Json | undefined): TensorRef[] {
  if (isArray(value)) {
    const [layer, use, output] = value;
    if (typeof layer === "string" && Number.isInteger(use) && Number.isInteger(output)) {
      return [{ layer, use: use as number, output: output as number }];
    }
    return value.flatMap(tensorsIn);
  }
  if (!isObject(value)) return [];
  if (value.class_name === "__keras_tensor__" && isObject(value.config)) return tensorsIn(value.config.keras_history);
  return Object.values(value).flatMap(tensorsIn);
}

/** Whether a use has arguments that are numbers instead of tensors, as in `x * 2.0` of Keras 3. */
export function hasConstants(use: Json): boolean {
  const inArgs = (value: Json | undefined): boolean =>
    isArray(value) ? value.some(inArgs) : typeof value === "number" || typeof value === "string";
  return isObject(use) && inArgs(use.args);
}

/** Whether a layer is called as in training, `layer(x, training=True)`. */
export function isTraining(use: Json): boolean {
  const inArgs = (value: Json | undefined): boolean => (isArray(value) ? value.some(inArgs) : value === true);
  if (isArray(use)) return use.some(isTraining);
  if (!isObject(use)) return false;
  return use.training === true || (isObject(use.kwargs) && use.kwargs.training === true) || inArgs(use.args);
}
