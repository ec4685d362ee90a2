/** What `examples` finds, as data: for each unit the pictures that excite it most, and what each of them shows there. */
import type { Image } from "../core/image.js";
import type { Unit } from "../core/unit.js";
import type { RunResult } from "../network/result.js";
import type { BrokenItem } from "./dataset.js";

/**
 * A rectangle of a picture in pixels; it may reach outside, into the padding.
 *
 * @public
 */
export interface Region {
  /** First row; negative in the padding. */
  readonly top: number;
  /** First column; negative in the padding. */
  readonly left: number;
  /** Rows. */
  readonly height: number;
  /** Columns. */
  readonly width: number;
}

/**
 * One answer of a unit to one picture.
 *
 * @public
 */
export interface Example {
  /** Name of the picture. */
  readonly id: string;
  /** What it shows, where the dataset says so; `null` otherwise. */
  readonly label: string | null;
  /** The unit's activation. */
  readonly value: number;
  /** Where in the unit's map, row and column; `null` when the value is the mean over the map. */
  readonly position: readonly [row: number, column: number] | null;
  /** What of the picture that value sees: its receptive field, in pixels of the picture as the network was given it. */
  readonly field: Region;
  /** The receptive field cut out, RGBA with alpha 0 where it reaches into the padding; `null` when crops were not asked for. */
  readonly crop: Image | null;
  /** The whole picture as the network was given it, in 0…1; `null` when it was not asked for. */
  readonly picture: Image | null;
}

/**
 * Examples of one unit.
 *
 * @public
 */
export interface UnitExamples {
  /** The unit. */
  readonly unit: Unit;
  /** Largest activations, largest first. */
  readonly top: readonly Example[];
  /** Smallest activations, smallest first; empty when not asked for. */
  readonly bottom: readonly Example[];
  /** Activations of pictures drawn by chance, smallest first; empty when not asked for. `byQuantile` parts them. */
  readonly random: readonly Example[];
}

/**
 * What decides about examples; parts can be joined when theirs are the same.
 *
 * @public
 */
export interface ExamplesSettings {
  /** Examples at the top of each unit. */
  readonly count: number;
  /** Examples at the bottom of each unit. */
  readonly bottom: number;
  /** Pictures drawn by chance. */
  readonly random: number;
  /** The value of a picture: its largest activation, or the mean over the map. */
  readonly statistic: "max" | "mean";
  /** One example per picture, or every position of every picture. */
  readonly per: "picture" | "position";
  /** Whether the value is taken before the layer's activation function. */
  readonly preActivation: boolean;
  /** Height and width of the pictures as the network is given them. */
  readonly size: readonly [height: number, width: number];
  /** How photographs are brought to that size. */
  readonly fit: "cover" | "contain" | "fill";
  /** Whether each example has its crop. */
  readonly crops: boolean;
  /** Whether each example has its whole picture. */
  readonly pictures: boolean;
  /** Seed of the pictures drawn by chance. */
  readonly seed: number;
}

/**
 * Examples of units over a dataset, or over the part of it seen so far: `examples` goes on from it, and `mergeExamples`
 * joins it with other parts.
 *
 * @public
 */
export interface Examples extends RunResult<"examples", ExamplesSettings> {
  /** Each unit's examples, in the order asked for. */
  readonly units: readonly UnitExamples[];
  /** Names of the pictures that were seen, sorted. */
  readonly seen: readonly string[];
  /** Pictures that could not be read, sorted by name. */
  readonly broken: readonly BrokenItem[];
}
