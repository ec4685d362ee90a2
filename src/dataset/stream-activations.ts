/**
 * The loop under examples and statistics: every picture of a dataset, and the maps of the units it was shown to. Pictures
 * are read a few ahead, brought to the network's size and run in batches through a plan that ends at the last layer asked
 * for; memory holds a batch and what was read ahead, however many pictures follow.
 */
import { optional, union } from "valibot";
import {
  checkArgument,
  checkOptions,
  flagSchema,
  functionSchema,
  type OptionSchemas,
  optionsSchema,
  type Schema,
} from "../core/check.js";
import { createImage, type Image } from "../core/image.js";

import { pause, type RunOptions, runSchemas, throwIfAborted, untilAborted } from "../core/run.js";
import { pairOf, sideSchema, timesSchema } from "../core/schemas.js";

import { channelsOf } from "../core/shape.js";
import { engineFor } from "../engine/choose.js";
import { type Engine, engineSchema, type Volume } from "../engine/engine.js";
import { compile } from "../engine/plan.js";
import { checkNetwork, type Network } from "../network/network.js";
import { toInput } from "../optvis/preprocess.js";
import { type BrokenItem, type Dataset, type DatasetItem, datasetSchema, itemsOf } from "./dataset.js";
import { type Fit, type FitOptions, fitSchema } from "./fit.js";
import { groups, type Read, readAhead } from "./read-ahead.js";
import { resolveUnits, targetOf, type UnitsLike } from "./units.js";

/**
 * How pictures are shown to a network.
 *
 * @public
 */
export interface FitToInputOptions {
  /**
   * Height and width of the pictures as the network is given them.
   *
   * @defaultValue the network's own size; 224 where that is free
   */
  readonly size?: number | readonly [height: number, width: number] | undefined;
  /**
   * How a picture is brought to that size: `"cover"` keeps its proportions and cuts what hangs over, `"contain"` keeps all
   * of it with grey around, `"fill"` stretches.
   *
   * @defaultValue "cover"
   */
  readonly fit?: Fit | undefined;
  /**
   * The value before the layer's activation function, where a unit can also be below 0.
   *
   * @defaultValue false
   */
  readonly preActivation?: boolean | undefined;
}

/**
 * Options of `responses`.
 *
 * @public
 */
export interface StreamActivationsOptions extends FitToInputOptions, RunOptions {
  /**
   * Pictures run at once; as many again are read ahead. The answers do not depend on it.
   *
   * @defaultValue 4
   */
  readonly batch?: number | undefined;
  /** Runs the network; the best one at hand when absent, released afterwards. */
  readonly engine?: Engine | undefined;
  /** Says which items are passed over without being read. */
  readonly skip?: ((item: DatasetItem) => boolean) | undefined;
  /** Hears of each picture that could not be read. */
  readonly onBroken?: ((broken: BrokenItem) => void) | undefined;
}

/** Height and width that pictures are brought to, as an option. */
export const shownSizeSchema: Schema<FitToInputOptions["size"]> = optional(
  union([sideSchema, pairOf(sideSchema)], "a whole number of pixels from 1 to 8192, or [height, width]"),
);

/** Schemas of the options of everything that shows pictures to a network. */
export const showSchemas: OptionSchemas<Omit<StreamActivationsOptions, "skip" | "onBroken">> = {
  ...runSchemas,
  size: shownSizeSchema,
  fit: optional(fitSchema),
  preActivation: optional(flagSchema),
  batch: optional(timesSchema),
  engine: engineSchema,
};
const streamOptions = optionsSchema<OptionSchemas<StreamActivationsOptions>>({
  ...showSchemas,
  skip: optional(functionSchema<NonNullable<StreamActivationsOptions["skip"]>>()),
  onBroken: optional(functionSchema<NonNullable<StreamActivationsOptions["onBroken"]>>()),
});

/**
 * The maps of one layer's units for one picture.
 *
 * @public
 */
