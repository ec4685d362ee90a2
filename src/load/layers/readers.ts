/** The layers that become operations, by class. Any other becomes opaque. */
import { activation, prelu, rectifier, softmax } from "./activation.js";
import { concatenate, flatten, identity, merge, reshape, upSampling, zeroPadding } from "./arrange.js";
import { conv, dense, depthwise, separable } from "./conv.js";
import { batchNorm, normalization, rescaling } from "./norm.js";
import { globalPool, pool } from "./pool.js";
import { type LayerReader, opaque } from "./reader.js";

const readers: Readonly<Record<string, LayerReader>> = {
  Conv2D: conv,
  DepthwiseConv2D: depthwise,
  SeparableConv2D: separable,
  Dense: dense,
  BatchNormalization: batchNorm,
  Rescaling: rescaling,
  Normalization: normalization,
  Activation: activation,
  ReLU: rectifier,
  LeakyReLU: rectifier,
  ELU: rectifier,
  ThresholdedReLU: rectifier,
  PReLU: prelu,
  Softmax: softmax,
  MaxPooling2D: pool("max"),
  AveragePooling2D: pool("average"),
  GlobalMaxPooling2D: globalPool("max"),
  GlobalAveragePooling2D: globalPool("average"),
  ZeroPadding2D: zeroPadding,
  UpSampling2D: upSampling,
  Flatten: flatten,
  Reshape: reshape,
  Add: merge("add"),
  Multiply: merge("multiply"),
  Concatenate: concatenate,
  Dropout: identity,
  SpatialDropout2D: identity,
  GaussianNoise: identity,
  GaussianDropout: identity,
  AlphaDropout: identity,
  ActivityRegularization: identity,
  Identity: identity,
  RandomFlip: identity,
  RandomRotation: identity,
  RandomTranslation: identity,
  RandomZoom: identity,
  RandomContrast: identity,
  RandomBrightness: identity,
};

/** Whether layers of a class become operations. */
export function canRead(className: string): boolean {
  return Object.hasOwn(readers, className);
}

/** The operations of a layer. */
export const readLayer: LayerReader = (layer) =>
  canRead(layer.config.className)
    ? readers[layer.config.className]!(layer)
    : opaque(layer, "this library has no operation for layers of its class");
