/**
 * The main job: one unit, read. Its place in the network, its filter and bias, a picture of what it looks for, its
 * strongest inputs with kernels, signs and shares, and a picture of what each of those looks for.
 */
import { optional, string } from "valibot";
import { checkOptions, type OptionSchemas, oneOf, optionsSchema } from "../core/check.js";
import { largestOf } from "../core/kernel.js";
import type { RunOptions } from "../core/run.js";
import { formatShape } from "../core/shape.js";
import { formatUnit, type Unit, type UnitLike } from "../core/unit.js";
import { type Dataset, datasetSchema } from "../dataset/dataset.js";
import { examples } from "../dataset/examples.js";
import { withEngine } from "../engine/choose.js";
import { checkNetwork, type Network, resolveUnit } from "../network/network.js";
import { formatReceptiveField } from "../network/receptive-field.js";
import { createResult } from "../network/result.js";
import { mergedOf, producerOf } from "../network/sources.js";
import { runnableSize, sizeSeen } from "../optvis/canvas.js";
import type { Picture } from "../optvis/picture.js";
import { type UnitView, unitObjective } from "../optvis/unit-objective.js";
import { visualize } from "../optvis/visualize.js";
import { type VisualizeOptions, visualizeSchemas } from "../optvis/visualize-options.js";
import { type Input, type InputsFromOptions, inputs, inputsSchemas, moduleInputs } from "../weights/inputs.js";
import { normAfter, unitWeights } from "../weights/layer-weights.js";
import type { Lab } from "./sheet.js";

/**
 * Options of `lab`: those of `inputs` and of `visualize`, which makes the pictures.
 *
 * @public
 */
export interface LabOptions extends InputsFromOptions, VisualizeOptions, RunOptions {
  /**
   * How many inputs.
   *
   * @defaultValue 6
   */
  readonly count?: number | undefined;
  /**
   * A layer further down, whose units are the inputs, by expanded weights.
   *
   * @defaultValue the layer before the bottleneck that the unit reads, or before its residual block; where there is neither, the
   * units that its own weights read
   */
  readonly from?: string | undefined;
  /**
   * What the pictures climb: `"neuron"`, the unit at the centre of its map, one example of what it looks for; or
   * `"channel"`, its mean over the map, a texture of it.
   *
   * @defaultValue "neuron"
   */
  readonly view?: "neuron" | "channel" | undefined;
  /**
   * Settings to start from.
   *
   * @defaultValue "lucid"
   */
  readonly preset?: VisualizeOptions["preset"];
  /**
   * Number of updates per picture.
   *
   * @defaultValue 128
   */
  readonly steps?: number | undefined;
  /**
   * Height and width of the pictures in pixels, one for all so that they share a scale.
   *
   * @defaultValue 1.6 times what the unit sees (as `"auto"` has it) for neurons, within 64…160; 128 for channels
   */
  readonly size?: VisualizeOptions["size"];
  /** Photographs; the nine that excite the unit most join the sheet. */
  readonly photos?: Dataset | undefined;
}

const labOptions = optionsSchema<OptionSchemas<LabOptions>>({
  ...inputsSchemas,
  ...visualizeSchemas,
  from: optional(string()),
  view: optional(oneOf("neuron", "channel")),
  photos: optional(datasetSchema),
});

/**
 * Reads one unit: structure, filter, strongest inputs, and a picture for the unit and for each input.
 *
 * @throws LensError as `inputs` and `visualize` do; the signal's reason when aborted.
 * @public
 */
