/** Residual networks as torchvision and timm build them: two 3 × 3 convolutions a block, or three with the stride in the 3 × 3 one. */
import { type ArchitectureRecipe, Recipe } from "../recipe.js";
import { classes, conv, epsilon, halved } from "./modules.js";

interface Block {
  readonly at: string;
  readonly width: number;
  readonly strides: number;
}

/** What a block adds to what it is given: as many channels as it is wide. */
function basic(net: Recipe, x: string, { at, width, strides }: Block): string {
  const one = normed(net, `${at}.bn1`, conv(net, `${at}.conv1`, x, [width, 3, strides]));
  return normed(net, `${at}.bn2`, conv(net, `${at}.conv2`, net.activation(`${at}.relu1`, one), [width, 3]));
}

/** What a block adds to what it is given: four times as many channels as it is wide. */
function bottleneck(net: Recipe, x: string, { at, width, strides }: Block): string {
  const one = normed(net, `${at}.bn1`, conv(net, `${at}.conv1`, x, [width, 1]));
  const two = normed(
    net,
    `${at}.bn2`,
    conv(net, `${at}.conv2`, net.activation(`${at}.relu1`, one), [width, 3, strides]),
  );
  return normed(net, `${at}.bn3`, conv(net, `${at}.conv3`, net.activation(`${at}.relu2`, two), [4 * width, 1]));
}

const normed = (net: Recipe, at: string, x: string): string => net.norm(at, x, epsilon);

/** Blocks in each of the four stages. */
export function resnet(name: string, depths: readonly number[], kind: "basic" | "bottleneck"): ArchitectureRecipe {
  const [block, times] = kind === "basic" ? [basic, 1] : [bottleneck, 4];
  return (top, count) => {
    const net = new Recipe(name, "torch");
    let x = normed(net, "bn1", conv(net, "conv1", net.image(), [64, 7, 2]));
    x = halved(net, "maxpool", net.activation("relu", x));
    let channels = 64;
    for (const [stage, blocks] of depths.entries()) {
      const width = 64 * 2 ** stage;
      for (let b = 0; b < blocks; b++) {
        const at = `layer${stage + 1}.${b}`;
        const strides = b === 0 && stage > 0 ? 2 : 1;
        const keeps = strides === 1 && channels === times * width;
        channels = times * width;
        const around = keeps
          ? x
          : normed(net, `${at}.downsample.1`, conv(net, `${at}.downsample.0`, x, [channels, 1, strides]));
        x = net.activation(at, net.add(`${at}.sum`, [block(net, x, { at, width, strides }), around]));
      }
    }
    if (top) classes(net, "fc", x, count);
    return net;
  };
}
