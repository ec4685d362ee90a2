/** Layers that move values about or join maps: padding, enlarging, another shape, sum, product, channels side by side. */
import type { Shape } from "../../core/shape.js";
import { mergedShape } from "../../network/shapes.js";
import { centredBilinear } from "../centred.js";
import { fieldOf, type LayerConfig, pairOf, sidesOf, wrong } from "../config.js";
import { isArray, type Json } from "../json.js";
import { inputShapes, isLastAxis } from "./activation.js";
import { base, type LayerReader, opaque } from "./reader.js";

/** `ZeroPadding2D`: one number, `[rows, columns]`, or `[[top, bottom], [left, right]]`. */
export const zeroPadding: LayerReader = (layer) => {
  const [[top, bottom], [left, right]] = sidesOf(layer.config);
  return [{ ...base(layer), kind: "pad", padding: { top, bottom, left, right } }];
};

/** `UpSampling2D`. */
export const upSampling: LayerReader = (layer) => {
  const size = pairOf(layer.config, "size", 2);
  const interpolation = fieldOf(layer.config, "interpolation") ?? "nearest";
  if (interpolation !== "nearest" && interpolation !== "bilinear") {
    return opaque(layer, `it enlarges by ${String(interpolation)}, not by nearest or bilinear`);
  }
  if (interpolation === "nearest" || !layer.config.centred) {
    return [{ ...base(layer), kind: "upsample", size, interpolation }];
  }
  const { name, inputs } = base(layer);
  return centredBilinear({ name, layer: name }, inputs[0]!, size);
};

/** `Flatten`: all values in one row, the channel fastest. */
export const flatten: LayerReader = (layer) => [
  { ...base(layer), kind: "reshape", output: [countOf(layer.inputs[0]!.shape)] },
];

/** `Reshape`: the same values in another shape, in which one size may be −1 (tfjs writes `null`), "whatever is left". */
export const reshape: LayerReader = (layer) => {
  const target = fieldOf(layer.config, "target_shape");
  if (!isArray(target) || !target.every((n) => n === null || Number.isInteger(n))) {
    throw wrong(layer.config, "target_shape", "a list of whole numbers", target);
  }
  const sizes = (target as (number | null)[]).map((n) => (n === -1 ? null : n));
  const total = countOf(layer.inputs[0]!.shape);
  const left = total && total / countOf(sizes.filter((n) => n !== null))!;
  return [{ ...base(layer), kind: "reshape", output: sizes.map((n) => n ?? left) }];
};

/** Number of values of a shape; `null` where a size is free. */
function countOf(shape: Shape): number | null {
  return shape.reduce((product: number | null, n) => (product === null || n === null ? null : product * n), 1);
}

/** `Add` and `Multiply` of maps of one shape, or of one pixel for all. */
export function merge(kind: "add" | "multiply"): LayerReader {
  return (layer) => {
    if (layer.inputs.every(({ sure }) => sure) && !mergedShape(layer.inputs.map(({ shape }) => shape))) {
      return opaque(layer, `it joins maps of different shapes, ${inputShapes(layer)}`);
    }
    return [{ ...base(layer), kind }];
  };
}

/** `Concatenate` along the channels. */
export const concatenate: LayerReader = (layer) =>
  isLastAxis(fieldOf(layer.config, "axis") ?? -1, layer)
    ? [{ ...base(layer), kind: "concat" }]
    : opaque(layer, "it joins along another axis than the channels");

/** Layers that do nothing outside training. */
export const identity: LayerReader = (layer) => [{ ...base(layer), kind: "identity" }];
