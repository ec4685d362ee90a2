/** Pooling. */
import type { Padding, PoolOp } from "../../network/ops.js";
import { fieldOf, flagOf, type LayerConfig, pairOf, sidesOf, wordOf } from "../config.js";
import { isArray } from "../json.js";
import { base, inputChannels, type LayerReader, opaque } from "./reader.js";

/** `MaxPooling2D`, `AveragePooling2D`. */
export function pool(mode: PoolOp["mode"]): LayerReader {
  return (layer) => {
    const { config } = layer;
    const size = pairOf(config, "pool_size", 2);
    const strides = fieldOf(config, "strides") === undefined ? size : pairOf(config, "strides");
    return [
      {
        ...base(layer),
        kind: "pool",
        mode,
        size,
        strides,
        padding: paddingOf(config),
      },
    ];
  };
}

/** The word of Keras, or what lies on the four sides, as architectures of PyTorch say it. */
function paddingOf(config: LayerConfig): Padding {
  if (!isArray(fieldOf(config, "padding") ?? null))
    return wordOf<"valid" | "same">(config, "padding", ["valid", "same"], "valid");
  const [[top, bottom], [left, right]] = sidesOf(config);
  return { top, bottom, left, right };
}

/** `keras.ops.mean` and `max`: over rows and columns, a pooling of the whole map. */
export function reduce(mode: PoolOp["mode"]): LayerReader {
  return (layer) => {
    const axes = fieldOf(layer.config, "axis") ?? [];
    const overMap =
      layer.inputs[0]!.shape.length === 3 && isArray(axes) && /^(?:1,2|-3,-2|2,1|-2,-3)$/.test(axes.join());
    return overMap ? globalPool(mode)(layer) : opaque(layer, "it runs over other axes than rows and columns");
  };
}

/** `GlobalMaxPooling2D`, `GlobalAveragePooling2D`; with `keepdims` the vector is laid out as a 1 × 1 map again. */
export function globalPool(mode: PoolOp["mode"]): LayerReader {
  return (layer) => {
    const { name } = layer;
    if (!flagOf(layer.config, "keepdims", false)) return [{ ...base(layer), kind: "globalPool", mode }];
    const inner = `${name}/pool`;
    return [
      { ...base(layer), kind: "globalPool", name: inner, layer: name, mode },
      { kind: "reshape", name, inputs: [inner], output: [1, 1, inputChannels(layer)] },
    ];
  };
}
