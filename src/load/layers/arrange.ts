/** Layers that move values about or join maps: padding, enlarging, another shape, sum, product, channels side by side. */
import { channelsOf, type Shape } from "../../core/shape.js";
import { mergedShape } from "../../network/ops/merge.js";
import { fieldOf, type LayerConfig, pairOf, sidesOf, wrong } from "../config.js";
import { halfPixelBilinear } from "../half-pixel-bilinear.js";
import { isArray, type Json } from "../json.js";
import { inputShapes, isLastAxis } from "./activation.js";
import { affine, base, inputChannels, type LayerReader, opaque } from "./reader.js";

/** `ZeroPadding2D`: one number, `[rows, columns]`, or `[[top, bottom], [left, right]]`. */
export const zeroPadding: LayerReader = (layer) => {
  const [[top, bottom], [left, right]] = sidesOf(layer.config);
  return [{ ...base(layer), kind: "pad", padding: { top, bottom, left, right } }];
};

/** `Cropping2D`: one number, `[rows, columns]`, or `[[top, bottom], [left, right]]`. */
export const cropping: LayerReader = (layer) => {
  const [[top, bottom], [left, right]] = sidesOf(layer.config, "cropping");
  return [{ ...base(layer), kind: "crop", cropping: { top, bottom, left, right }, strides: [1, 1] }];
};

/** `Permute`: axes counted from 1, without the batch. */
export const permute: LayerReader = (layer) => {
  const dims = fieldOf(layer.config, "dims");
  const axes = isArray(dims) ? dims.map((n) => (n as number) - 1) : [];
  if (![0, 1, 2].every((axis) => axes.includes(axis)) || axes.length !== 3) {
    return opaque(layer, "it exchanges other axes than rows, columns and channels");
  }
  return [{ ...base(layer), kind: "permute", axes: axes as [number, number, number] }];
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
  return halfPixelBilinear({ name, layer: name }, inputs[0]!, size);
};

/** `Flatten`: all values in one row, the channel fastest. */
export const flatten: LayerReader = (layer) => [
  { ...base(layer), kind: "reshape", output: [countOf(layer.inputs[0]!.shape)] },
];

/** `Reshape`: the same values in another shape, in which one size may be −1 (tfjs writes `null`), "whatever is left". */
export const reshape: LayerReader = (layer) => {
  const { target, batched } = targetOf(layer.config);
  if (!isArray(target) || !target.every((n) => n === null || Number.isInteger(n))) {
    throw wrong(layer.config, "target_shape", "a list of whole numbers", target);
  }
  const sizes = (target as (number | null)[]).slice(batched ? 1 : 0).map((n) => (n === -1 ? null : n));
  const total = countOf(layer.inputs[0]!.shape);
  const known = countOf(sizes.filter((n) => n !== null))!;
  const left = total && total / known;
  const keepsBatch = [-1, null, 1].includes(target[0] as number | null) && (sizes.includes(null) || total === known);
  if (batched && !(keepsBatch && sizes.length > 0))
    return opaque(layer, "it makes other examples of the batch it is given");
  return [{ ...base(layer), kind: "reshape", output: sizes.map((n) => n ?? left) }];
};

/** The shape that is asked for; that of `keras.ops.reshape` has the batch in front. */
function targetOf(config: LayerConfig): { target: Json | undefined; batched: boolean } {
  const batched = fieldOf(config, "newshape");
  return batched === undefined
    ? { target: fieldOf(config, "target_shape"), batched: false }
    : { target: batched, batched: true };
}

/** Number of values of a shape; `null` where a size is free. */
function countOf(shape: Shape): number | null {
  return shape.reduce((product: number | null, n) => (product === null || n === null ? null : product * n), 1);
}

/** `Add`, `Multiply`, `Maximum` and `Minimum` of maps of one shape, or of size 1 along some axes. */
export function merge(kind: "add" | "multiply" | "maximum" | "minimum"): LayerReader {
  return (layer) => {
    if (layer.inputs.every(({ sure }) => sure) && !mergedShape(layer.inputs.map(({ shape }) => shape))) {
      return opaque(layer, `it joins maps of different shapes, ${inputShapes(layer)}`);
    }
    return [{ ...base(layer), kind }];
  };
}

/** `Average`: the sum, `"name/sum"`, divided by how many there are. */
export const average: LayerReader = (layer) => {
  const { name, inputs } = layer;
  const channels = inputChannels(layer);
  if (inputs.length < 2 || channels === null)
    return opaque(layer, "it averages something else than maps that are known");
  const [sum] = merge("add")({ ...layer, name: `${name}/sum` });
  if (sum!.kind === "opaque") return [{ ...sum!, name }];
  return [
    { ...sum!, layer: name },
    { name, inputs: [`${name}/sum`], ...affine(channels, [1 / inputs.length], [0]) },
  ];
};

/** `Subtract`: the sum of the first and of the second turned around, `"name/negative"`. */
export const subtract: LayerReader = (layer) => {
  const { name, inputs } = layer;
  const [first, second] = inputs;
  const channels = second?.sure ? channelsOf(second.shape) : null;
  if (inputs.length !== 2 || channels === null)
    return opaque(layer, "it subtracts something else than two maps that are known");
  const negative = `${name}/negative`;
  const [sum] = merge("add")({ ...layer, inputs: [first!, { ...second!, name: negative }] });
  if (sum!.kind === "opaque") return opaque(layer, sum!.reason);
  return [{ name: negative, layer: name, inputs: [second!.name], ...affine(channels, [-1], [0]) }, sum!];
};

/** `Concatenate` along the channels. */
export const concatenate: LayerReader = (layer) =>
  isLastAxis(fieldOf(layer.config, "axis") ?? -1, layer)
    ? [{ ...base(layer), kind: "concat" }]
    : opaque(layer, "it joins along another axis than the channels");

/** Layers that do nothing outside training. */
export const identity: LayerReader = (layer) => [{ ...base(layer), kind: "identity" }];
