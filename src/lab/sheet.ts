/** The lab sheet of a unit as data: what `lab` finds out about it. */
import type { Unit } from "../core/unit.js";
import type { UnitExamples } from "../dataset/example.js";
import type { Layer } from "../network/network.js";
import type { RunResult } from "../network/result.js";
import type { Picture } from "../optvis/picture.js";
import type { Input } from "../weights/inputs.js";
import type { WeightsChoice } from "../weights/layer-weights";

/**
 * An input of the unit, with the picture of what it looks for.
 *
 * @public
 */
export interface LabInput extends Input {
  /** Its place among all inputs of the unit by strength, from 1. */
  readonly rank: number;
  /** By the second measure; `null` where there is one only. */
  readonly second: SecondStrength | null;
  /** What it looks for; `null` for a channel of the image itself, which has nothing to be drawn. */
  readonly picture: Picture | null;
  /** Why its picture shows nothing to trust, in words that begin with `dead`, `weak`, `flat` or `clipped`; `null` when it does. */
  readonly flaw: string | null;
  /** What is particular about it, for people: its flaw, or that it is a colour of the image; `""` otherwise. */
  readonly note: string;
}

/**
 * The strength of an input by a second measure.
 *
 * @public
 */
export interface SecondStrength {
  /** Strength of the kernel. */
  readonly strength: number;
  /** Part of the unit's total by this measure, 0…1. */
  readonly share: number;
  /** Place among all inputs of the unit by this measure, from 1. */
  readonly rank: number;
}

/**
 * How a unit was read.
 *
 * @public
 */
export interface LabSettings {
  /** Measure of strength by which the inputs are ranked. */
  readonly strength: string;
  /** A second measure beside it; `null` for none. */
  readonly second: string | null;
  /** Which inputs are shown: the strongest, the strongest of each sign, or those that somebody named. */
  readonly chosen: "strongest" | "per sign" | "named";
  /** Which weights were read. */
  readonly weights: WeightsChoice;
  /** What the pictures climbed: the unit at the centre of its map, or its mean over the map. */
  readonly view: "neuron" | "channel";
}

/**
 * Everything on the lab sheet of one unit; it can be drawn without the model.
 *
 * @public
 */
export interface Lab extends RunResult<"lab", LabSettings> {
  /** Shape of what the network reads, for people: `"224×224×3"`. */
  readonly inputShape: string;
  /** The layer table. */
  readonly layers: readonly Layer[];
  /** The unit asked for. */
  readonly unit: Unit;
  /** The unit that makes it: of a concatenation, an activation or a pool the unit behind it; else the unit itself. */
  readonly madeBy: Unit;
  /** Layers on the way from the image to the unit that makes it, first to last. */
  readonly path: readonly string[];
  /** Shape of the layer's weights. */
  readonly kernelShape: readonly number[];
  /** Shape of the unit's filter over the inputs of this sheet, `[height, width, inputs]`. */
  readonly filterShape: readonly [number, number, number];
  /**
   * Where the kernels are expanded weights: the layer whose units are the inputs, the layers on the way from there, and
   * `"exact"` or what was put in the place of what. `null` where they are the unit's own weights.
   */
  readonly expanded: { readonly from: string; readonly via: readonly string[]; readonly status: string } | null;
  /** The unit's own bias, batch norm taken in; 0 for a unit of a sum. */
  readonly bias: number;
  /** Batch norm taken in; `null` where none follows. */
  readonly norm: string | null;
  /** Largest absolute weight of the whole filter: the limit of the colour scale. */
  readonly largest: number;
  /** What one value of the unit sees, for people. */
  readonly receptiveField: string;
  /** Number of inputs in all. */
  readonly inputCount: number;
  /** What the unit looks for. */
  readonly picture: Picture;
  /** Why its picture shows nothing to trust, as that of an input does; also where a photograph excites it more. */
  readonly flaw: string | null;
  /** Its strongest inputs. */
  readonly inputs: readonly LabInput[];
  /** Photographs that excite it most; `null` where none were shown to it. */
  readonly examples: UnitExamples | null;
  /** Seconds it took. */
  readonly seconds: number;
}
