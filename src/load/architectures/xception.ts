/** Xception (Chollet 2016): separable convolutions in residual blocks. */
import { Recipe } from "./recipe.js";

const epsilon = 1e-3;

/** The recipe. */
export function xception(top: boolean, classes: number): Recipe {
  const net = new Recipe("xception", "tf");
  const normed = (name: string, x: string): string => net.norm(`${name}_bn`, x, epsilon);
  const rectified = (name: string, x: string): string => net.activation(`${name}_act`, x);
  const separable = (name: string, x: string, filters: number): string => normed(name, net.separable(name, x, filters));
  const shortcut = (x: string, filters: number): string =>
    net.norm(
      net.auto("batch_normalization"),
      net.conv(net.auto("conv2d"), x, [filters, 1], { strides: 2, bias: false }),
      epsilon,
    );

  let x = net.conv("block1_conv1", net.image(), [32, 3], { strides: 2, padding: "valid", bias: false });
  x = rectified("block1_conv1", normed("block1_conv1", x));
  x = net.conv("block1_conv2", x, [64, 3], { padding: "valid", bias: false });
  x = rectified("block1_conv2", normed("block1_conv2", x));

  for (const [i, filters] of [128, 256, 728].entries()) {
    const block = `block${i + 2}`;
    const around = shortcut(x, filters);
    // The first of these blocks is given rectified values already.
    const first = i === 0 ? x : rectified(`${block}_sepconv1`, x);
    x = separable(`${block}_sepconv1`, first, filters);
    x = separable(`${block}_sepconv2`, rectified(`${block}_sepconv2`, x), filters);
    x = net.add(net.auto("add"), [net.pool(`${block}_pool`, x, "Max", [3, 2, "same"]), around]);
  }
  for (let i = 5; i <= 12; i++) {
    const around = x;
    for (const part of [1, 2, 3]) {
      const name = `block${i}_sepconv${part}`;
      x = separable(name, rectified(name, x), 728);
    }
    x = net.add(net.auto("add"), [x, around]);
  }
  const around = shortcut(x, 1024);
  x = separable("block13_sepconv1", rectified("block13_sepconv1", x), 728);
  x = separable("block13_sepconv2", rectified("block13_sepconv2", x), 1024);
  x = net.add(net.auto("add"), [net.pool("block13_pool", x, "Max", [3, 2, "same"]), around]);
  x = rectified("block14_sepconv1", separable("block14_sepconv1", x, 1536));
  x = rectified("block14_sepconv2", separable("block14_sepconv2", x, 2048));
  if (top) net.classes(x, classes);
  return net;
}
