/**
 * The first method of all: put one image in and look at what every unit of a layer answers, and where. A map keeps the
 * receptive field of its layer, so that it can be laid over the image it belongs to.
 */
import { optional } from "valibot";
import { checkOptions, flagSchema, type OptionSchemas, optionsSchema } from "../core/check.js";
import { LensError } from "../core/errors.js";
import { checkImage, type Image } from "../core/image.js";
import { type RunOptions, runSchemas } from "../core/run.js";
import { formatUnit } from "../core/unit.js";
import { withEngine } from "../engine/choose.js";
import { type Engine, engineSchema, type Volume } from "../engine/engine.js";
import { fieldAt } from "../network/at-size.js";
import { checkNetwork, type Network } from "../network/network.js";
import type { ReceptiveField } from "../network/ops/field.js";
import { createResult, type RunResult } from "../network/result.js";
import type { Positions } from "./positions.js";
import { streamActivations } from "./stream-activations.js";
import { resolveUnits, type UnitsLike } from "./units.js";

/**
 * How a map was made.
 *
 * @public
 */
export interface ActivationMapSettings {
  /** The values themselves, a class-activation map (CAM), Grad-CAM, or what each position of a layer gave to a target. */
  readonly method: "activation" | "CAM" | "Grad-CAM" | "gradient × activation" | "integrated gradient";
  /** Whether values were taken before the layer's activation function. */
  readonly preActivation: boolean;
  /** Whether negative values are kept; Grad-CAM's rectifier sets them to 0. */
  readonly signed: boolean;
  /** Positions of the target's map that were summed; `null` where all of them were, or where there is no target. */
  readonly at: Positions | null;
  /** Height and width of the image. */
  readonly size: readonly [height: number, width: number];
}

/**
 * A value at every position of a layer, such as what one unit answers to one image.
 *
 * @public
 */
export interface ActivationMap extends RunResult<"activation-map", ActivationMapSettings> {
  /** The unit, or what was made of the layer's units: `"Grad-CAM of fc1000:254"`, `"Grad-CAM of seg:1 minus seg:2 at (3, 4)"`. */
  readonly of: string;
  /** The layer whose positions these are. */
  readonly layer: string;
  /** Rows. */
  readonly height: number;
  /** Columns. */
  readonly width: number;
  /** `height × width` values. */
  readonly data: Float32Array;
  /** Sum of the negative values that the rectifier set to 0; 0 where nothing was. */
  readonly dropped: number;
  /** What one position sees of the image. */
  readonly field: ReceptiveField;
}

/**
 * Options of `activations`.
 *
 * @public
 */
export interface ActivationsOptions extends RunOptions {
  /**
   * The values before the activation.
   *
   * @defaultValue false
   */
  readonly preActivation?: boolean | undefined;
  /** Runs the network; the best engine at hand when absent, released afterwards. */
  readonly engine?: Engine | undefined;
}

const activationsOptions = optionsSchema<OptionSchemas<ActivationsOptions>>({
  ...runSchemas,
  preActivation: optional(flagSchema),
  engine: engineSchema,
});

/**
 * What units answer to one image, position by position: an image's activation maps. The image is run at its own size.
 *
 * @param units - One or more units, or names of layers for all of their units.
 * @throws LensError `unknown-layer`, `bad-unit`, `bad-argument`, `bad-size`; the signal's reason when aborted.
 * @public
 */
export async function activations(
  net: Network,
  units: UnitsLike,
  image: Image,
  options: ActivationsOptions = {},
): Promise<readonly ActivationMap[]> {
  checkNetwork(net);
  checkImage(image);
  checkOptions(activationsOptions, options);
  const size = [image.height, image.width] as const;
  const wanted = resolveUnits(net, units).units;
  const maps: ActivationMap[] = [];
  const refuse = ({ reason }: { reason: string }): never => {
    throw new LensError("bad-argument", `the image cannot be shown to "${net.name}": ${reason}`);
  };
  const shown = [{ id: "image", image }];
  const preActivation = options.preActivation ?? false;
  const settings = { method: "activation", preActivation, signed: true, at: null, size } as const;
  return withEngine(net, options, async (engine) => {
    const run = { ...options, engine, size, onBroken: refuse };
    for await (const { layers } of streamActivations(net, units, shown, run)) {
      for (const { layer, places, map } of layers) {
        const field = fieldAt(net, layer, size);
        places.forEach((place, channel) => {
          const found = { of: formatUnit(wanted[place]!), layer, ...channelOf(map, channel), dropped: 0, field };
          maps[place] = createResult("activation-map", net, { engine, settings }, found);
        });
      }
    }
    return maps;
  });
}

/** One channel of the first map of a stack. */
export function channelOf(
  { height, width, channels, data }: Volume,
  channel: number,
): Pick<ActivationMap, "height" | "width" | "data"> {
  const values = Float32Array.from({ length: height * width }, (_, p) => data[p * channels + channel]!);
  return { height, width, data: values };
}
