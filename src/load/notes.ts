/** What of a Layers model is read otherwise than it says: sentences for the network's notes. */
import { shortList } from "../core/names.js";
import { fieldOf } from "./config.js";
import { isObject } from "./json.js";
import { canRead } from "./layers/readers.js";
import type { LayerCall } from "./topology.js";

/** Layers that compute otherwise in training. */
const differing = /^(?:BatchNormalization(?:V1)?$|Dropout|SpatialDropout|Gaussian|AlphaDropout)/;

/** The notes on calls. */
export function notesOn(calls: readonly LayerCall[]): readonly string[] {
  const named = (list: readonly LayerCall[]): string =>
    shortList(
      list.map(({ name }) => `"${name}"`),
      4,
    );
  const training = calls.filter(({ training: asked, config }) => asked && differing.test(config.className));
  const augmenting = calls.filter(({ config: { className } }) => className.startsWith("Random") && canRead(className));
  // Files of Keras itself are read with pixel centres at a half, so they need no note.
  const enlarging = calls.filter(
    ({ config }) =>
      config.className === "UpSampling2D" && fieldOf(config, "interpolation") === "bilinear" && !config.centred,
  );
  const policies = [...new Set(calls.map(policyOf))].filter((policy) => /float16/.test(policy));
  return [
    ...(training.length > 0 ? [`called with training=True, read as after training: ${named(training)}`] : []),
    ...(augmenting.length > 0 ? [`augmentation, left out: ${named(augmenting)}`] : []),
    ...(enlarging.length > 0
      ? [
          `bilinear enlarging is computed as TensorFlow.js does it; Keras puts the centres of pixels at a half and gives other values: ${named(enlarging)}`,
        ]
      : []),
    ...policies.map((policy) => `the model computes in ${policy}, this library in single precision or better`),
  ];
}

/** The precision a layer computes in: a word, or an object around it. */
function policyOf({ config }: LayerCall): string {
  const dtype = fieldOf(config, "dtype");
  const inner = isObject(dtype) && isObject(dtype.config) ? dtype.config.name : dtype;
  return typeof inner === "string" ? inner : "";
}
