/**
 * The names of activations. tfjs spells `hardSigmoid`, Keras `hard_sigmoid`; an activation is a word, or an object around
 * a word or around an activation layer.
 */
import type { Activation, ActivationName } from "../network/ops.js";
import { fieldOf, type LayerConfig, numberOf, plainWord } from "./config.js";
import { isObject, type Json } from "./json.js";
import { classOf } from "./layer-class.js";

const named: Record<string, Activation> = {
  relu6: { name: "relu", max: 6 },
  silu: { name: "swish" },
  gelunew: { name: "geluTanh" },
};

const same: readonly ActivationName[] = [
  "linear",
  "relu",
  "elu",
  "selu",
  "sigmoid",
  "hardSigmoid",
  "softplus",
  "softsign",
  "tanh",
  "swish",
  "mish",
  "gelu",
  "softmax",
];
/** Functions that are the input times another function of it, "gated". */
const gates: Record<string, Activation> = {
  hardsilu: { name: "hardSigmoid", alpha: 1 / 6 },
  hardswish: { name: "hardSigmoid", alpha: 1 / 6 },
};
for (const name of same) named[plainWord(name)] = { name };

/** An activation, what it is times its input to be one, or the name of one that this library does not have. */
export type FoundActivation = Activation | { readonly gate: Activation } | { readonly unknown: string };

/** The activation that a model means. */
export function activationOf(value: Json | undefined, keras3: boolean): FoundActivation {
  if (value === undefined || value === null) return { name: "linear" };
  if (isObject(value)) {
    const { config } = value;
    const className = classOf(value);
    if (typeof config === "string") return activationOf(config, keras3);
    if (className === "") return { unknown: JSON.stringify(value) };
    const layer = { layer: className, className, fields: isObject(config) ? config : {}, keras3 };
    return activationLayer(layer) ?? activationOf(className, keras3);
  }
  const word = plainWord(String(value));
  // Keras 3 computes relu6(x + 3) / 6 under this name, tfjs and Keras 2 clip 0.2·x + 0.5.
  if (word === "hardsigmoid" && keras3) return { name: "hardSigmoid", alpha: 1 / 6 };
  if (word === "leakyrelu") return { name: "leakyRelu", alpha: 0.2 };
  if (Object.hasOwn(gates, word)) return { gate: gates[word]! };
  return Object.hasOwn(named, word) ? named[word]! : { unknown: String(value) };
}

/**
 * The activation of an activation layer without weights; `undefined` for other layers. `negative_slope` is Keras 3's word
 * for `alpha`, and a setting of its ReLU, where tfjs ignores it.
 */
export function activationLayer(config: LayerConfig): Activation | { readonly unknown: string } | undefined {
  switch (config.className) {
    case "ReLU": {
      const alpha = numberOf(config, "negative_slope", 0);
      const max = fieldOf(config, "max_value");
      if (numberOf(config, "threshold", 0) !== 0) return { unknown: "ReLU with a threshold" };
      if (alpha !== 0 && max !== undefined) return { unknown: "ReLU with a ceiling and a negative slope" };
      if (alpha !== 0) return { name: "leakyRelu", alpha };
      return max === undefined ? { name: "relu" } : { name: "relu", max: numberOf(config, "max_value") };
    }
    case "LeakyReLU":
      return {
        name: "leakyRelu",
        alpha: numberOf(config, fieldOf(config, "negative_slope") === undefined ? "alpha" : "negative_slope", 0.3),
      };
    case "ELU":
      return { name: "elu", alpha: numberOf(config, "alpha", 1) };
    case "ThresholdedReLU":
      return { name: "thresholdedRelu", threshold: numberOf(config, "theta", 1) };
    default:
      return undefined;
  }
}
