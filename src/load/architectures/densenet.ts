/** DenseNet-121 (Huang et al. 2016): every layer of a block reads all that came before it in the block. */
import { Recipe } from "./recipe.js";

const epsilon = 1.001e-5;
const growth = 32;

/** The recipe. */
export function densenet121(top: boolean, classes: number): Recipe {
  const net = new Recipe("densenet121", "torch");
  const ready = (name: string, x: string): string => net.activation(`${name}_relu`, net.norm(`${name}_bn`, x, epsilon));
  let x = net.pad("zero_padding2d", net.image(), [3, 3, 3, 3]);
  x = ready("conv1", net.conv("conv1_conv", x, [64, 7], { strides: 2, padding: "valid", bias: false }));
  x = net.pool("pool1", net.pad("zero_padding2d_1", x, [1, 1, 1, 1]), "Max", [3, 2, "valid"]);
  let channels = 64;
  for (const [i, blocks] of [6, 12, 24, 16].entries()) {
    for (let b = 1; b <= blocks; b++) {
      const name = `conv${i + 2}_block${b}`;
      const narrow = net.conv(`${name}_1_conv`, ready(`${name}_0`, x), [4 * growth, 1], { bias: false });
      const made = net.conv(`${name}_2_conv`, ready(`${name}_1`, narrow), [growth, 3], { bias: false });
      x = net.concat(`${name}_concat`, [x, made]);
      channels += growth;
    }
    if (i === 3) break;
    const name = `pool${i + 2}`;
    channels /= 2;
    x = net.conv(`${name}_conv`, ready(name, x), [channels, 1], { bias: false });
    x = net.pool(`${name}_pool`, x, "Average", [2, 2, "valid"]);
  }
  x = net.activation("relu", net.norm("bn", x, epsilon));
  if (top) net.classes(x, classes);
  return net;
}
