/** Inception v3 (Szegedy et al. 2015): branches of factored convolutions side by side, without names but for the joints. */
import { Recipe } from "./recipe.js";

type Size = number | readonly [number, number];

/** The recipe. */
export function inceptionV3(top: boolean, classes: number): Recipe {
  const net = new Recipe("inceptionv3", "tf");
  const conv = (
    x: string,
    filters: number,
    size: Size,
    { strides = 1, padding = "same" }: { strides?: number; padding?: "same" | "valid" } = {},
  ): string => {
    const made = net.conv(net.auto("conv2d"), x, [filters, size], { strides, padding, bias: false });
    return net.activation(net.auto("activation"), net.norm(net.auto("batch_normalization"), made, 1e-3, false));
  };
  const mean = (x: string): string => net.pool(net.auto("average_pooling2d"), x, "Average", [3, 1, "same"]);
  const most = (x: string): string => net.pool(net.auto("max_pooling2d"), x, "Max", [3, 2, "valid"]);
  const valid = { padding: "valid" } as const;
  const halving = { strides: 2, padding: "valid" } as const;

  let x = conv(net.image(), 32, 3, halving);
  x = conv(conv(x, 32, 3, valid), 64, 3);
  x = conv(conv(most(x), 80, 1, valid), 192, 3, valid);
  x = most(x);

  for (const [i, pooled] of [32, 64, 64].entries()) {
    const one = conv(x, 64, 1);
    const five = conv(conv(x, 48, 1), 64, 5);
    const threes = conv(conv(conv(x, 64, 1), 96, 3), 96, 3);
    x = net.concat(`mixed${i}`, [one, five, threes, conv(mean(x), pooled, 1)]);
  }

  const halved = conv(x, 384, 3, halving);
  const thrice = conv(conv(conv(x, 64, 1), 96, 3), 96, 3, halving);
  x = net.concat("mixed3", [halved, thrice, most(x)]);

  for (const [i, width] of [128, 160, 160, 192].entries()) {
    const one = conv(x, 192, 1);
    const seven = conv(conv(conv(x, width, 1), width, [1, 7]), 192, [7, 1]);
    let twice = conv(x, width, 1);
    for (const size of [
      [7, 1],
      [1, 7],
      [7, 1],
    ] as const)
      twice = conv(twice, width, size);
    twice = conv(twice, 192, [1, 7]);
    x = net.concat(`mixed${i + 4}`, [one, seven, twice, conv(mean(x), 192, 1)]);
  }

  const short = conv(conv(x, 192, 1), 320, 3, halving);
  const long = conv(conv(conv(conv(x, 192, 1), 192, [1, 7]), 192, [7, 1]), 192, 3, halving);
  x = net.concat("mixed8", [short, long, most(x)]);

  for (const i of [0, 1]) {
    const one = conv(x, 320, 1);
    const wide = conv(x, 384, 1);
    const split = net.concat(`mixed9_${i}`, [conv(wide, 384, [1, 3]), conv(wide, 384, [3, 1])]);
    const deep = conv(conv(x, 448, 1), 384, 3);
    const deepSplit = net.concat(net.auto("concatenate"), [conv(deep, 384, [1, 3]), conv(deep, 384, [3, 1])]);
    x = net.concat(`mixed${i + 9}`, [one, split, deepSplit, conv(mean(x), 192, 1)]);
  }
  if (top) net.classes(x, classes);
  return net;
}
