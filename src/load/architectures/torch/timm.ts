/** Architectures that timm builds and torchvision does not. */
import { pointwise } from "../mobilenet.js";
import { type ArchitectureRecipe, Recipe } from "../recipe.js";
import { classes, conv, depthwise, epsilon, halved, six } from "./modules.js";

/** Residual networks that normalise and rectify before they convolve, with the stride in the 3 × 3 convolution. */
export function resnetV2(name: string, depths: readonly number[]): ArchitectureRecipe {
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
export function xception(top: boolean, count: number): Recipe {
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
export function mobilenet(top: boolean, count: number): Recipe {
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
