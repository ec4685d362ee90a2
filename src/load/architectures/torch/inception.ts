/** The two Inception networks as torchvision builds them. */
import { caffeModules } from "../googlenet.js";
import { Recipe } from "../recipe.js";
import { classes, conv } from "./modules.js";

/** Convolution, norm and rectifier as the Inception networks have them. */
function basic(
  net: Recipe,
  at: string,
  x: string,
  shape: readonly [number, number | readonly [number, number], number?],
  padding?: "valid",
): string {
  const [filters, size, strides] = shape;
  const made =
    padding === "valid"
      ? net.conv(`${at}.conv`, x, [filters, size], { strides: strides ?? 1, padding, bias: false })
      : conv(net, `${at}.conv`, x, shape);
  return net.activation(`${at}.relu`, net.norm(`${at}.bn`, made, 1e-3));
}

/** It is given what torchvision makes of its images first: −1…1. */
export function googlenet(top: boolean, count: number): Recipe {
  const net = new Recipe("googlenet", "tf");
  // Halved maps are rounded up: a last window may hang over the edge.
  const most = (name: string, x: string, size: number): string => net.pool(name, x, "Max", [size, 2, [0, 1, 0, 1]]);
  let x = most("maxpool1", basic(net, "conv1", net.image(), [64, 7, 2]), 3);
  x = most("maxpool2", basic(net, "conv3", basic(net, "conv2", x, [64, 1]), [192, 3]), 3);
  for (const [name, [one, threeBefore, three, fiveBefore, five, pooled]] of Object.entries(caffeModules)) {
    if (name === "4a") x = most("maxpool3", x, 3);
    if (name === "5a") x = most("maxpool4", x, 2);
    const at = `inception${name}`;
    x = net.concat(at, [
      basic(net, `${at}.branch1`, x, [one, 1]),
      basic(net, `${at}.branch2.1`, basic(net, `${at}.branch2.0`, x, [threeBefore, 1]), [three, 3]),
      // Where the paper has 5 × 5, these have 3 × 3.
      basic(net, `${at}.branch3.1`, basic(net, `${at}.branch3.0`, x, [fiveBefore, 1]), [five, 3]),
      basic(net, `${at}.branch4.1`, net.pool(`${at}.branch4.0`, x, "Max", [3, 1, "same"]), [pooled, 1]),
    ]);
  }
  if (top) classes(net, "fc", x, count);
  return net;
}

/** As in timm; it is given what torchvision makes of its images first: −1…1. */
export function inceptionV3(top: boolean, count: number): Recipe {
  const net = new Recipe("inceptionv3", "tf");
  const most = (name: string, x: string): string => net.pool(name, x, "Max", [3, 2, "valid"]);
  /** The mean of 3 × 3 values, zeros around the map counted in. */
  const mean = (at: string, x: string): string =>
    net.pool(`${at}.pool`, net.pad(`${at}.pool/pad`, x, [1, 1, 1, 1]), "Average", [3, 1, "valid"]);
  /** One convolution after another, called `name`, or `name_1`, `name_2`, … where they are several. */
  const chain = (
    name: string,
    x: string,
    shapes: readonly (readonly [number, number | readonly [number, number], number?])[],
  ): string => {
    let y = x;
    for (const [i, shape] of shapes.entries()) {
      const padding = (shape[2] ?? 1) > 1 ? "valid" : undefined;
      y = basic(net, shapes.length === 1 ? name : `${name}_${i + 1}`, y, shape, padding);
    }
    return y;
  };
  let x = basic(net, "Conv2d_1a_3x3", net.image(), [32, 3, 2], "valid");
  x = basic(net, "Conv2d_2b_3x3", basic(net, "Conv2d_2a_3x3", x, [32, 3], "valid"), [64, 3]);
  x = basic(net, "Conv2d_3b_1x1", most("maxpool1", x), [80, 1]);
  x = most("maxpool2", basic(net, "Conv2d_4a_3x3", x, [192, 3], "valid"));
  for (const [name, pooled] of [
    ["Mixed_5b", 32],
    ["Mixed_5c", 64],
    ["Mixed_5d", 64],
  ] as const) {
    x = net.concat(name, [
      chain(`${name}.branch1x1`, x, [[64, 1]]),
      chain(`${name}.branch5x5`, x, [
        [48, 1],
        [64, 5],
      ]),
      chain(`${name}.branch3x3dbl`, x, [
        [64, 1],
        [96, 3],
        [96, 3],
      ]),
      chain(`${name}.branch_pool`, mean(name, x), [[pooled, 1]]),
    ]);
  }
  x = net.concat("Mixed_6a", [
    chain("Mixed_6a.branch3x3", x, [[384, 3, 2]]),
    chain("Mixed_6a.branch3x3dbl", x, [
      [64, 1],
      [96, 3],
      [96, 3, 2],
    ]),
    most("Mixed_6a.branch_pool", x),
  ]);
  for (const [name, width] of [
    ["Mixed_6b", 128],
    ["Mixed_6c", 160],
    ["Mixed_6d", 160],
    ["Mixed_6e", 192],
  ] as const) {
    x = net.concat(name, [
      chain(`${name}.branch1x1`, x, [[192, 1]]),
      chain(`${name}.branch7x7`, x, [
        [width, 1],
        [width, [1, 7]],
        [192, [7, 1]],
      ]),
      chain(`${name}.branch7x7dbl`, x, [
        [width, 1],
        [width, [7, 1]],
        [width, [1, 7]],
        [width, [7, 1]],
        [192, [1, 7]],
      ]),
      chain(`${name}.branch_pool`, mean(name, x), [[192, 1]]),
    ]);
  }
  x = net.concat("Mixed_7a", [
    chain("Mixed_7a.branch3x3", x, [
      [192, 1],
      [320, 3, 2],
    ]),
    chain("Mixed_7a.branch7x7x3", x, [
      [192, 1],
      [192, [1, 7]],
      [192, [7, 1]],
      [192, 3, 2],
    ]),
    most("Mixed_7a.branch_pool", x),
  ]);
  for (const name of ["Mixed_7b", "Mixed_7c"]) {
    const three = basic(net, `${name}.branch3x3_1`, x, [384, 1]);
    const twice = chain(`${name}.branch3x3dbl`, x, [
      [448, 1],
      [384, 3],
    ]);
    x = net.concat(name, [
      chain(`${name}.branch1x1`, x, [[320, 1]]),
      basic(net, `${name}.branch3x3_2a`, three, [384, [1, 3]]),
      basic(net, `${name}.branch3x3_2b`, three, [384, [3, 1]]),
      basic(net, `${name}.branch3x3dbl_3a`, twice, [384, [1, 3]]),
      basic(net, `${name}.branch3x3dbl_3b`, twice, [384, [3, 1]]),
      chain(`${name}.branch_pool`, mean(name, x), [[192, 1]]),
    ]);
  }
  if (top) classes(net, "fc", x, count);
  return net;
}