export async function lab(net: Network, unit: UnitLike | string, options: LabOptions = {}): Promise<Lab> {
  checkNetwork(net);
  checkOptions(labOptions, options);
  const started = Date.now();
  const {
    count = 6,
    strength = "l2",
    weights,
    from,
    engine: given,
    onProgress,
    view = "neuron",
    photos,
    ...look
  } = options;
  const asked = resolveUnit(net, unit);
  const settings = { ...look, ...labPictureSettings(net, asked, { ...look, view }) };
  const read = readingOf(net, asked, { strength, weights, from });
  const strongest = read.inputs.slice(0, count);
  return withEngine(net, given, async (engine) => {
    const wanted = [asked, ...strongest.filter((i) => i.kind !== "input").map((i) => i.unit)];
    const pictures = new Map<string, Picture>();
    for (const each of wanted) {
      const task = formatUnit(each);
      if (pictures.has(task)) continue;
      const report =
        onProgress &&
        ((p: { done: number; total: number }) =>
          onProgress({ task, done: pictures.size * p.total + p.done, total: wanted.length * p.total }));
      pictures.set(
        task,
        await visualize(net, unitObjective(net, climbed(net, each, weights), view), {
          ...settings,
          engine,
          onProgress: report,
        }),
      );
    }
    const seen =
      photos &&
      (await examples(net, climbed(net, asked, weights), photos, { engine, signal: look.signal, onProgress }));
    const layer = net.layer(read.unit.layer);
    const [{ kernel, via, expanded }] = read.inputs as [Input, ...Input[]];
    const found = {
      inputShape: formatShape(net.input.shape),
      layers: net.layers,
      unit: asked,
      madeBy: read.unit,
      path: pathTo(net, read.unit.layer),
      kernelShape: layer.kernel ?? [],
      filterShape: [kernel.height, kernel.width, read.inputs.length] as const,
      expanded: expanded ? { from: kernel.from.layer, via, status: expanded.status } : null,
      bias: read.bias,
      norm: read.norm,
      largest: Math.max(...read.inputs.map((input) => largestOf(input.kernel.data))),
      receptiveField: formatReceptiveField(layer.receptiveField),
      inputCount: read.inputs.length,
      picture: pictures.get(formatUnit(asked))!,
      inputs: strongest.map((input) => {
        const picture = pictures.get(formatUnit(input.unit)) ?? null;
        return { ...input, picture, note: noteOn(net, input, picture) };
      }),
      examples: seen?.units[0] ?? null,
      seconds: (Date.now() - started) / 1000,
    };
    const record = {
      strength: typeof strength === "string" ? strength : "custom",
      weights: weights ?? "folded",
      view,
    };
    return createResult("lab", net, { engine, settings: record }, found);
  });
}

/** What a unit reads. */
interface Reading {
  /** The unit that makes the one asked for. */
  readonly unit: Unit;
  /** All inputs, strongest first. */
  readonly inputs: readonly Input[];
  readonly bias: number;
  readonly norm: string | null;
}

/** The inputs of a unit over the layer asked for; else over the module below; else by its own weights. */
function readingOf(
  net: Network,
  asked: Unit,
  { strength, weights, from }: Pick<LabOptions, "strength" | "weights" | "from">,
): Reading {
  const behind = from === undefined && weights !== "stored" ? moduleInputs(net, asked, { strength }) : null;
  const found = behind ?? inputs(net, asked, { strength, weights, from });
  const { unit } = producerOf(net, asked);
  if (mergedOf(net, unit)) return { unit, inputs: found, bias: 0, norm: null };
  const { weights: own, channel } = unitWeights(net, asked, weights ?? "folded");
  return { unit, inputs: found, bias: own.bias(channel), norm: own.norm };
}

/**
 * What a picture climbs: the unit behind its batch norm where that is folded into its weights, since a negative scale turns
 * what excites the convolution into what inhibits the unit.
 */
function climbed(net: Network, { layer, channel }: Unit, weights: LabOptions["weights"]): Unit {
  const norm = weights === "stored" ? null : normAfter(net, layer);
  return { layer: norm ?? layer, channel };
}

/**
 * How the pictures of a lab are made where the caller does not say. One example fills the middle of its picture, and needs no
 * more contrast than these steps of Lucid's settings give.
 */
export function labPictureSettings(
  net: Network,
  unit: Unit,
  { preset = "lucid", steps = 128, size, view = "neuron" }: Pick<LabOptions, "preset" | "steps" | "size" | "view">,
): Required<Pick<VisualizeOptions, "preset" | "steps" | "size">> {
  return { preset: preset, steps: steps, size: size ?? canvasFor(net, unit, view) };
}

/** A canvas with room around the receptive field for the motion of the transforms, at which the network runs. */
function canvasFor(net: Network, unit: Unit, view: UnitView): readonly [number, number] {
  const seen = view === "channel" ? null : sizeSeen(net, [unit.layer]);
  const side = seen ? Math.min(160, Math.max(64, 8 * Math.ceil((1.6 * Math.max(...seen)) / 8))) : 128;
  return runnableSize(net, unitObjective(net, unit, view), [side, side]);
}

function noteOn(net: Network, { kind, unit }: Input, picture: Picture | null): string {
  if (kind === "input") return imageChannelName(net, unit.channel);
  if (picture?.status === "weak") return "weak: the picture does not excite it";
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
