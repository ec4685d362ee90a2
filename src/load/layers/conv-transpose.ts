/** `Conv2DTranspose`, whose zeros depend on kernel, stride and padding as in TensorFlow. */
import { type ConvTransposeOp, linear } from "../../network/ops.js";
import { fieldOf, flagOf, numberOf, pairOf, wordOf } from "../config.js";
import { activated } from "./activation.js";
import { base, inputChannels, type LayerReader, type Weight } from "./reader.js";

/** Kernel `[height, width, out, in]`. */
export const convTranspose: LayerReader = (layer) => {
  const { config, take } = layer;
  const filters = numberOf(config, "filters");
  const size = pairOf(config, "kernel_size");
  const [strides, dilation] = [pairOf(config, "strides", 1), pairOf(config, "dilation_rate", 1)];
  const added = fieldOf(config, "output_padding") === undefined ? null : pairOf(config, "output_padding", undefined, 0);
  const stored = take(["kernel"], [...size, filters, inputChannels(layer)]);
  const bias = flagOf(config, "use_bias", true) ? take(["bias"], [filters]).values : null;
  return activated(layer, {
    ...base(layer),
    kind: "convTranspose",
    ...exchanged(stored),
    bias,
    strides,
    dilation,
    ...marginsOf(wordOf(config, "padding", ["valid", "same"], "valid"), { size, strides, dilation }, added),
    groups: 1,
    activation: linear,
  });
};

/** A kernel with its last two axes, out and in, exchanged. */
export function exchanged({ values, shape }: Weight): Pick<ConvTransposeOp, "kernel" | "kernelShape"> {
  const [height, width, out, read] = shape as [number, number, number, number];
  const kernel = new Float32Array(values.length);
  for (let tap = 0; tap < height * width; tap++) {
    for (let o = 0; o < out; o++) {
      for (let i = 0; i < read; i++) kernel[(tap * read + i) * out + o] = values[(tap * out + o) * read + i]!;
    }
  }
  return { kernel, kernelShape: [height, width, read, out] };
}

type Margins = Pick<ConvTransposeOp, "strides" | "dilation" | "padding" | "outputPadding">;

/**
 * What is cut off and added. Without `output_padding`, `"same"` puts out `n · stride` rows and `"valid"` at least as many;
 * with it, `(n − 1) · stride + kernel + output padding`, less twice half the kernel for `"same"`. In either case TensorFlow
 * places the rows where a convolution of the same padding would read them, with the odd row cut off at the end.
 */
export function marginsOf(
  padding: "valid" | "same",
  { size, strides, dilation }: Record<"size" | "strides" | "dilation", readonly [number, number]>,
  added: readonly [number, number] | null = null,
): Pick<ConvTransposeOp, "padding" | "outputPadding"> {
  const isSame = padding === "same";
  const axis = (i: 0 | 1): { cut: number; add: number } => {
    const reach = (size[i] - 1) * dilation[i] + 1;
    // Extra output rows beyond (n − 1) · stride + reach; a negative number removes rows.
    const beyond =
      added === null
        ? (isSame ? strides[i] : Math.max(reach, strides[i])) - reach
        : added[i] - (isSame ? 2 * Math.floor(reach / 2) : 0);
    const cut = isSame ? Math.max(0, -beyond) : 0;
    return { cut, add: beyond + cut };
  };
  const [rows, columns] = [axis(0), axis(1)];
  const top = Math.floor(rows.cut / 2);
  const left = Math.floor(columns.cut / 2);
  return {
    padding: { top, bottom: rows.cut - top, left, right: columns.cut - left },
    outputPadding: [rows.add, columns.add],
  };
}
