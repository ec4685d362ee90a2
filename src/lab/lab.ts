/**
 * The main job: one unit, read. Its place in the network, its filter and bias, a picture of what it looks for, its
 * strongest inputs with kernels, signs and shares, and a picture of what each of those looks for.
 */
import { LensError } from "../core/errors.js";
import type { RunOptions } from "../core/run.js";
import { openResult, saveResult } from "../core/saved.js";
import { formatUnit, type Unit, type UnitLike } from "../core/unit.js";
import { withEngine } from "../engine/choose.js";
import { fingerprint } from "../network/fingerprint.js";
import { type Layer, type Network, resolveUnit } from "../network/network.js";
import { describePreprocessing } from "../network/preprocessing.js";
import { formatReceptiveField } from "../network/receptive-field.js";
import { type Picture, visualize, type VisualizeOptions } from "../optvis/visualize.js";
import { type Input, inputs, type InputsOptions } from "../weights/inputs.js";
import { slice } from "../weights/slice.js";

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
  /** Engine that ran the network. */
  readonly engine: string;
  /** Seconds it took. */
  readonly seconds: number;
}

/**
 * Options of `lab`: those of `inputs` and of `visualize`, which makes the pictures.
 *
 * @public
 */
export interface LabOptions extends InputsOptions, VisualizeOptions, RunOptions {
  /**
   * How many inputs.
   *
   * @defaultValue 6
   */
  readonly count?: number | undefined;
}

const format = "convlens.lab";
const version = 1;

/**
 * Reads one unit: structure, filter, strongest inputs, and a picture for the unit and for each input.
 *
 * @throws LensError as `inputs` and `visualize` do; the signal's reason when aborted.
 * @public
 */
export async function lab(net: Network, unit: UnitLike | string, options: LabOptions = {}): Promise<Lab> {
  const started = Date.now();
  const { count = 6, strength = "l2", weights, engine: given, onProgress, ...look } = options;
  const asked = resolveUnit(net, unit);
  const filter = slice(net, asked, { weights });
  const strongest = inputs(net, asked, { count: Math.min(count, filter.sources.length), strength, weights });
  return withEngine(net, given, async (engine) => {
    const wanted = [asked, ...strongest.filter((i) => i.kind !== "input").map((i) => i.unit)];
    const pictures = new Map<string, Picture>();
    for (const each of wanted) {
      const task = formatUnit(each);
      if (pictures.has(task)) continue;
      const report = onProgress && ((p: { done: number; total: number }) =>
        onProgress({ task, done: pictures.size * p.total + p.done, total: wanted.length * p.total }));
      pictures.set(task, await visualize(net, each, { ...look, engine, ...(report ? { onProgress: report } : {}) }));
    }
    const layer = net.layer(filter.unit.layer);
    return {
      network: describeNetwork(net),
      layers: net.layers,
      unit: filter.unit,
      path: pathTo(net, filter.unit.layer),
      kernelShape: layer.kernel ?? [],
      filterShape: [filter.height, filter.width, filter.sources.length],
      bias: filter.bias,
      norm: filter.norm,
      largest: filter.data.reduce((most, w) => Math.max(most, Math.abs(w)), 0),
      receptiveField: formatReceptiveField(layer.receptiveField),
      strength: typeof strength === "string" ? strength : "custom",
      inputCount: filter.sources.length,
      picture: pictures.get(formatUnit(asked))!,
      inputs: strongest.map((input) => {
        const picture = pictures.get(formatUnit(input.unit)) ?? null;
        return { ...input, picture, note: noteOn(net, input, picture) };
      }),
      engine: engine.name,
      seconds: (Date.now() - started) / 1000,
    };
  });
}

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

function describeNetwork(net: Network): Lab["network"] {
  return {
    name: net.name,
    fingerprint: fingerprint(net),
    input: net.input.shape.map((n) => n ?? "?").join("×"),
    preprocessing: `${net.input.preprocessing.name}: ${describePreprocessing(net.input.preprocessing)}`,
    preprocessingStated: net.input.stated,
  };
}

function noteOn(net: Network, { kind, unit }: Input, picture: Picture | null): string {
  if (kind === "input") return imageChannelName(net, unit.channel);
  return picture?.status === "dead" ? "dead: nothing excited it" : "";
}

function imageChannelName(net: Network, channel: number): string {
  const channels = net.input.shape.at(-1);
  if (channels !== 3) return `channel ${channel} of the image`;
  const names = net.input.preprocessing.order === "bgr" ? ["blue", "green", "red"] : ["red", "green", "blue"];
  return `${names[channel]} of the image`;
}

/** One way from the image to a layer: at each meeting of branches, the first. */
function pathTo(net: Network, layer: string): string[] {
  const path: string[] = [];
  for (let at: string | undefined = layer; at !== undefined; at = net.layer(at).inputs[0]) path.unshift(at);
  return path;
}
