/**
 * A network as a recipe: one call per layer, in the words of Keras, from which the same readers make operations as from a file.
 * Every call returns the layer's name, which the next one reads.
 */
import type { Preprocessing, PreprocessingName } from "../../network/preprocessing.js";
import type { Json } from "../json.js";
import type { LayerCall, Topology } from "../topology.js";

/** Settings of a convolution. */
export interface ConvSettings {
  readonly strides?: number;
  readonly padding?: "same" | "valid";
  readonly bias?: boolean;
  readonly activation?: string;
  readonly groups?: number;
}

/** A recipe with or without its last layers, for a number of classes. */
export type ArchitectureRecipe = (top: boolean, classes: number) => Recipe;

/** A network being written down. */
export class Recipe {
  readonly name: string;
  readonly preprocessing: PreprocessingName | Omit<Preprocessing, "name">;
  readonly #calls: LayerCall[] = [];
  readonly #counts = new Map<string, number>();

  constructor(name: string, preprocessing: Recipe["preprocessing"]) {
    this.name = name;
    this.preprocessing = preprocessing;
  }

  /** The calls so far. */
  get topology(): Topology {
    return { name: this.name, calls: this.#calls };
  }

  /** A name that Keras gives to layers without one: `conv2d`, `conv2d_1`, …. */
  auto(kind: string): string {
    const count = this.#counts.get(kind) ?? 0;
    this.#counts.set(kind, count + 1);
    return count === 0 ? kind : `${kind}_${count}`;
  }

  /** Any layer. */
  layer(className: string, name: string, inputs: readonly string[], fields: Record<string, Json> = {}): string {
    const config = { layer: name, className, fields, keras3: true, centred: true };
    this.#calls.push({ name, path: [name], config, inputs });
    return name;
  }

  /** The image, of any size unless one is given. */
  image(size: number | null = null): string {
    return this.layer("InputLayer", "image", [], { batch_input_shape: [null, size, size, 3] });
  }

  conv(
    name: string,
    input: string,
    [filters, size]: readonly [number, number | readonly [number, number]],
    settings: ConvSettings = {},
  ): string {
    const { strides = 1, padding = "same", bias = true, activation = "linear", groups = 1 } = settings;
    const kernel = typeof size === "number" ? [size, size] : [...size];
    const fields = { filters, kernel_size: kernel, strides, padding, use_bias: bias, activation, groups };
    return this.layer("Conv2D", name, [input], fields);
  }

  depthwise(name: string, input: string, size: number, settings: ConvSettings = {}): string {
    const { strides = 1, padding = "same", bias = false } = settings;
    return this.layer("DepthwiseConv2D", name, [input], { kernel_size: size, strides, padding, use_bias: bias });
  }

  separable(name: string, input: string, filters: number): string {
    const fields = { filters, kernel_size: 3, padding: "same", use_bias: false, depth_multiplier: 1 };
    return this.layer("SeparableConv2D", name, [input], fields);
  }

  norm(name: string, input: string, epsilon: number, scale = true): string {
    return this.layer("BatchNormalization", name, [input], { epsilon, scale });
  }

  activation(name: string, input: string, activation = "relu"): string {
    return this.layer("Activation", name, [input], { activation });
  }

  /** Zeros around: top, bottom, left, right. */
  pad(name: string, input: string, [top, bottom, left, right]: readonly [number, number, number, number]): string {
    return this.layer("ZeroPadding2D", name, [input], {
      padding: [
        [top, bottom],
        [left, right],
      ],
    });
  }

  /** What lies around the map, top, bottom, left, right, is never the largest and does not count in a mean. */
  pool(
    name: string,
    input: string,
    mode: "Max" | "Average",
    [size, strides, around]: readonly [number, number, "same" | "valid" | readonly [number, number, number, number]],
  ): string {
    const padding = typeof around === "string" ? around : [around.slice(0, 2), around.slice(2)];
    return this.layer(`${mode}Pooling2D`, name, [input], { pool_size: size, strides, padding });
  }

  add(name: string, inputs: readonly string[]): string {
    return this.layer("Add", name, inputs);
  }

  concat(name: string, inputs: readonly string[]): string {
    return this.layer("Concatenate", name, inputs);
  }

  /** The values of a map in one row. PyTorch's dense layers want them channel by channel: `channelsFirst` says how many channels these are. */
  flatten(name: string, input: string, channelsFirst: number): string {
    return this.layer("Flatten", name, [input], { channels_first: channelsFirst });
  }

  /** The mean over the map, and a dense layer of classes with softmax. */
  classes(input: string, count: number, pooled = "avg_pool"): string {
    const mean = this.layer("GlobalAveragePooling2D", pooled, [input]);
    return this.layer("Dense", "predictions", [mean], { units: count, activation: "softmax" });
  }
}
