/** The layers that become operations, by class. Any other becomes opaque. */
import { activation, named, prelu, rectifier, settable, softmax } from "./activation.js";
import {
  average,
  concatenate,
  cropping,
  flatten,
  identity,
  merge,
  permute,
  reshape,
  subtract,
  upSampling,
  zeroPadding,
} from "./arrange.js";
import { conv, dense, depthwise, separable } from "./conv.js";
import { convTranspose } from "./conv-transpose.js";
import { batchNorm, groupNorm, layerNorm, layerScale, localResponse, normalization, rescaling } from "./norm.js";
import { cast, negative } from "./operators.js";
import { globalPool, pool, reduce } from "./pool.js";
import { type LayerReader, opaque } from "./reader.js";
import { flip, getItem } from "./select.js";

const readers: Readonly<Record<string, LayerReader>> = {
  Conv2D: conv,
  DepthwiseConv2D: depthwise,
  SeparableConv2D: separable,
  Conv2DTranspose: convTranspose,
  Dense: dense,
  BatchNormalization: batchNorm,
  LayerNormalization: layerNorm,
  LayerScale: layerScale,
  GroupNormalization: groupNorm,
  BatchNormalizationV1: batchNorm,
  LocalResponseNormalization: localResponse,
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
  Cropping2D: cropping,
  UpSampling2D: upSampling,
  Permute: permute,
  Flatten: flatten,
  Reshape: reshape,
  Add: merge("add"),
  Multiply: merge("multiply"),
  Maximum: merge("maximum"),
  Minimum: merge("minimum"),
  Subtract: subtract,
  Average: average,
  Concatenate: concatenate,
  Dropout: identity,
  SpatialDropout2D: identity,
  GaussianNoise: identity,
  GaussianDropout: identity,
  AlphaDropout: identity,
  ActivityRegularization: identity,
  StochasticDepth: identity,
  Identity: identity,
  RandomFlip: identity,
  RandomRotation: identity,
  RandomTranslation: identity,
  RandomZoom: identity,
  RandomContrast: identity,
  RandomBrightness: identity,
  // Operators of Keras 3.
  Relu: named,
  Relu6: named,
  Selu: named,
  Sigmoid: named,
  HardSigmoid: named,
  Silu: named,
  HardSilu: named,
  Softplus: named,
  Softsign: named,
  Tanh: named,
  Elu: settable,
  LeakyRelu: settable,
  Gelu: settable,
  Clip: settable,
  Negative: negative,
  Cast: cast,
  GetItem: getItem,
  Flip: flip,
  Mean: reduce("average"),
  Max: reduce("max"),
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
