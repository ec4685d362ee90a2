/**
 * Residual networks of 50, 101 and 152 layers: the first kind (He et al. 2015), which adds and then rectifies, with the stride in
 * the first convolution of a block as in Keras; and the second (He et al. 2016), which normalises and rectifies before it convolves.
 */
import { Recipe } from "./recipe.js";

/** Blocks in each of the four stages. */
const depths = { 50: [3, 4, 6, 3], 101: [3, 4, 23, 3], 152: [3, 8, 36, 3] } as const;
const widths = [64, 128, 256, 512];
const epsilon = 1.001e-5;

type Depth = keyof typeof depths;

/** Image, 7 × 7 convolution and pooling, which both kinds begin with. */
function stem(net: Recipe, second: boolean): string {
  const padded = net.pad("conv1_pad", net.image(), [3, 3, 3, 3]);
  let x = net.conv("conv1_conv", padded, [64, 7], { strides: 2, padding: "valid" });
  if (!second) x = net.activation("conv1_relu", net.norm("conv1_bn", x, epsilon));
  return net.pool("pool1_pool", net.pad("pool1_pad", x, [1, 1, 1, 1]), "Max", [3, 2, "valid"]);
}

/** The first kind. */
export function resnet(depth: Depth, top: boolean, classes: number): Recipe {
  const net = new Recipe(`resnet${depth}`, "caffe");
  let x = stem(net, false);
  depths[depth].forEach((blocks, stage) => {
    for (let b = 1; b <= blocks; b++) {
      const strides = b === 1 && stage > 0 ? 2 : 1;
      x = block(net, x, { name: `conv${stage + 2}_block${b}`, width: widths[stage]!, strides, first: b === 1 });
    }
  });
  if (top) net.classes(x, classes);
  return net;
}

interface Block {
  readonly name: string;
  readonly width: number;
  readonly strides: number;
  readonly first: boolean;
}

function block(net: Recipe, x: string, { name, width, strides, first }: Block): string {
  const shortcut = first
    ? net.norm(`${name}_0_bn`, net.conv(`${name}_0_conv`, x, [4 * width, 1], { strides, padding: "valid" }), epsilon)
    : x;
  const one = net.conv(`${name}_1_conv`, x, [width, 1], { strides, padding: "valid" });
  const two = net.conv(`${name}_2_conv`, net.activation(`${name}_1_relu`, net.norm(`${name}_1_bn`, one, epsilon)), [
    width,
    3,
  ]);
  const three = net.conv(
    `${name}_3_conv`,
    net.activation(`${name}_2_relu`, net.norm(`${name}_2_bn`, two, epsilon)),
    [4 * width, 1],
    { padding: "valid" },
  );
  const sum = net.add(`${name}_add`, [shortcut, net.norm(`${name}_3_bn`, three, epsilon)]);
  return net.activation(`${name}_out`, sum);
}

/** The second kind. */
export function resnetV2(depth: Depth, top: boolean, classes: number): Recipe {
  const net = new Recipe(`resnet${depth}v2`, "tf");
  let x = stem(net, true);
  depths[depth].forEach((blocks, stage) => {
    for (let b = 1; b <= blocks; b++) {
      // The stride is in the last block of a stage; the last stage has none.
      const strides = b === blocks && stage < 3 ? 2 : 1;
      x = blockV2(net, x, { name: `conv${stage + 2}_block${b}`, width: widths[stage]!, strides, first: b === 1 });
    }
  });
  x = net.activation("post_relu", net.norm("post_bn", x, epsilon));
  if (top) net.classes(x, classes);
  return net;
}

function blockV2(net: Recipe, x: string, { name, width, strides, first }: Block): string {
  const ready = net.activation(`${name}_preact_relu`, net.norm(`${name}_preact_bn`, x, epsilon));
  const one = net.conv(`${name}_1_conv`, ready, [width, 1], { padding: "valid", bias: false });
  const padded = net.pad(
    `${name}_2_pad`,
    net.activation(`${name}_1_relu`, net.norm(`${name}_1_bn`, one, epsilon)),
    [1, 1, 1, 1],
  );
  const two = net.conv(`${name}_2_conv`, padded, [width, 3], { strides, padding: "valid", bias: false });
  const three = net.conv(
    `${name}_3_conv`,
    net.activation(`${name}_2_relu`, net.norm(`${name}_2_bn`, two, epsilon)),
    [4 * width, 1],
    { padding: "valid" },
  );
  return net.add(`${name}_out`, [shortcutV2(net, [x, ready], { name, width, strides, first }), three]);
}

function shortcutV2(
  net: Recipe,
  [x, ready]: readonly [string, string],
  { name, width, strides, first }: Block,
): string {
  if (first) return net.conv(`${name}_0_conv`, ready, [4 * width, 1], { strides, padding: "valid" });
  return strides > 1 ? net.pool(net.auto("max_pooling2d"), x, "Max", [1, strides, "valid"]) : x;
}
