/** Activation layers, and the activations inside other layers. */
import { formatShape } from "../../core/shape.js";
import type { Activation } from "../../network/ops.js";
import type { WeightedOp } from "../../network/weighted-op.js";
import { activationLayer, activationOf, type FoundActivation } from "../activation.js";
import { fieldOf, flagOf, numberOf } from "../config.js";
import { isArray } from "../json.js";
import { base, type LayerReader, type LayerToRead, type OpDraft, opaque, type Weight } from "./reader.js";

/** `Activation`: the function is a word. */
export const activation: LayerReader = (layer) =>
  asOperation(layer, activationOf(fieldOf(layer.config, "activation"), layer.config.keras3));

/** `ReLU`, `LeakyReLU`, `ELU`, `ThresholdedReLU`: the function is the class. */
export const rectifier: LayerReader = (layer) => asOperation(layer, activationLayer(layer.config)!);

/** An operator of Keras 3 that is called as the function: `Relu`, `HardSilu`. */
export const named: LayerReader = (layer) => asOperation(layer, activationOf(layer.config.className, true));

/** `keras.ops.elu`, `leaky_relu`, `gelu` and `clip`, which have settings. */
export const settable: LayerReader = (layer) => {
  const { config } = layer;
  switch (config.className) {
    case "Elu":
      return asOperation(layer, { name: "elu", alpha: numberOf(config, "alpha", 1) });
    case "LeakyRelu":
      return asOperation(layer, { name: "leakyRelu", alpha: numberOf(config, "negative_slope", 0.2) });
    case "Clip":
      return asOperation(layer, { name: "clip", min: numberOf(config, "x_min"), max: numberOf(config, "x_max") });
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

/** `PReLU`: one slope for all values, one per channel, or one per value; slopes shared otherwise are written out. */
export const prelu: LayerReader = (layer) => {
  const { inputs, config, take } = layer;
  const { shape, sure } = inputs[0]!;
  const shared = fieldOf(config, "shared_axes") ?? [];
  const axes = isArray(shared) ? shared : [shared];
  const isShared = shape.map((_, i) => axes.includes(i + 1));
  const perPlace = shape.slice(0, -1).some((n, i) => !isShared[i] && n !== 1);
  if (perPlace && isShared.includes(true) && !(sure && shape.every((n) => n !== null))) {
    return opaque(layer, "its slopes are for places of a map whose size is not known");
  }
  const slopes = take(
    ["alpha"],
    shape.map((n, i) => (isShared[i] ? 1 : sure ? n : null)),
  );
  const full = perPlace ? shape.map((n) => n ?? Number.NaN) : slopes.shape;
  if (!isShared.includes(true) || !perPlace) return asOperation(layer, { name: "prelu", slopes: slopes.values });
  const slopeCount = slopes.values.length;
  return asOperation(layer, { name: "prelu", slopes: spreadOver(slopes, full), slopeCount });
};

/** The values of an array at every place of a larger one, along the axes on which it has size 1. */
function spreadOver({ values, shape }: Weight, full: readonly number[]): Float32Array {
  const length = full.reduce((a, b) => a * b, 1);
  return Float32Array.from({ length }, (_, at) => {
    let [place, index, left] = [0, 1, at];
    for (let axis = full.length - 1; axis >= 0; axis--) {
      const position = left % full[axis]!;
      left = Math.floor(left / full[axis]!);
      if (shape[axis] !== 1) {
        place += index * position;
        index *= shape[axis]!;
      }
    }
    return values[place]!;
  });
}

/** Whether an axis, counted with the batch, is the last one of a layer's first input. */
export function isLastAxis(axis: unknown, { inputs }: LayerToRead): boolean {
  return axis === -1 || axis === inputs[0]!.shape.length;
}

/**
 * A convolution or dense layer with the activation its configuration asks for. One that takes several operations, or that
 * this library does not have and is opaque, is a layer behind it, `"name/activation"`, so that the weights can still be read.
 */
export function activated(layer: LayerToRead, draft: OpDraft<WeightedOp>): readonly OpDraft[] {
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
