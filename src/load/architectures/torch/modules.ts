/**
 * What PyTorch's networks are built of. They differ from those of Keras in more than names: zeros lie on all sides alike, norms add
 * 1e-5. Layers are called by their modules, `"layer1.0.conv1"`.
 */
import type { ConvSettings, Recipe } from "../recipe.js";

/** What PyTorch's norms add to variances where nothing else is said. */
export const epsilon = 1e-5;

/** A convolution with zeros on all sides, without bias. */
export function conv(
  net: Recipe,
  name: string,
  x: string,
  [filters, size, strides = 1]: readonly [number, number | readonly [number, number], number?],
  settings: ConvSettings = {},
): string {
  const [height, width] = typeof size === "number" ? [size, size] : size;
  const [tall, wide] = [(height - 1) / 2, (width - 1) / 2];
  const padded = strides > 1 && tall + wide > 0 ? net.pad(`${name}/pad`, x, [tall, tall, wide, wide]) : x;
  const padding = padded === x && tall + wide > 0 ? "same" : "valid";
  return net.conv(name, padded, [filters, size], { strides, padding, bias: false, ...settings });
}

/** A convolution of every channel by itself, with zeros on all sides. */
export function depthwise(net: Recipe, name: string, x: string, [size, strides]: readonly [number, number]): string {
  const reach = (size - 1) / 2;
  if (strides === 1) return net.depthwise(name, x, size);
  return net.depthwise(name, net.pad(`${name}/pad`, x, [reach, reach, reach, reach]), size, {
    strides,
    padding: "valid",
  });
}

/** The largest of every 3 × 3 values at every second place. */
export function halved(net: Recipe, name: string, x: string): string {
  return net.pool(name, x, "Max", [3, 2, [1, 1, 1, 1]]);
}

/** Values between 0 and 6. */
export function six(net: Recipe, name: string, x: string): string {
  return net.layer("ReLU", name, [x], { max_value: 6 });
}

/** Squeeze and excite: each channel times a number from 0 to 1 that the means of all channels give. */
export function weighed(net: Recipe, at: string, x: string, { few, all, parts, functions }: Weighing): string {
  const mean = net.layer("GlobalAveragePooling2D", `${at}.avgpool`, [x], { keepdims: true });
  const narrow = net.activation(`${at}.activation`, net.conv(`${at}.${parts[0]}`, mean, [few, 1]), functions[0]);
  const gates = net.activation(`${at}.gate`, net.conv(`${at}.${parts[1]}`, narrow, [all, 1]), functions[1]);
  return net.layer("Multiply", at, [x, gates]);
}

/** Widths, names and activations of the two convolutions that weigh channels. */
export interface Weighing {
  readonly few: number;
  readonly all: number;
  readonly parts: readonly [string, string];
  readonly functions: readonly [string, string];
}

/** The mean over the map, and a dense layer. */
export function classes(net: Recipe, name: string, x: string, count: number): void {
  net.layer("Dense", name, [net.layer("GlobalAveragePooling2D", "avgpool", [x])], { units: count });
}
