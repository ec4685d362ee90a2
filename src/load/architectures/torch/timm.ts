/** Architectures as timm builds them, where its modules are called otherwise than torchvision's or torchvision has none. */
import type { ArchitectureName, ArchitectureRecipe } from "../architectures.js";
import { stages as efficient } from "../efficientnet.js";
import { stages as bottlenecks, pointwise } from "../mobilenet.js";
import { Recipe } from "../recipe.js";
import { classes, conv, depthwise, epsilon, halved, six, weighed } from "./modules.js";

/** Dense layers written as convolutions, behind the maps of torchvision. */
function vgg(name: string, depths: readonly number[]): ArchitectureRecipe {
  return (top, count) => {
    const net = new Recipe(name, "torch");
    let x = net.image();
    let i = 0;
    for (const [block, width] of [64, 128, 256, 512, 512].entries()) {
      for (let c = 0; c < depths[block]!; c++) {
        x = net.activation(`features.${i + 1}`, conv(net, `features.${i}`, x, [width, 3], { bias: true }));
        i += 2;
      }
      x = net.pool(`features.${i++}`, x, "Max", [2, 2, "valid"]);
    }
    if (!top) return net;
    x = net.conv("pre_logits.fc1", x, [4096, 7], { padding: "valid" });
    x = net.conv("pre_logits.fc2", net.activation("pre_logits.act1", x), [4096, 1]);
    classes(net, "head.fc", net.activation("pre_logits.act2", x), count);
    return net;
  };
}

/** Residual networks that normalise and rectify before they convolve, with the stride in the 3 × 3 convolution. */
function resnetV2(name: string, depths: readonly number[]): ArchitectureRecipe {
  return (top, count) => {
    const net = new Recipe(name, "tf");
    const ready = (at: string, x: string): string => net.activation(`${at}.act`, net.norm(at, x, epsilon));
    let x = halved(net, "stem.pool", conv(net, "stem.conv", net.image(), [64, 7, 2]));
    for (const [stage, blocks] of depths.entries()) {
      const width = 64 * 2 ** stage;
      for (let b = 0; b < blocks; b++) {
        const at = `stages.${stage}.blocks.${b}`;
        const strides = b === 0 && stage > 0 ? 2 : 1;
        const one = ready(`${at}.norm1`, x);
        const around = b > 0 ? x : conv(net, `${at}.downsample.conv`, one, [4 * width, 1, strides]);
        const two = ready(`${at}.norm2`, conv(net, `${at}.conv1`, one, [width, 1]));
        const three = ready(`${at}.norm3`, conv(net, `${at}.conv2`, two, [width, 3, strides]));
        x = net.add(at, [conv(net, `${at}.conv3`, three, [4 * width, 1]), around]);
      }
    }
    x = ready("norm", x);
    if (top) classes(net, "head.fc", x, count);
    return net;
  };
}

/** The Xception that timm calls a legacy. */
function xception(top: boolean, count: number): Recipe {
  const net = new Recipe("xception", "tf");
  const separable = (at: string, x: string, filters: number): string =>
    conv(net, `${at}.pointwise`, depthwise(net, `${at}.conv1`, x, [3, 1]), [filters, 1]);
  const normed = (at: string, x: string): string => net.norm(at, x, epsilon);
  let x = net.conv("conv1", net.image(), [32, 3], { strides: 2, padding: "valid", bias: false });
  x = net.conv("conv2", net.activation("act1", normed("bn1", x)), [64, 3], { padding: "valid", bias: false });
  x = net.activation("act2", normed("bn2", x));
  const blocks = [[128, 128], [256, 256], [728, 728], ...new Array<number[]>(8).fill([728, 728, 728]), [728, 1024]];
  for (const [i, filters] of blocks.entries()) {
    const at = `block${i + 1}`;
    const strides = filters.length === 2 ? 2 : 1;
    const around =
      strides === 1 ? x : normed(`${at}.skipbn`, conv(net, `${at}.skip`, x, [filters.at(-1)!, 1, strides]));
    let part = 0;
    for (const [j, width] of filters.entries()) {
      // The first block is given rectified values already.
      if (i + j > 0) x = net.activation(`${at}.rep.${part++}`, x);
      x = separable(`${at}.rep.${part++}`, x, width);
      x = normed(`${at}.rep.${part++}`, x);
    }
    if (strides > 1) x = halved(net, `${at}.rep.${part}`, x);
    x = net.add(at, [x, around]);
  }
  x = net.activation("act3", normed("bn3", separable("conv3", x, 1536)));
  x = net.activation("act4", normed("bn4", separable("conv4", x, 2048)));
  if (top) classes(net, "fc", x, count);
  return net;
}

