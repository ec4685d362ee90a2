/** The options of `visualize` in its three forms, and their schemas. */
import { optional } from "valibot";
import {
  flagSchema,
  functionSchema,
  type OptionSchemas,
  type OptionsSchema,
  optionsSchema,
  seedSchema,
  wholeSchema,
} from "../core/check.js";
import { type RunOptions, runSchemas } from "../core/run.js";
import { type Engine, engineSchema } from "../engine/engine.js";
import type { Picture } from "./picture.js";
import type { AscentSettings, PresetName } from "./preset.js";
import { presetSchema } from "./schemas.js";
import { ascentSchemas } from "./settings.js";

/** Any of the settings, `undefined` meaning the preset's. */
export type PartialSettings = { readonly [K in keyof AscentSettings]?: AscentSettings[K] | undefined };

/**
 * Options of `visualize`: a preset, and any of its settings replaced.
 *
 * @public
 */
export interface VisualizeOptions extends PartialSettings, RunOptions {
  /**
   * Settings to start from.
   *
   * @defaultValue "swift"
   */
  readonly preset?: PresetName | undefined;
  /**
   * All chance comes from it: same seed, same engine, same targets at once, same pixels.
   *
   * @defaultValue 0
   */
  readonly seed?: number | undefined;
  /**
   * Adds where the climb pushed to the picture: MACO's transparency, an opacity to print it with.
   *
   * @defaultValue false
   */
  readonly transparency?: boolean | undefined;
  /**
   * Runs the network; the best one at hand when absent, released afterwards.
   */
  readonly engine?: Engine | undefined;
}

/**
 * Options of `visualize` for several pictures of one objective, which climb together: what they have in common
 * (`param.shared`) and how they compare (`objective.diversity`, `objective.alignment`) counts.
 *
 * @public
 */
export interface VisualizeTogetherOptions extends VisualizeOptions {
  /** Number of pictures. */
  readonly count: number;
}

/**
 * Options of `visualize` for many targets.
 *
 * @public
 */
export interface VisualizeManyOptions extends VisualizeOptions {
  /**
   * How many are made at once; they share the work of the network.
   *
   * @defaultValue 4
   */
  readonly batch?: number | undefined;
  /**
   * Threads among which the batches are shared, in Node; the pictures are the same. What is sent to them are objectives of the
   * library, a preset and numbers: functions (`param`, `transforms`, `optimizer`, terms of your own) cannot be.
   *
   * @defaultValue 1
   */
  readonly workers?: number | undefined;
  /** Called with every picture once it is finished, in the order of the targets, and with its place among them. */
  readonly onPicture?: ((picture: Picture, place: number) => unknown) | undefined;
}

/** Schemas of `VisualizeOptions`. */
export const visualizeSchemas: OptionSchemas<VisualizeOptions> = {
  ...runSchemas,
  ...ascentSchemas,
  preset: optional(presetSchema),
  seed: optional(seedSchema),
  transparency: optional(flagSchema),
  engine: engineSchema,
};

/** The options of `visualize` in all its forms. */
export const visualizeOptions: OptionsSchema<
  OptionSchemas<VisualizeManyOptions & { readonly count?: number | undefined }>
> = optionsSchema<OptionSchemas<VisualizeManyOptions & { readonly count?: number | undefined }>>({
  ...visualizeSchemas,
  count: optional(wholeSchema(1)),
  batch: optional(wholeSchema(1)),
  workers: optional(wholeSchema(1)),
  onPicture: optional(functionSchema<NonNullable<VisualizeManyOptions["onPicture"]>>()),
});
