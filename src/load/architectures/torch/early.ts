/** AlexNet (Krizhevsky et al. 2012) and SqueezeNet (Iandola et al. 2016) as torchvision builds them. */
import { type ArchitectureRecipe, Recipe } from "../recipe.js";
import { conv } from "./modules.js";

/** The one of one row of channels (Krizhevsky 2014); its dense layers want images of 224 × 224. */
export function alexnet(top: boolean, count: number): Recipe {
  const net = new Recipe("alexnet", "torch");
  const active = (i: number, x: string): string => net.activation(`features.${i}`, x);
  const threes = (i: number, x: string, width: number): string =>
    active(i + 1, conv(net, `features.${i}`, x, [width, 3], { bias: true }));
  let x = net.pad("features.0/pad", net.image(top ? 224 : null), [2, 2, 2, 2]);
  x = active(1, net.conv("features.0", x, [64, 11], { strides: 4, padding: "valid" }));
  x = net.pool("features.2", x, "Max", [3, 2, "valid"]);
  x = active(4, conv(net, "features.3", x, [192, 5], { bias: true }));
  x = net.pool("features.5", x, "Max", [3, 2, "valid"]);
  x = threes(10, threes(8, threes(6, x, 384), 256), 256);
  x = net.pool("features.12", x, "Max", [3, 2, "valid"]);
  if (!top) return net;
  x = net.flatten("flatten", x, 256);
  x = net.activation("classifier.2", net.layer("Dense", "classifier.1", [x], { units: 4096 }));
  x = net.activation("classifier.5", net.layer("Dense", "classifier.4", [x], { units: 4096 }));
  net.layer("Dense", "classifier.6", [x], { units: count });
  return net;
}

/** A pool, or a module of 1 × 1 convolutions before as many 1 × 1 and 3 × 3 ones: the widths of both. */
type Module = "pool" | readonly [few: number, many: number];

/** The networks' first convolution and what follows its rectifier; the second pools earlier. */
const squeezed: Readonly<
  Record<"squeezenet1_0" | "squeezenet1_1", { first: readonly [number, number]; modules: readonly Module[] }>
> = {
  squeezenet1_0: {
    first: [96, 7],
    modules: [
      "pool",
      [16, 64],
      [16, 64],
      [32, 128],
      "pool",
      [32, 128],
      [48, 192],
      [48, 192],
      [64, 256],
      "pool",
      [64, 256],
    ],
  },
  squeezenet1_1: {
    first: [64, 3],
    modules: [
      "pool",
      [16, 64],
      [16, 64],
      "pool",
      [32, 128],
      [32, 128],
      "pool",
      [48, 192],
      [48, 192],
      [64, 256],
      [64, 256],
    ],
  },
} as const satisfies Record<string, { first: readonly [number, number]; modules: readonly Module[] }>;

/** The network of a name. */
export function squeezenet(name: keyof typeof squeezed): ArchitectureRecipe {
  const { first, modules } = squeezed[name];
  return (top, count) => {
    const net = new Recipe(name, "torch");
    const active = (at: string, x: string, shape: readonly [number, number]): string =>
      net.activation(`${at}_activation`, conv(net, at, x, shape, { bias: true }));
    let x = net.conv("features.0", net.image(), first, { strides: 2, padding: "valid" });
    x = net.activation("features.1", x);
    for (const [i, module] of modules.entries()) {
      const at = `features.${i + 2}`;
      if (module === "pool") {
        // The number of windows is rounded up: a last one may hang over the edge.
        x = net.pool(at, x, "Max", [3, 2, [0, 1, 0, 1]]);
        continue;
      }
      const [few, many] = module;
      const narrow = active(`${at}.squeeze`, x, [few, 1]);
      x = net.concat(at, [active(`${at}.expand1x1`, narrow, [many, 1]), active(`${at}.expand3x3`, narrow, [many, 3])]);
    }
    if (!top) return net;
    x = net.activation("classifier.2", net.conv("classifier.1", x, [count, 1]));
    net.layer("GlobalAveragePooling2D", "classifier.3", [x]);
    return net;
  };
}
