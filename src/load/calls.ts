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

/** What a layer is given: a tensor, a number, numbers for the channels, or something else. */
export type Operand = "tensor" | "unknown" | number | readonly number[];

/** What a use is given, in order; `undefined` where that is tensors alone. Operators of Keras 3 have numbers, as in `x * 2.0`. */
export function operandsOf(use: Json): readonly Operand[] | undefined {
  const inArgs = (value: Json | undefined): Operand[] => {
    if (isArray(value)) return value.flatMap(inArgs);
    if (typeof value === "number") return [value];
    if (typeof value === "string") return ["unknown"];
    if (!isObject(value)) return [];
    if (value.class_name === "__keras_tensor__") return ["tensor"];
    if (value.class_name === "__tensor__" || value.class_name === "__numpy__") return [perChannel(value.config)];
    // What has no class holds what is given by name.
    return value.class_name === undefined ? Object.values(value).flatMap(inArgs) : ["unknown"];
  };
  const operands = isObject(use) ? inArgs(use.args) : [];
  return operands.every((operand) => operand === "tensor") ? undefined : operands;
}

/** The numbers of an array that is as long as there are channels, and 1 along all other axes. */
function perChannel(array: Json | undefined): Operand {
  let value = isObject(array) ? array.value : undefined;
  while (isArray(value) && value.length === 1 && isArray(value[0])) value = value[0];
  if (typeof value === "number") return value;
  return isArray(value) && value.every((n) => typeof n === "number") ? (value as readonly number[]) : "unknown";
}

/** What a slice `x[key]` picks. */
export function keyOf(use: Json): Json | undefined {
  if (!isObject(use)) return undefined;
  return isArray(use.args) && use.args.length > 1 ? use.args[1] : isObject(use.kwargs) ? use.kwargs.key : undefined;
}

/** Whether a layer is called as in training, `layer(x, training=True)`. */
export function isTraining(use: Json): boolean {
  const inArgs = (value: Json | undefined): boolean => (isArray(value) ? value.some(inArgs) : value === true);
  if (isArray(use)) return use.some(isTraining);
  if (!isObject(use)) return false;
  return use.training === true || (isObject(use.kwargs) && use.kwargs.training === true) || inArgs(use.args);
}
