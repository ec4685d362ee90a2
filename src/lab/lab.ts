/**
 * The main job: one unit, read. Its place in the network, its filter and bias, a picture of what it looks for, its
 * strongest inputs with kernels, signs and shares, and a picture of what each of those looks for.
 */
import { custom, optional, strictTuple, union } from "valibot";
import {
  checkOptions,
  listOf,
  type OptionSchemas,
  oneOf,
  optionsSchema,
  type Schema,
  textSchema,
  wholeSchema,
} from "../core/check.js";
import { largestOf } from "../core/kernel.js";
import type { RunOptions } from "../core/run.js";
import { formatShape } from "../core/shape.js";
import { formatUnit, type Unit, type UnitLike } from "../core/unit.js";
import { type Dataset, datasetSchema } from "../dataset/dataset.js";
import type { UnitExamples } from "../dataset/example.js";
import { examples } from "../dataset/examples.js";
import { withEngine } from "../engine/choose.js";
import { checkNetwork, type Network, resolveUnit } from "../network/network.js";
import { formatReceptiveField } from "../network/receptive-field.js";
import { createResult } from "../network/result.js";
import { runnableSize, sizeSeen } from "../optvis/canvas.js";
import { flawOf } from "../optvis/flaw.js";
import type { Picture } from "../optvis/picture.js";
import { still } from "../optvis/preset.js";
import { type UnitView, unitObjective } from "../optvis/unit-objective.js";
import { visualize } from "../optvis/visualize.js";
import { type VisualizeOptions, visualizeSchemas } from "../optvis/visualize-options.js";
import { type InputsOptions, inputsSchemas } from "../weights/inputs.js";
import { normAfter } from "../weights/layer-weights.js";
import { type Strength, strengthSchema } from "../weights/strength.js";
import { type RankedInput, readingOf } from "./reading.js";
import type { Lab, LabSettings } from "./sheet.js";

/**
 * Options of `lab`: those of `inputs` and of `visualize`, which makes the pictures.
 *
 * @public
 */
export interface LabOptions extends Omit<InputsOptions, "strength">, VisualizeOptions, RunOptions {
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
   * Inputs to show, in this order, instead of the strongest.
   *
   * @defaultValue the strongest
   */
  readonly inputs?: readonly (UnitLike | string)[] | undefined;
  /**
   * So many of each sign instead of `count` in all: the strongest excitatory ones, then the strongest inhibitory ones.
   *
   * @defaultValue inputs of either sign
   */
  readonly perSign?: number | undefined;
  /**
   * Measure of strength, by which inputs are ranked; or two, of which the second stands beside the first.
   *
   * @defaultValue "l2"
   */
  readonly strength?: Strength | readonly [Strength, Strength] | undefined;
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
   * @defaultValue for neurons what the unit sees (as `"auto"` has it) up to 16 pixels, and 1.6 times that, within 32…160, from there
   * on; 128 for channels
   */
  readonly size?: VisualizeOptions["size"];
  /** Photographs; the nine that excite the unit most join the sheet. */
  readonly photos?: Dataset | undefined;
}

const labOptions = optionsSchema<OptionSchemas<LabOptions>>({
  ...inputsSchemas,
  ...visualizeSchemas,
  strength: optional(
    union([strengthSchema, strictTuple([strengthSchema, strengthSchema])], "a measure of strength, or two"),
  ) as Schema<LabOptions["strength"]>,
  inputs: optional(
    listOf(
      custom<UnitLike | string>((unit) => typeof unit === "string" || typeof unit === "object", "a unit"),
      'a list of units such as ["layer:3"]',
    ),
  ) as Schema<LabOptions["inputs"]>,
  perSign: optional(wholeSchema(1)),
  from: optional(textSchema),
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
  const { count = 6, strength = "l2", inputs, perSign, weights, from, ...rest } = options;
  const { engine: given, onProgress, view = "neuron", photos, ...look } = rest;
  const asked = resolveUnit(net, unit);
  const settings = { ...look, ...labPictureSettings(net, asked, { ...look, view }) };
  const measures = (Array.isArray(strength) ? strength : [strength]) as [Strength, Strength?];
  const read = readingOf(net, asked, { strength: measures, weights, from, count, perSign, inputs });
  return withEngine(net, { engine: given, signal: look.signal }, async (engine) => {
    const wanted = [asked, ...read.chosen.filter((i) => i.kind !== "input").map((i) => i.unit)];
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
    const [{ kernel, via, expanded }] = read.inputs as [RankedInput, ...RankedInput[]];
    const picture = pictures.get(formatUnit(asked))!;
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
      picture,
      flaw: flawOf(picture) ?? (view === "neuron" && seen ? beaten(picture, seen.units[0]!) : null),
      inputs: read.chosen.map((input) => {
        const picture = pictures.get(formatUnit(input.unit)) ?? null;
        const flaw = picture && flawOf(picture);
        return {
          ...input,
          picture,
          flaw,
          note: input.kind === "input" ? imageChannelName(net, input.unit) : (flaw ?? ""),
        };
      }),
      examples: seen?.units[0] ?? null,
      seconds: (Date.now() - started) / 1000,
    };
    const record: LabSettings = {
      strength: nameOf(measures[0]),
      second: measures[1] === undefined ? null : nameOf(measures[1]),
      chosen: inputs !== undefined ? "named" : perSign !== undefined ? "per sign" : "strongest",
      weights: weights ?? "folded",
      view,
    };
    return createResult("lab", net, { engine, settings: record }, found);
  });
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

/** The receptive field, and around it room for the motion of the transforms where there is one; at a size that the network runs at. */
function canvasFor(net: Network, unit: Unit, view: UnitView): readonly [number, number] {
  const seen = view === "channel" ? null : sizeSeen(net, [unit.layer]);
  const most = seen && Math.max(...seen);
  const side = most === null ? 128 : Math.min(160, Math.max(32, 8 * Math.ceil((1.6 * most) / 8)));
  return runnableSize(net, unitObjective(net, unit, view), seen && most! <= still ? seen : [side, side]);
}

/** The name of a measure; one of the caller's own has none. */
function nameOf(strength: Strength): string {
  return typeof strength === "string" ? strength : "custom";
}

/** What is said of a picture that excites its unit less than a photograph does. */
function beaten({ value }: Picture, { top }: UnitExamples): string | null {
  const best = top[0]?.value ?? Number.NEGATIVE_INFINITY;
  if (value >= best) return null;
  return `weak: the picture gives ${value.toPrecision(3)}, and a photograph ${best.toPrecision(3)}`;
}

function imageChannelName(net: Network, { channel }: Unit): string {
  const channels = net.input.shape.at(-1);
  if (channels === 1) return "the image";
  if (channels !== 3) return `band ${channel} of the image`;
  const names = net.input.preprocessing.order === "bgr" ? ["blue", "green", "red"] : ["red", "green", "blue"];
  return `${names[channel]} of the image`;
}

/** One way from the image to a layer: at each meeting of branches, the first. */
function pathTo(net: Network, layer: string): string[] {
  const path: string[] = [];
  for (let at: string | undefined = layer; at !== undefined; at = net.layer(at).inputs[0]) path.unshift(at);
  return path;
}
