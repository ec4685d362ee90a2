/**
 * GoogLeNet, also InceptionV1 (Szegedy et al. 2014), as the Circuits articles read it: the "5h" network of TensorFlow with its
 * local response normalisation, a mean of 7 × 7, and 1008 classes. Layers are called as there: `conv2d0`, `mixed3a_1x1`, `mixed3a`.
 */
import { Recipe } from "./recipe.js";

/** Widths of the branches: 1 × 1, before and in the 3 × 3, before and in the 5 × 5, behind the pool. */
const modules = {
  mixed3a: [64, 96, 128, 16, 32, 32],
  mixed3b: [128, 128, 192, 32, 96, 64],
  mixed4a: [192, 96, 204, 16, 48, 64],
  mixed4b: [160, 112, 224, 24, 64, 64],
  mixed4c: [128, 128, 256, 24, 64, 64],
  mixed4d: [112, 144, 288, 32, 64, 64],
  mixed4e: [256, 160, 320, 32, 128, 128],
  mixed5a: [256, 160, 320, 48, 128, 128],
  mixed5b: [384, 192, 384, 48, 128, 128],
} as const;

/** Modules before which the map is halved. */
const halved = new Set(["mixed4a", "mixed5a"]);

/** The recipe; it reads images in 0…255 minus 117. */
export function googlenet(top: boolean, classes: number): Recipe {
  const net = new Recipe("googlenet", { order: "rgb", scale: 255, mean: [117], std: [1] });
  const conv = (name: string, x: string, shape: readonly [number, number], strides = 1): string =>
    net.conv(name, x, shape, { strides, activation: "relu" });
  const lrn = (name: string, x: string): string =>
    net.layer("LocalResponseNormalization", name, [x], { depth_radius: 5, alpha: 1e-4, beta: 0.5, bias: 2 });
  let x = net.pool("maxpool0", conv("conv2d0", net.image(), [64, 7], 2), "Max", [3, 2, "same"]);
  x = conv("conv2d2", conv("conv2d1", lrn("localresponsenorm0", x), [64, 1]), [192, 3]);
  x = net.pool("maxpool1", lrn("localresponsenorm1", x), "Max", [3, 2, "same"]);
  for (const [name, [one, threeBefore, three, fiveBefore, five, pooled]] of Object.entries(modules)) {
    if (halved.has(name)) x = net.pool(`${name}_halved`, x, "Max", [3, 2, "same"]);
    x = net.concat(name, [
      conv(`${name}_1x1`, x, [one, 1]),
      conv(`${name}_3x3`, conv(`${name}_3x3_bottleneck`, x, [threeBefore, 1]), [three, 3]),
      conv(`${name}_5x5`, conv(`${name}_5x5_bottleneck`, x, [fiveBefore, 1]), [five, 5]),
      conv(`${name}_pool_reduce`, net.pool(`${name}_pool`, x, "Max", [3, 1, "same"]), [pooled, 1]),
    ]);
  }
  if (!top) return net;
  const mean = net.layer("GlobalAveragePooling2D", "avgpool0", [x]);
  net.layer("Dense", "softmax2", [mean], { units: classes, activation: "softmax" });
  return net;
}

/** Widths of the branches in the network that BVLC trained, and torchvision after it; they differ from the above in `4a` and `5a`. */
export const caffeModules = {
  "3a": [64, 96, 128, 16, 32, 32],
  "3b": [128, 128, 192, 32, 96, 64],
  "4a": [192, 96, 208, 16, 48, 64],
  "4b": [160, 112, 224, 24, 64, 64],
  "4c": [128, 128, 256, 24, 64, 64],
  "4d": [112, 144, 288, 32, 64, 64],
  "4e": [256, 160, 320, 32, 128, 128],
  "5a": [256, 160, 320, 32, 128, 128],
  "5b": [384, 192, 384, 48, 128, 128],
} as const;

/** The network that BVLC trained with Caffe: its own widths and normalisation, layers called as there, with `_` for `/`. */
export function bvlcGooglenet(top: boolean, classes: number): Recipe {
  const net = new Recipe("googlenet", "caffe");
  const conv = (name: string, x: string, shape: readonly [number, number]): string =>
    net.activation(`${name}_relu`, net.conv(name, x, shape));
  const lrn = (name: string, x: string): string =>
    net.layer("LocalResponseNormalization", name, [x], { depth_radius: 2, alpha: 1e-4 / 5, beta: 0.75, bias: 1 });
  // Caffe rounds the number of windows up: a last one may hang over the edge.
  const halve = (name: string, x: string): string => net.pool(name, x, "Max", [3, 2, [0, 1, 0, 1]]);
  const first = net.conv("conv1_7x7_s2", net.pad("conv1_7x7_s2_pad", net.image(), [3, 3, 3, 3]), [64, 7], {
    strides: 2,
    padding: "valid",
  });
  let x = lrn("pool1_norm1", halve("pool1_3x3_s2", net.activation("conv1_relu_7x7", first)));
  x = lrn("conv2_norm2", conv("conv2_3x3", conv("conv2_3x3_reduce", x, [64, 1]), [192, 3]));
  x = halve("pool2_3x3_s2", x);
  for (const [name, [one, threeBefore, three, fiveBefore, five, pooled]] of Object.entries(caffeModules)) {
    const at = `inception_${name}`;
    if (name === "4a") x = halve("pool3_3x3_s2", x);
    if (name === "5a") x = halve("pool4_3x3_s2", x);
    x = net.concat(`${at}_output`, [
      conv(`${at}_1x1`, x, [one, 1]),
      conv(`${at}_3x3`, conv(`${at}_3x3_reduce`, x, [threeBefore, 1]), [three, 3]),
      conv(`${at}_5x5`, conv(`${at}_5x5_reduce`, x, [fiveBefore, 1]), [five, 5]),
      conv(`${at}_pool_proj`, net.pool(`${at}_pool`, x, "Max", [3, 1, "same"]), [pooled, 1]),
    ]);
  }
  if (!top) return net;
  const mean = net.layer("GlobalAveragePooling2D", "pool5_7x7_s1", [x]);
  net.activation("prob", net.layer("Dense", "loss3_classifier", [mean], { units: classes }), "softmax");
  return net;
}
