/** The lab as data: what `lab` finds out about a unit, how it is saved, and how it opens again without the model. */
import { LensError } from "../core/errors.js";
import { openResult, saveResult } from "../core/saved.js";
import type { Unit } from "../core/unit.js";
import type { UnitExamples } from "../dataset/example.js";
import type { Layer } from "../network/network.js";
import type { Picture } from "../optvis/picture.js";
import type { Input } from "../weights/inputs.js";

/**
 * An input of the unit, with the picture of what it looks for.
 *
 * @public
 */
export interface LabInput extends Input {
  /** What it looks for; `null` for a channel of the image itself, which has nothing to be drawn. */
  readonly picture: Picture | null;
  /** What is particular about it, for people: that it is dead, or a colour of the image; `""` otherwise. */
  readonly note: string;
}

/**
 * Everything on the lab sheet of one unit. Survives JSON by `saveLab` and `openLab`, and can be drawn without the model.
 *
 * @public
 */
export interface Lab {
  /** Which network, and how it was fed. */
  readonly network: {
    readonly name: string;
    readonly fingerprint: string;
    readonly input: string;
    readonly preprocessing: string;
    /** Whether the preprocessing was chosen by somebody; otherwise it was assumed. */
    readonly preprocessingStated: boolean;
  };
  /** The layer table. */
  readonly layers: readonly Layer[];
  /** The unit. */
  readonly unit: Unit;
  /** Layers on the way from the image to the unit, first to last. */
  readonly path: readonly string[];
  /** Shape of the layer's weights. */
  readonly kernelShape: readonly number[];
  /** Shape of the unit's filter, `[height, width, inputs]`. */
  readonly filterShape: readonly [number, number, number];
  /** The unit's bias, batch norm taken in. */
  readonly bias: number;
  /** Batch norm taken in; `null` where none follows. */
  readonly norm: string | null;
  /** Largest absolute weight of the whole filter: the limit of the colour scale. */
  readonly largest: number;
  /** What one value of the unit sees, for people. */
  readonly receptiveField: string;
  /** Measure of strength. */
  readonly strength: string;
  /** Number of inputs in all. */
  readonly inputCount: number;
  /** What the unit looks for. */
  readonly picture: Picture;
  /** Its strongest inputs. */
  readonly inputs: readonly LabInput[];
  /** Photographs that excite it most; `null` where none were shown to it. */
  readonly examples: UnitExamples | null;
  /** Engine that ran the network. */
  readonly engine: string;
  /** Seconds it took. */
  readonly seconds: number;
}

const format = "convlens.lab";
const version = 1;

/**
 * A lab as JSON text.
 *
 * @public
 */
export function saveLab(lab: Lab): string {
  return saveResult(format, version, lab);
}

/**
 * A lab from its JSON text.
 *
 * @throws LensError `file` when the text is something else.
 * @public
 */
export function openLab(text: string): Lab {
  const opened = openResult<Lab>(format, version, text);
  if (!opened.unit || !Array.isArray(opened.inputs)) {
    throw new LensError("file", "this saved convlens.lab has no unit or inputs; make it again");
  }
  return opened;
}
