/** Batch normalisation. */
import { LensError } from "../../core/errors.js";
import { fieldOf, flagOf, numberOf } from "../config.js";
import { isArray } from "../json.js";
import { isLastAxis } from "./activation.js";
import { base, inputChannels, type LayerReader, opaque } from "./reader.js";

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
  const worst = variance.findIndex((v) => v + epsilon <= 0);
  if (worst >= 0) {
    throw new LensError(
      "bad-model",
      `the weights of layer "${layer.name}" are damaged: the variance of channel ${worst} is ${variance[worst]}; get the model again`,
    );
  }
  return [{ ...base(layer), kind: "norm", gamma, beta, mean, variance, epsilon }];
};
