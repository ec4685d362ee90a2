/** VGG as torchvision and timm build it, with or without batch norms: modules of one list, numbered from the image on. */
import { type ArchitectureRecipe, Recipe } from "../recipe.js";
import { classes, conv, epsilon } from "./modules.js";

/** What tells the networks apart. */
interface Vgg {
  readonly name: string;
  /** Convolutions in each of the five blocks. */
  readonly depths: readonly number[];
  readonly norm?: boolean;
}

function features(net: Recipe, image: string, { depths, norm = false }: Vgg): string {
  let x = image;
  let i = 0;
  const next = (): string => `features.${i++}`;
  for (const [block, width] of [64, 128, 256, 512, 512].entries()) {
    for (let c = 0; c < depths[block]!; c++) {
      x = conv(net, next(), x, [width, 3], { bias: true });
      if (norm) x = net.norm(next(), x, epsilon);
      x = net.activation(next(), x);
    }
    x = net.pool(next(), x, "Max", [2, 2, "valid"]);
  }
  return x;
}

/** With torchvision's dense layers, which want images of 224 × 224. */
export function vgg(network: Vgg): ArchitectureRecipe {
  return (top, count) => {
    const net = new Recipe(network.name, "torch");
    let x = features(net, net.image(top ? 224 : null), network);
    if (!top) return net;
    x = net.flatten("flatten", x, 512);
    x = net.activation("classifier.1", net.layer("Dense", "classifier.0", [x], { units: 4096 }));
    x = net.activation("classifier.4", net.layer("Dense", "classifier.3", [x], { units: 4096 }));
    net.layer("Dense", "classifier.6", [x], { units: count });
    return net;
  };
}

/** With timm's dense layers, which are written as convolutions. */
export function vggOfTimm(network: Vgg): ArchitectureRecipe {
  return (top, count) => {
    const net = new Recipe(network.name, "torch");
    let x = features(net, net.image(), network);
    if (!top) return net;
    x = net.conv("pre_logits.fc1", x, [4096, 7], { padding: "valid" });
    x = net.conv("pre_logits.fc2", net.activation("pre_logits.act1", x), [4096, 1]);
    classes(net, "head.fc", net.activation("pre_logits.act2", x), count);
    return net;
  };
}
