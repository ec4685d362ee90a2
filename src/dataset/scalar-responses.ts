/**
 * Units on a list of images: one number per unit and image. A unit answers at every position of its map; the number is the
 * largest, the mean, or the one at the centre, and for the first two only positions count whose receptive field lies inside
 * the image, so that the zeros around it are not taken for a feature. Where there is none, the central one counts.
 */

import { optional } from "valibot";
import { flagSchema, type OptionSchemas, oneOf } from "../core/check.js";
import { LensError } from "../core/errors.js";
import type { Image } from "../core/image.js";
import { type RunOptions, runSchemas } from "../core/run.js";
import { timesSchema } from "../core/schemas.js";
import type { Unit } from "../core/unit.js";
import { withEngine } from "../engine/choose.js";
import { type Engine, engineSchema, type Volume } from "../engine/engine.js";
import { fieldAt } from "../network/at-size.js";
import type { Network } from "../network/network.js";
import type { ReceptiveField, Span } from "../network/ops/field.js";
import type { DatasetItem } from "./dataset.js";
import { streamActivations } from "./stream-activations.js";
import { resolveUnits, type UnitsLike } from "./units.js";

/**
 * Which position of a unit's map counts: the largest answer, their mean, or the one at the centre.
 *
 * @public
 */
export type ResponseAt = "max" | "mean" | "centre";

/**
 * Options of everything that asks units about images.
 *
 * @public
 */
export interface ScalarResponsesOptions extends RunOptions {
  /**
   * Which position of a unit's map counts.
   *
   * @defaultValue "max"
   */
  readonly at?: ResponseAt | undefined;
  /**
   * The value before the activation, which tells how far a silent unit is from answering.
   *
   * @defaultValue false
   */
  readonly preActivation?: boolean | undefined;
  /**
   * Images run at once.
   *
   * @defaultValue 8
   */
  readonly batch?: number | undefined;
  /** Runs the network; the best engine at hand when absent, released afterwards. */
  readonly engine?: Engine | undefined;
}

/** Schemas of `ScalarResponsesOptions`. */
export const scalarSchemas: OptionSchemas<ScalarResponsesOptions> = {
  ...runSchemas,
  at: optional(oneOf("max", "mean", "centre")),
  preActivation: optional(flagSchema),
  batch: optional(timesSchema),
  engine: engineSchema,
};

/** Images by number, all of the size of the first; each is made when its turn comes. */
export interface Questions {
  readonly name: string;
  readonly count: number;
  readonly image: (index: number) => Image;
}

/** Responses, and the engine that gave them. */
export interface Responses {
  readonly units: readonly Unit[];
  /** `responses[unit][image]`. */
  readonly responses: readonly Float32Array[];
  readonly engine: Pick<Engine, "name" | "arithmetic">;
}

/** The response of every unit to every image. */
export async function scalarResponses(
  net: Network,
  { asked, questions }: { readonly asked: UnitsLike; readonly questions: Questions },
  options: ScalarResponsesOptions,
): Promise<Responses> {
  const { at = "max", batch = 8, preActivation, engine: own, signal, onProgress } = options;
  const { units } = resolveUnits(net, asked);
  const answers = units.map(() => new Float32Array(questions.count));
  const { height, width } = questions.image(0);
  const size = [height, width] as const;
  const run = {
    size,
    fit: "fill",
    batch,
    preActivation,
    signal,
    onProgress:
      onProgress &&
      (({ done }: { done: number }) => onProgress({ task: questions.name, done, total: questions.count })),
    onBroken: ({ reason }: { reason: string }) => {
      throw new LensError("bad-argument", `an image to ask about cannot be made: ${reason}`);
    },
  } as const;
  return withEngine(net, { engine: own, signal }, async (engine) => {
    const fields = new Map<string, ReceptiveField>();
    let index = 0;
    for await (const { layers } of streamActivations(net, asked, itemsOf(questions), { ...run, engine })) {
      for (const { layer, places, map } of layers) {
        const field = fields.get(layer) ?? fieldAt(net, layer, size);
        fields.set(layer, field);
        const window = windowOf(map, size, at === "centre" || field.whole ? null : field);
        places.forEach((place, channel) => {
          answers[place]![index] = reduce(map, channel, { ...window, mean: at === "mean" });
        });
      }
      index++;
    }
    return { units, responses: answers, engine };
  });
}

/** The images as a dataset that makes each one when its turn comes. */
function* itemsOf({ count, image }: Questions): Generator<DatasetItem> {
  for (let i = 0; i < count; i++) yield { id: String(i), image: () => image(i) };
}

interface Window {
  readonly rows: readonly [first: number, end: number];
  readonly columns: readonly [first: number, end: number];
}

/** Positions whose receptive field lies inside the image; the middle one without a field. */
function windowOf(map: Volume, [height, width]: readonly [number, number], field: ReceptiveField | null): Window {
  return {
    rows: positionsInside(map.height, height, field?.rows),
    columns: positionsInside(map.width, width, field?.columns),
  };
}

function positionsInside(positions: number, length: number, span: Span | undefined): readonly [number, number] {
  const middle = Math.floor(positions / 2);
  const first = span ? Math.max(0, Math.ceil(-span.start / span.stride)) : middle;
  const end = span ? Math.min(positions, Math.floor((length - span.size - span.start) / span.stride) + 1) : middle;
  return first < end ? [first, end] : [middle, middle + 1];
}

function reduce(
  { width, channels, data }: Volume,
  channel: number,
  { rows, columns, mean }: Window & { readonly mean: boolean },
): number {
  let [most, sum] = [Number.NEGATIVE_INFINITY, 0];
  for (let y = rows[0]; y < rows[1]; y++) {
    for (let x = columns[0]; x < columns[1]; x++) {
      const value = data[(y * width + x) * channels + channel]!;
      most = Math.max(most, value);
      sum += value;
    }
  }
  return mean ? sum / ((rows[1] - rows[0]) * (columns[1] - columns[0])) : most;
}
