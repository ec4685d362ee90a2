/** MobileNets: depthwise and 1 × 1 convolutions in turn (Howard et al. 2017), and in residual bottlenecks (Sandler et al. 2018). */
import { Recipe } from "./recipe.js";

const halving = { strides: 2, padding: "valid" } as const;

/** Where a stride of 2 follows: zeros below and to the right alone. */
const corner = [0, 1, 0, 1] as const;

/** Widths of the 1 × 1 convolutions of the first, and the strides before them. */
export const pointwise: readonly { readonly filters: number; readonly strides: number }[] = [
  64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024,
].map((filters, i) => ({
  filters,
  strides: [1, 3, 5, 11].includes(i) ? 2 : 1,
}));

/** The first one. */
export function mobilenet(top: boolean, classes: number): Recipe {
  const net = new Recipe("mobilenet", "tf");
  const six = (name: string, x: string): string => net.layer("ReLU", name, [x], { max_value: 6 });
  const normed = (name: string, x: string): string => six(`${name}_relu`, net.norm(`${name}_bn`, x, 1e-3));
  let x = normed("conv1", net.conv("conv1", net.image(), [32, 3], { strides: 2, bias: false }));
  for (const [i, { filters, strides }] of pointwise.entries()) {
    const n = i + 1;
    const deep = `conv_dw_${n}`;
    x =
      strides === 2 ? net.depthwise(deep, net.pad(`conv_pad_${n}`, x, corner), 3, halving) : net.depthwise(deep, x, 3);
    x = normed(`conv_pw_${n}`, net.conv(`conv_pw_${n}`, normed(deep, x), [filters, 1], { bias: false }));
  }
  if (!top) return net;
  x = net.layer("GlobalAveragePooling2D", "global_average_pooling2d", [x], { keepdims: true });
  x = net.conv("conv_preds", x, [classes, 1]);
  x = net.layer("Reshape", "reshape_2", [x], { target_shape: [classes] });
  net.activation("predictions", x, "softmax");
  return net;
}

/** Width, blocks and stride of the stages of the second. */
export const stages = [
  [16, 1, 1],
  [24, 2, 2],
  [32, 3, 2],
  [64, 4, 2],
  [96, 3, 1],
  [160, 3, 2],
  [320, 1, 1],
] as const;

/** The second one. */
export function mobilenetV2(top: boolean, classes: number): Recipe {
  const net = new Recipe("mobilenetv2", "tf");
  const six = (name: string, x: string): string => net.layer("ReLU", name, [x], { max_value: 6 });
  const norm = (name: string, x: string): string => net.norm(name, x, 1e-3);
  let x = net.conv("Conv1", net.image(), [32, 3], { strides: 2, bias: false });
  x = six("Conv1_relu", norm("bn_Conv1", x));
  let [channels, n] = [32, 0];
  for (const [filters, blocks, stride] of stages) {
    for (let b = 0; b < blocks; b++) {
      const name = n === 0 ? "expanded_conv_" : `block_${n}_`;
      const given = x;
      if (n > 0) {
        x = net.conv(`${name}expand`, x, [6 * channels, 1], { bias: false });
        x = six(`${name}expand_relu`, norm(`${name}expand_BN`, x));
      }
      const strided = b === 0 && stride === 2;
      if (strided) x = net.pad(`${name}pad`, x, corner);
      x = net.depthwise(`${name}depthwise`, x, 3, strided ? halving : {});
      x = six(`${name}depthwise_relu`, norm(`${name}depthwise_BN`, x));
      x = norm(`${name}project_BN`, net.conv(`${name}project`, x, [filters, 1], { bias: false }));
      if (b > 0) x = net.add(`${name}add`, [given, x]);
      channels = filters;
      n++;
    }
  }
  x = six("out_relu", norm("Conv_1_bn", net.conv("Conv_1", x, [1280, 1], { bias: false })));
  if (top) net.classes(x, classes, "global_average_pooling2d");
  return net;
}
