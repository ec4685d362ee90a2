/**
 * ConvNeXt (Liu et al. 2022) as torchvision and timm build it: depthwise 7 × 7 convolutions and dense layers at each pixel, which are written
 * as 1 × 1 convolutions here. Both libraries compute the same and call their modules differently.
 */
import { type ArchitectureRecipe, Recipe } from "../recipe.js";

/** Blocks in each of the four stages, and channels. */
const tiny = { depths: [3, 3, 9, 3], widths: [96, 192, 384, 768] } as const;

/** Words of a library. */
interface Names {
  /** A stage's halving: its norm and its convolution; the first stage has the stem, whose convolution comes first. */
  readonly halving: (stage: number) => { readonly norm: string; readonly conv: string };
  readonly block: (
    stage: number,
    b: number,
  ) => Readonly<Record<"at" | "deep" | "norm" | "wide" | "gelu" | "narrow" | "scale", string>>;
  readonly head: { readonly norm: string; readonly dense: string };
}

const torchvision: Names = {
  halving: (stage) => {
    const at = `features.${2 * stage}`;
    return stage === 0 ? { conv: `${at}.0`, norm: `${at}.1` } : { norm: `${at}.0`, conv: `${at}.1` };
  },
  block(stage, b) {
    const at = `features.${2 * stage + 1}.${b}`;
    const [deep, norm, wide, gelu, narrow] = [0, 2, 3, 4, 5].map((part) => `${at}.block.${part}`) as Five;
    return { at, deep, norm, wide, gelu, narrow, scale: `${at}.layer_scale` };
  },
  head: { norm: "classifier.0", dense: "classifier.2" },
};

type Five = [string, string, string, string, string];

const timm: Names = {
  halving: (stage) =>
    stage === 0
      ? { conv: "stem.0", norm: "stem.1" }
      : { norm: `stages.${stage}.downsample.0`, conv: `stages.${stage}.downsample.1` },
  block(stage, b) {
    const at = `stages.${stage}.blocks.${b}`;
    const [deep, norm, wide, gelu, narrow] = ["conv_dw", "norm", "mlp.fc1", "mlp.act", "mlp.fc2"].map(
      (part) => `${at}.${part}`,
    ) as Five;
    return { at, deep, norm, wide, gelu, narrow, scale: `${at}.gamma` };
  },
  head: { norm: "head.norm", dense: "head.fc" },
};

function convnext(names: Names): ArchitectureRecipe {
  return (top, count) => {
    const net = new Recipe("convnext_tiny", "torch");
    const normed = (name: string, x: string): string =>
      net.layer("LayerNormalization", name, [x], { axis: -1, epsilon: 1e-6 });
    const patches = (name: string, x: string, width: number, size: number): string =>
      net.conv(name, x, [width, size], { strides: size, padding: "valid" });
    let x = net.image();
    for (const [stage, blocks] of tiny.depths.entries()) {
      const width = tiny.widths[stage]!;
      const { norm, conv } = names.halving(stage);
      x = stage === 0 ? normed(norm, patches(conv, x, width, 4)) : patches(conv, normed(norm, x), width, 2);
      for (let b = 0; b < blocks; b++) {
        const { at, deep, norm, wide, gelu, narrow, scale } = names.block(stage, b);
        const made = normed(norm, net.depthwise(deep, x, 7, { bias: true }));
        const dense = net.conv(narrow, net.activation(gelu, net.conv(wide, made, [4 * width, 1]), "gelu"), [width, 1]);
        x = net.add(at, [net.layer("LayerScale", scale, [dense]), x]);
      }
    }
    if (!top) return net;
    const mean = net.layer("GlobalAveragePooling2D", "avgpool", [x], { keepdims: true });
    const flat = net.layer("Flatten", "flatten", [normed(names.head.norm, mean)]);
    net.layer("Dense", names.head.dense, [flat], { units: count });
    return net;
  };
}

/** The recipes, in torchvision's words and in timm's. */
export const convnextTiny: readonly ArchitectureRecipe[] = [convnext(torchvision), convnext(timm)];
