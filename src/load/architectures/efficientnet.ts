/** EfficientNet-B0 (Tan & Le 2019): bottlenecks whose channels are weighed by what the whole map shows. */
import { Recipe } from "./recipe.js";

/** Kernel, blocks, width, expansion and stride of the stages. */
export const stages = [
  [3, 1, 16, 1, 1],
  [3, 2, 24, 6, 2],
  [5, 2, 40, 6, 2],
  [3, 3, 80, 6, 2],
  [5, 3, 112, 6, 1],
  [5, 4, 192, 6, 2],
  [3, 1, 320, 6, 1],
] as const;

/** Standard deviations of the channels over ImageNet. */
const deviations = [0.229, 0.224, 0.225];

/** The recipe; it centres images itself. */
export function efficientnetB0(top: boolean, classes: number): Recipe {
  const net = new Recipe("efficientnetb0", "unit");
  const active = (name: string, x: string): string =>
    net.activation(`${name}activation`, net.norm(`${name}bn`, x, 1e-3), "swish");
  // Images are given in 0…1, which is what Keras's first layer makes of 0…255. Its statistics hold deviations where variances
  // belong, which another layer without weights makes good.
  let x = net.layer("Normalization", "normalization", [net.image()], { axis: -1 });
  x = net.layer("Rescaling", "rescaling_1", [x], { scale: deviations.map((d) => 1 / Math.sqrt(d)), offset: 0 });
  x = net.pad("stem_conv_pad", x, [0, 1, 0, 1]);
  x = active("stem_", net.conv("stem_conv", x, [32, 3], { strides: 2, padding: "valid", bias: false }));
  let channels = 32;
  for (const [s, [size, blocks, filters, expansion, stride]] of stages.entries()) {
    for (let b = 0; b < blocks; b++) {
      const name = `block${s + 1}${"abcd"[b]}_`;
      const given = x;
      const wide = channels * expansion;
      if (expansion > 1) {
        x = net.conv(`${name}expand_conv`, x, [wide, 1], { bias: false });
        x = active(`${name}expand_`, x);
      }
      const strides = b === 0 ? stride : 1;
      if (strides === 2) x = net.pad(`${name}dwconv_pad`, x, zerosFor(size));
      x = net.depthwise(`${name}dwconv`, x, size, strides === 2 ? { strides, padding: "valid" } : {});
      x = active(name, x);
      x = weighed(net, x, { name: `${name}se_`, wide, narrow: Math.max(1, Math.floor(channels / 4)) });
      x = net.norm(`${name}project_bn`, net.conv(`${name}project_conv`, x, [filters, 1], { bias: false }), 1e-3);
      if (b > 0) x = net.add(`${name}add`, [x, given]);
      channels = filters;
    }
  }
  x = active("top_", net.conv("top_conv", x, [1280, 1], { bias: false }));
  if (top) net.classes(x, classes);
  return net;
}

/** Zeros before a stride of 2 on maps of even size, as Keras puts them: one less above and to the left. */
function zerosFor(size: number): readonly [number, number, number, number] {
  const half = (size - 1) / 2;
  return [half - 1, half, half - 1, half];
}

/** Squeeze and excite: each channel times a number from 0 to 1 that the means of all channels give. */
function weighed(
  net: Recipe,
  x: string,
  { name, wide, narrow }: { name: string; wide: number; narrow: number },
): string {
  const mean = net.layer("GlobalAveragePooling2D", `${name}squeeze`, [x], { keepdims: true });
  const few = net.conv(`${name}reduce`, mean, [narrow, 1], { activation: "swish" });
  const gates = net.conv(`${name}expand`, few, [wide, 1], { activation: "sigmoid" });
  return net.layer("Multiply", `${name}excite`, [x, gates]);
}
