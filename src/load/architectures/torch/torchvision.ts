/** Architectures as torchvision builds them; residual networks stride in their 3 × 3 convolutions. */
import type { ArchitectureName, ArchitectureRecipe } from "../architectures.js";
import { stages as efficient } from "../efficientnet.js";
import { stages as bottlenecks } from "../mobilenet.js";
import { Recipe } from "../recipe.js";
import { googlenet, inceptionV3 } from "./inception.js";
import { classes, conv, depthwise, epsilon, halved, six, weighed } from "./modules.js";

function vgg(name: string, depths: readonly number[]): ArchitectureRecipe {
  return (top, count) => {
    const net = new Recipe(name, "torch");
    let x = net.image(top ? 224 : null);
    let i = 0;
    for (const [block, width] of [64, 128, 256, 512, 512].entries()) {
      for (let c = 0; c < depths[block]!; c++) {
        x = net.activation(`features.${i + 1}`, conv(net, `features.${i}`, x, [width, 3], { bias: true }));
        i += 2;
      }
      x = net.pool(`features.${i++}`, x, "Max", [2, 2, "valid"]);
    }
    if (!top) return net;
    x = net.layer("Flatten", "flatten", [x]);
    x = net.activation("classifier.1", net.layer("Dense", "classifier.0", [x], { units: 4096 }));
    x = net.activation("classifier.4", net.layer("Dense", "classifier.3", [x], { units: 4096 }));
    net.layer("Dense", "classifier.6", [x], { units: count });
    return net;
  };
}

function resnet(name: string, depths: readonly number[]): ArchitectureRecipe {
  return (top, count) => {
    const net = new Recipe(name, "torch");
    const normed = (at: string, x: string): string => net.norm(at, x, epsilon);
    let x = normed("bn1", conv(net, "conv1", net.image(), [64, 7, 2]));
    x = halved(net, "maxpool", net.activation("relu", x));
    for (const [stage, blocks] of depths.entries()) {
      const width = 64 * 2 ** stage;
      for (let b = 0; b < blocks; b++) {
        const at = `layer${stage + 1}.${b}`;
        const strides = b === 0 && stage > 0 ? 2 : 1;
        const around =
          b > 0 ? x : normed(`${at}.downsample.1`, conv(net, `${at}.downsample.0`, x, [4 * width, 1, strides]));
        const one = net.activation(`${at}.relu1`, normed(`${at}.bn1`, conv(net, `${at}.conv1`, x, [width, 1])));
        const two = net.activation(
          `${at}.relu2`,
          normed(`${at}.bn2`, conv(net, `${at}.conv2`, one, [width, 3, strides])),
        );
        const three = normed(`${at}.bn3`, conv(net, `${at}.conv3`, two, [4 * width, 1]));
        x = net.activation(at, net.add(`${at}.sum`, [three, around]));
      }
    }
    if (top) classes(net, "fc", x, count);
    return net;
  };
}

function mobilenetV2(top: boolean, count: number): Recipe {
  const net = new Recipe("mobilenetv2", "torch");
  const active = (at: string, x: string): string => six(net, `${at}.2`, net.norm(`${at}.1`, x, epsilon));
  let x = active("features.0", conv(net, "features.0.0", net.image(), [32, 3, 2]));
  let [channels, i] = [32, 1];
  for (const [filters, blocks, stride] of bottlenecks) {
    for (let b = 0; b < blocks; b++, i++) {
      const given = x;
      let part = 0;
      const next = (): string => `features.${i}.conv.${part++}`;
      if (i > 1) {
        const at = next();
        x = active(at, conv(net, `${at}.0`, x, [6 * channels, 1]));
      }
      const at = next();
      x = active(at, depthwise(net, `${at}.0`, x, [3, b === 0 ? stride : 1]));
      const project = next();
      x = net.norm(next(), conv(net, project, x, [filters, 1]), epsilon);
      if (b > 0) x = net.add(`features.${i}`, [given, x]);
      channels = filters;
    }
  }
  x = active("features.18", conv(net, "features.18.0", x, [1280, 1]));
  if (top) classes(net, "classifier.1", x, count);
  return net;
}

function efficientnetB0(top: boolean, count: number): Recipe {
  const net = new Recipe("efficientnetb0", "torch");
  const active = (at: string, x: string): string => net.activation(`${at}.2`, net.norm(`${at}.1`, x, epsilon), "swish");
  let x = active("features.0", conv(net, "features.0.0", net.image(), [32, 3, 2]));
  let channels = 32;
  for (const [s, [size, blocks, filters, expansion, stride]] of efficient.entries()) {
    for (let b = 0; b < blocks; b++) {
      const given = x;
      const wide = channels * expansion;
      let part = 0;
      const next = (): string => `features.${s + 1}.${b}.block.${part++}`;
      if (expansion > 1) {
        const at = next();
        x = active(at, conv(net, `${at}.0`, x, [wide, 1]));
      }
      const at = next();
      x = active(at, depthwise(net, `${at}.0`, x, [size, b === 0 ? stride : 1]));
      x = weighed(net, next(), x, { few: Math.floor(channels / 4), all: wide, parts: ["fc1", "fc2"] });
      const project = next();
      x = net.norm(`${project}.1`, conv(net, `${project}.0`, x, [filters, 1]), epsilon);
      if (b > 0) x = net.add(`features.${s + 1}.${b}`, [x, given]);
      channels = filters;
    }
  }
  x = active("features.8", conv(net, "features.8.0", x, [1280, 1]));
  if (top) classes(net, "classifier.1", x, count);
  return net;
}

function densenet121(top: boolean, count: number): Recipe {
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

/** Recipes by name. */
export const torchvision: Partial<Record<ArchitectureName, ArchitectureRecipe>> = {
  vgg16: vgg("vgg16", [2, 2, 3, 3, 3]),
  vgg19: vgg("vgg19", [2, 2, 4, 4, 4]),
  resnet50: resnet("resnet50", [3, 4, 6, 3]),
  resnet101: resnet("resnet101", [3, 4, 23, 3]),
  resnet152: resnet("resnet152", [3, 8, 36, 3]),
  inceptionv3: inceptionV3,
  mobilenetv2: mobilenetV2,
  densenet121,
  efficientnetb0: efficientnetB0,
  googlenet,
};
