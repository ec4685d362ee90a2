/** Activation layers, and the activations inside other layers. */
import { formatShape } from "../../core/shape.js";
import type { Activation, ConvOp, DenseOp, DepthwiseOp } from "../../network/ops.js";
import { activationLayer, activationOf } from "../activation.js";
import { fieldOf } from "../config.js";
import { isArray } from "../json.js";
import { base, type LayerReader, type LayerToRead, type OpDraft, opaque } from "./reader.js";

/** `Activation`: the function is a word. */
export const activation: LayerReader = (layer) =>
  asOperation(layer, activationOf(fieldOf(layer.config, "activation"), layer.config.keras3));

/** `ReLU`, `LeakyReLU`, `ELU`, `ThresholdedReLU`: the function is the class. */
export const rectifier: LayerReader = (layer) => asOperation(layer, activationLayer(layer.config)!);

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
 * A convolution or dense layer with the activation its configuration asks for. One that this library does not have
 * becomes an opaque operation behind it, `"name/activation"`, so that the weights can still be read.
 */
export function activated(layer: LayerToRead, draft: OpDraft<ConvOp | DepthwiseOp | DenseOp>): readonly OpDraft[] {
  const found = activationOf(fieldOf(layer.config, "activation"), layer.config.keras3);
  if (!("unknown" in found)) return [{ ...draft, activation: found }];
  const className = `activation ${found.unknown}`;
  const reason = "this library has no such activation";
  return [
    draft,
    { kind: "opaque", name: `${layer.name}/activation`, inputs: [draft.name], className, reason, parameters: 0 },
  ];
}

function asOperation(layer: LayerToRead, found: Activation | { unknown: string }): readonly OpDraft[] {
  if ("unknown" in found) return opaque(layer, `this library has no activation ${found.unknown}`);
  return [{ ...base(layer), kind: "activation", activation: found }];
}

/** `56×56×64 and 1×1×64`: the shapes a layer reads, for messages. */
export function inputShapes({ inputs }: LayerToRead): string {
  return inputs.map(({ shape }) => formatShape(shape)).join(" and ");
}