export interface LayerResponse {
  /** Layer name. */
  readonly layer: string;
  /** Its channels that were asked for, ascending: channel `i` of the map is unit `channels[i]`. */
  readonly channels: readonly number[];
  /** Place of each of them in the list of units asked for. */
  readonly places: readonly number[];
  /** The maps, `[1, height, width, channels]`. */
  readonly map: Volume;
}

/**
 * What units answer to one picture.
 *
 * @public
 */
export interface Response {
  /** The picture's item. */
  readonly item: DatasetItem;
  /** The picture as the network was given it, in 0…1. */
  readonly picture: Image;
  /** The answers, layer by layer. */
  readonly layers: readonly LayerResponse[];
}

/**
 * Shows every picture of a dataset to a network. Leaving the loop early releases everything.
 *
 * @throws LensError `unknown-layer`, `bad-unit`, `bad-argument`, `bad-size`, `unsupported`; the signal's reason when
 * aborted.
 * @public
 */
export async function* streamActivations(
  net: Network,
  units: UnitsLike,
  dataset: Dataset,
  options: StreamActivationsOptions = {},
): AsyncGenerator<Response, void> {
  checkNetwork(net);
  checkArgument("dataset", datasetSchema, dataset);
  checkOptions(streamOptions, options);
  const { batch = 4, signal, onProgress, skip, onBroken, preActivation = false } = options;
  const { layers } = resolveUnits(net, units);
  const how = shownAs(net, options);
  const plan = compile(
    net,
    layers.map((each) => targetOf(net, each, preActivation)),
  );
  const total = await untilAborted(signal, countOf(dataset));
  const engine = options.engine ?? (await engineFor(net, signal));
  try {
    const executable = await engine.load(plan);
    try {
      let done = 0;
      const reads = readAhead(itemsOf(dataset, signal), { how, skip, ahead: 2 * batch, signal });
      for await (const group of groups(reads, batch)) {
        throwIfAborted(signal);
        const read = group.flatMap((each) => (each.picture ? [each as Required<Read>] : []));
        const maps =
          read.length > 0 ? await executable.forward(toInput(stack(read.map((r) => r.picture)), net.input)) : [];
        const split = maps.map(splitMaps);
        for (const { item, reason } of group) if (reason !== undefined) onBroken?.({ id: item.id, reason });
        for (const [n, { item, picture }] of read.entries()) {
          yield { item, picture, layers: layers.map((each, i) => ({ ...each, map: split[i]![n]! })) };
        }
        done += group.length;
        await untilAborted(signal, onProgress?.({ task: group.at(-1)!.item.id, done, total }));
        await pause();
        throwIfAborted(signal);
      }
    } finally {
      executable.dispose();
    }
  } finally {
    if (!options.engine) engine.dispose();
  }
}

/** How a network is shown pictures, from the options and its own size. */
export function shownAs(net: Network, { size, fit = "cover" }: FitToInputOptions): FitOptions {
  const [height, width] = net.input.shape;
  const own = [height ?? 224, width ?? 224] as const;
  const [rows, columns] = size === undefined ? own : typeof size === "number" ? [size, size] : size;
  return { size: [rows, columns], fit, channels: channelsOf(net.input.shape) };
}

/** How many items there are, where the dataset can say so without being read. */
async function countOf(dataset: Dataset): Promise<number> {
  if (Array.isArray(dataset)) return dataset.length;
  const { count } = dataset as { count?: () => Promise<number> };
  return typeof count === "function" ? count.call(dataset) : Number.POSITIVE_INFINITY;
}

function stack(pictures: readonly Image[]): Volume {
  const { height, width, channels } = pictures[0]!;
  const each = height * width * channels;
  const data = new Float32Array(pictures.length * each);
  for (const [n, picture] of pictures.entries()) data.set(picture.data, n * each);
  return { ...createImage(height, width, channels, data.subarray(0, each)), count: pictures.length, data };
}

function splitMaps({ count, height, width, channels, data }: Volume): Volume[] {
  const each = height * width * channels;
  return Array.from({ length: count }, (_, n) => ({
    count: 1,
    height,
    width,
    channels,
    data: data.subarray(n * each, (n + 1) * each),
  }));
}
