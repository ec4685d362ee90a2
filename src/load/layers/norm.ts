/** Batch normalisation, and the layers that scale and shift images. */

import type { NormalizeOp } from "../../network/ops.js";
import { fieldOf, flagOf, type LayerConfig, numberOf, wrong } from "../config.js";
import { isArray, isObject, type Json, type JsonObject } from "../json.js";
import { checkVariance } from "../weights.js";
import { isLastAxis } from "./activation.js";
import { affine, base, inputChannels, type LayerReader, type LayerToRead, type OpDraft, opaque } from "./reader.js";

/** `BatchNormalization` over channels, with the statistics of training. */
export const batchNorm: LayerReader = (layer) => {
  const { config, take } = layer;
  const axis = fieldOf(config, "axis") ?? -1;
  if (!isLastAxis(isArray(axis) && axis.length === 1 ? axis[0] : axis, layer)) {
    return opaque(layer, "it normalises another axis than the channels");
  }
  const shape = [inputChannels(layer)];
  const gamma = flagOf(config, "scale", true) ? take(["gamma"], shape).values : null;
  const beta = flagOf(config, "center", true) ? take(["beta"], shape).values : null;
  const mean = take(["moving_mean"], shape).values;
  const variance = take(["moving_variance"], shape).values;
  const epsilon = numberOf(config, "epsilon", 1e-3);
  checkVariance(variance, epsilon, layer.name);
  return [{ ...base(layer), kind: "norm", gamma, beta, mean, variance, epsilon }];
};

/** `LayerNormalization` over the channels of each pixel. */
export const layerNorm: LayerReader = (layer) => {
  const { config } = layer;
  const axis = fieldOf(config, "axis") ?? -1;
  if (!isLastAxis(isArray(axis) && axis.length === 1 ? axis[0] : axis, layer)) {
    return opaque(layer, "it normalises other axes than the channels of each pixel");
  }
  if (flagOf(config, "rms_scaling", false)) return opaque(layer, "it divides by the root mean square");
  return normalized(layer, { over: "pixel", groups: 1 });
};

/** `GroupNormalization` over the map, for each group of channels; −1 is a group for each channel. */
export const groupNorm: LayerReader = (layer) => {
  const { config } = layer;
  const channels = inputChannels(layer);
  if (!isLastAxis(fieldOf(config, "axis") ?? -1, layer)) return opaque(layer, "its groups are not of channels");
  const groups = numberOf(config, "groups", 32);
  if (channels === null && groups === -1) return opaque(layer, "its number of channels is not known");
  return normalized(layer, { over: "map", groups: groups === -1 ? channels! : groups });
};

function normalized(layer: LayerToRead, how: Pick<NormalizeOp, "over" | "groups">): readonly OpDraft[] {
  const { config, take } = layer;
  const shape = [inputChannels(layer)];
  const gamma = flagOf(config, "scale", true) ? take(["gamma"], shape).values : null;
  const beta = flagOf(config, "center", true) ? take(["beta"], shape).values : null;
  return [{ ...base(layer), kind: "normalize", ...how, gamma, beta, epsilon: numberOf(config, "epsilon", 1e-3) }];
}

/** `LayerScale`, a factor for each channel, which ConvNeXt learns. */
export const layerScale: LayerReader = (layer) => {
  const { shape, values } = layer.take(["gamma"], [inputChannels(layer)]);
  return [{ ...base(layer), ...affine(shape[0]!, values, [0]), beta: null }];
};

/** `Rescaling`: `x · scale + offset`, each one number or one per channel. */
export const rescaling: LayerReader = (layer) => {
  const channels = inputChannels(layer);
  const [scale, offset] = [perChannel(layer.config, "scale", 1), perChannel(layer.config, "offset", 0)];
  if (channels === null) return opaque(layer, "its number of channels is not known");
  if ([scale, offset].some(({ length }) => length !== 1 && length !== channels)) {
    return opaque(layer, "it scales or shifts by other numbers than one, or one per channel");
  }
  return [{ ...base(layer), ...affine(channels, scale, offset) }];
};

/** `Normalization` over channels: `(x − mean) / √variance`, the statistics given or learnt from data. */
export const normalization: LayerReader = (layer) => {
  const { config, take } = layer;
  const channels = inputChannels(layer);
  const axis = fieldOf(config, "axis") ?? -1;
  const only = isArray(axis) && axis.length === 1 ? axis[0] : axis;
  if (channels === null || !isLastAxis(only, layer))
    return opaque(layer, "it normalises another axis than the channels");
  if (flagOf(config, "invert", false)) return opaque(layer, "it is inverted");
  const given = fieldOf(config, "mean") !== undefined;
  const [mean, variance] = given
    ? [perChannel(config, "mean", 0), perChannel(config, "variance", 1)]
    : [[...take(["mean"], [channels]).values], [...take(["variance"], [channels]).values]];
  // Keras divides by max(√variance, 1e-7).
  const scale = variance.map((v) => 1 / Math.max(Math.sqrt(v), 1e-7));
  const shift = mean.map((m, c) => -m * scale[scale.length === 1 ? 0 : c]!);
  return [{ ...base(layer), ...affine(channels, scale, shift) }];
};

function perChannel(config: LayerConfig, name: string, fallback: number): number[] {
  const value = numbersIn(fieldOf(config, name)) ?? fallback;
  const flat = (isArray(value) ? value : [value]).flat(4);
  if (!flat.every((n) => typeof n === "number" && Number.isFinite(n))) {
    throw wrong(config, name, "a number, or one per channel", value);
  }
  return flat as number[];
}

/** Numbers as they are, or in the array of NumPy that Keras 3 writes as an object. */
function numbersIn(value: Json | undefined): Json | undefined {
  const isArrayOfNumPy = isObject(value) && value.class_name === "__numpy__" && isObject(value.config);
  return isArrayOfNumPy ? (value.config as JsonObject).value : value;
}

/** Local response normalisation, a layer of older networks that Keras itself does not have. */
export const localResponse: LayerReader = (layer) => {
  const { config } = layer;
  const [radius, alpha] = [numberOf(config, "depth_radius", 5), numberOf(config, "alpha", 1)];
  const [beta, bias] = [numberOf(config, "beta", 0.5), numberOf(config, "bias", 1)];
  return [{ ...base(layer), kind: "lrn", radius, alpha, beta, bias }];
};
