/** Activation layers, and the activations inside other layers. */
import { formatShape } from "../../core/shape.js";
import type { Activation, ConvOp, DenseOp, DepthwiseOp } from "../../network/ops.js";
import { activationLayer, activationOf, type FoundActivation } from "../activation.js";
import { fieldOf, flagOf, numberOf } from "../config.js";
import { isArray } from "../json.js";
import { base, type LayerReader, type LayerToRead, type OpDraft, opaque } from "./reader.js";

/** `Activation`: the function is a word. */
export const activation: LayerReader = (layer) =>
  asOperation(layer, activationOf(fieldOf(layer.config, "activation"), layer.config.keras3));

/** `ReLU`, `LeakyReLU`, `ELU`, `ThresholdedReLU`: the function is the class. */
export const rectifier: LayerReader = (layer) => asOperation(layer, activationLayer(layer.config)!);

/** An operator of Keras 3 that is called as the function: `Relu`, `HardSilu`. */
export const named: LayerReader = (layer) => asOperation(layer, activationOf(layer.config.className, true));

/** `keras.ops.elu`, `leaky_relu` and `gelu`, which have settings. */
export const settable: LayerReader = (layer) => {
  const { config } = layer;
  switch (config.className) {
    case "Elu":
      return asOperation(layer, { name: "elu", alpha: numberOf(config, "alpha", 1) });
    case "LeakyRelu":
      return asOperation(layer, { name: "leakyRelu", alpha: numberOf(config, "negative_slope", 0.2) });
    default:
      return asOperation(layer, { name: flagOf(config, "approximate", true) ? "geluTanh" : "gelu" });
  }
};

/** `Softmax`, over channels. */
export const softmax: LayerReader = (layer) => {
  const axis = fieldOf(layer.config, "axis") ?? -1;
  const only = isArray(axis) && axis.length === 1 ? axis[0] : axis;
  return isLastAxis(only, layer)
    ? asOperation(layer, { name: "softmax" })
    : opaque(layer, "it runs over another axis than the channels");
};

/** `PReLU`: a slope for each channel, or for each value of the map. */
export const prelu: LayerReader = (layer) => {
  const { inputs, config, take } = layer;
  const { shape, sure } = inputs[0]!;
  const shared = fieldOf(config, "shared_axes") ?? [];
  const axes = isArray(shared) ? shared : [shared];
  const places = shape.slice(0, -1).map((_, i) => axes.includes(i + 1));
  if (axes.includes(shape.length) || (places.includes(true) && places.includes(false))) {
    return opaque(layer, "its slopes are shared in another way than over rows and columns");
  }
  const slopes = take(
    ["alpha"],
    shape.map((n, i) => (places[i] ? 1 : sure ? n : null)),
  );
  return asOperation(layer, { name: "prelu", slopes: slopes.values });
};

/** Whether an axis, counted with the batch, is the last one of a layer's first input. */
export function isLastAxis(axis: unknown, { inputs }: LayerToRead): boolean {
  return axis === -1 || axis === inputs[0]!.shape.length;
}

/**
 * A convolution or dense layer with the activation its configuration asks for. One that takes several operations, or that
 * this library does not have and is opaque, is a layer behind it, `"name/activation"`, so that the weights can still be read.
 */
export function activated(layer: LayerToRead, draft: OpDraft<ConvOp | DepthwiseOp | DenseOp>): readonly OpDraft[] {
  const found = activationOf(fieldOf(layer.config, "activation"), layer.config.keras3);
  if ("gate" in found) return [draft, ...gated(found.gate, `${layer.name}/activation`, draft.name)];
  if (!("unknown" in found)) return [{ ...draft, activation: found }];
  const className = `activation ${found.unknown}`;
  const reason = "this library has no such activation";
  return [
    draft,
    { kind: "opaque", name: `${layer.name}/activation`, inputs: [draft.name], className, reason, parameters: 0 },
  ];
}

function asOperation(layer: LayerToRead, found: FoundActivation): readonly OpDraft[] {
  if ("unknown" in found) return opaque(layer, `this library has no activation ${found.unknown}`);
  if ("gate" in found) return gated(found.gate, layer.name, layer.inputs[0]!.name);
  return [{ ...base(layer), kind: "activation", activation: found }];
}

/** `x · gate(x)`: operations `"name/gate"` and `"name"`, both of the layer `name`. */
function gated(gate: Activation, name: string, input: string): readonly OpDraft[] {
  return [
    { kind: "activation", name: `${name}/gate`, layer: name, inputs: [input], activation: gate },
    { kind: "multiply", name, inputs: [input, `${name}/gate`] },
  ];
}

/** `56×56×64 and 1×1×64`: the shapes a layer reads, for messages. */
export function inputShapes({ inputs }: LayerToRead): string {
  return inputs.map(({ shape }) => formatShape(shape)).join(" and ");
}