/** Convolutions of every channel by itself and 1 × 1 convolutions in turn; the stages count from the first pair. */
function mobilenet(top: boolean, count: number): Recipe {
  const net = new Recipe("mobilenet", "tf");
  const active = (at: string, x: string): string => six(net, `${at}.act`, net.norm(at, x, epsilon));
  let x = active("bn1", conv(net, "conv_stem", net.image(), [32, 3, 2]));
  let [stage, b] = [0, 0];
  for (const { filters, strides } of pointwise) {
    if (strides === 2) [stage, b] = [stage + 1, 0];
    const at = `blocks.${stage}.${b++}`;
    x = active(`${at}.bn1`, depthwise(net, `${at}.conv_dw`, x, [3, strides]));
    x = active(`${at}.bn2`, conv(net, `${at}.conv_pw`, x, [filters, 1]));
  }
  if (top) classes(net, "classifier", x, count);
  return net;
}

/** What tells the networks of bottlenecks apart. */
interface Bottlenecks {
  readonly name: string;
  /** Kernel, blocks, width, expansion and stride of the stages. */
  readonly stages: readonly (readonly [
    size: number,
    blocks: number,
    filters: number,
    expansion: number,
    stride: number,
  ])[];
  /** Whether channels are weighed, and activations smooth. */
  readonly efficient: boolean;
}

function ofBottlenecks({ name, stages, efficient }: Bottlenecks): ArchitectureRecipe {
  return (top, count) => {
    const net = new Recipe(name, "torch");
    const active = (at: string, x: string): string => {
      const normed = net.norm(at, x, epsilon);
      return efficient ? net.activation(`${at}.act`, normed, "swish") : six(net, `${at}.act`, normed);
    };
    let x = active("bn1", conv(net, "conv_stem", net.image(), [32, 3, 2]));
    let channels = 32;
    for (const [s, [size, blocks, filters, expansion, stride]] of stages.entries()) {
      for (let b = 0; b < blocks; b++) {
        const at = `blocks.${s}.${b}`;
        const given = x;
        const wide = channels * expansion;
        const expands = expansion > 1;
        if (expands) x = active(`${at}.bn1`, conv(net, `${at}.conv_pw`, x, [wide, 1]));
        x = depthwise(net, `${at}.conv_dw`, x, [size, b === 0 ? stride : 1]);
        x = active(`${at}.bn${expands ? 2 : 1}`, x);
        if (efficient) {
          const few = Math.floor(channels / 4);
          x = weighed(net, `${at}.se`, x, { few, all: wide, parts: ["conv_reduce", "conv_expand"] });
        }
        x = conv(net, `${at}.${expands ? "conv_pwl" : "conv_pw"}`, x, [filters, 1]);
        x = net.norm(`${at}.bn${expands ? 3 : 2}`, x, epsilon);
        if (b > 0) x = net.add(at, [x, given]);
        channels = filters;
      }
    }
    x = active("bn2", conv(net, "conv_head", x, [1280, 1]));
    if (top) classes(net, "classifier", x, count);
    return net;
  };
}

/** Recipes by name. */
export const timm: Partial<Record<ArchitectureName, ArchitectureRecipe>> = {
  vgg16: vgg("vgg16", [2, 2, 3, 3, 3]),
  vgg19: vgg("vgg19", [2, 2, 4, 4, 4]),
  resnet50v2: resnetV2("resnet50v2", [3, 4, 6, 3]),
  resnet101v2: resnetV2("resnet101v2", [3, 4, 23, 3]),
  resnet152v2: resnetV2("resnet152v2", [3, 8, 36, 3]),
  xception,
  mobilenet,
  mobilenetv2: ofBottlenecks({
    name: "mobilenetv2",
    stages: bottlenecks.map(([filters, blocks, stride], i) => [3, blocks, filters, i === 0 ? 1 : 6, stride] as const),
    efficient: false,
  }),
  efficientnetb0: ofBottlenecks({ name: "efficientnetb0", stages: efficient, efficient: true }),
};
