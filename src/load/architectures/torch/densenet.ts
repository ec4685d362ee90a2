/** DenseNet-121 as torchvision and timm build it. */
import { Recipe } from "../recipe.js";
import { classes, conv, epsilon, halved } from "./modules.js";

/** The recipe. */
export function densenet121(top: boolean, count: number): Recipe {
  const net = new Recipe("densenet121", "torch");
  const ready = (at: string, x: string): string => net.activation(`${at}/relu`, net.norm(at, x, epsilon));
  let x = ready("features.norm0", conv(net, "features.conv0", net.image(), [64, 7, 2]));
  x = halved(net, "features.pool0", x);
  let channels = 64;
  for (const [i, blocks] of [6, 12, 24, 16].entries()) {
    const block = `features.denseblock${i + 1}`;
    for (let b = 1; b <= blocks; b++) {
      const at = `${block}.denselayer${b}`;
      const narrow = conv(net, `${at}.conv1`, ready(`${at}.norm1`, x), [128, 1]);
      x = net.concat(`${at}/all`, [x, conv(net, `${at}.conv2`, ready(`${at}.norm2`, narrow), [32, 3])]);
      channels += 32;
    }
    if (i === 3) break;
    const at = `features.transition${i + 1}`;
    channels /= 2;
    x = conv(net, `${at}.conv`, ready(`${at}.norm`, x), [channels, 1]);
    x = net.pool(`${at}.pool`, x, "Average", [2, 2, "valid"]);
  }
  x = ready("features.norm5", x);
  if (top) classes(net, "classifier", x, count);
  return net;
}
