/** From a model's calls and weights to a network: each call becomes operations, each operation gets its shape. */
import { LensError } from "../core/errors.js";
import { shortList } from "../core/names.js";
import { channelsOf, formatShape, type Shape } from "../core/shape.js";
import { createNetwork, type ImageInput, type Network } from "../network/network.js";
import type { OpaqueOp } from "../network/ops/opaque.js";
import type { Op } from "../network/ops.js";
import { type PreprocessingLike, preprocessing } from "../network/preprocessing.js";
import { fieldOf, sameWord } from "./config.js";
import { isArray, type Json, shortJson } from "./json.js";
import { readOperator } from "./layers/operators.js";
import type { OpDraft } from "./layers/reader.js";
import { canRead, readLayer } from "./layers/readers.js";
import { notesOn } from "./notes.js";
import { notOneInput } from "./one-input.js";
import { guessesBefore, ShapeTable } from "./shape-table.js";
import type { LayerCall, Topology } from "./topology.js";
import { type WeightSource, weightsOf } from "./weights.js";

/**
 * What a caller says about a model.
 *
 * @public
 */
export interface ModelChoices {
  /**
   * How an image in 0…1 becomes the network's input: a preset's name or your own. A wrong one ruins everything without an
   * error, so the network states whether somebody chose it.
   *
   * @defaultValue "unit", as an assumption
   */
  readonly preprocessing?: PreprocessingLike | undefined;
  /**
   * Name of the network.
   *
   * @defaultValue the model's own
   */
  readonly name?: string | undefined;
}

/**
 * Puts a network together.
 *
 * @throws LensError `bad-model`, naming the layer, when the model contradicts itself; `unsupported` when nothing in it can
 * be read or it keeps its channels first.
 */
export function buildNetwork(
  { name, calls, notes = [] }: Topology,
  weights: WeightSource,
  choices: ModelChoices,
): Network {
  const input = imageInput(calls, choices);
  const shapes = new ShapeTable(input.shape);
  const outputOf = new Map<string, string>();
  const drafts = calls.flatMap((call) => {
    const made = readCall(
      call,
      call.inputs.map((read) => outputOf.get(read)!),
      { weights, shapes },
    );
    for (const draft of made) shapes.settle(draft, call.name, filtersOf(call));
    outputOf.set(call.name, made.at(-1)!.name);
    return made.map((draft) => ({ ...draft, layer: draft.layer ?? draft.name }));
  });
  return networkOf(choices.name ?? name, drafts, { shapes, input, notes: [...notes, ...notesOn(calls)] });
}

/** How many channels a layer says that it has; `undefined` where it does not say. */
function filtersOf({ config }: LayerCall): number | undefined {
  const filters = fieldOf(config, "filters");
  return typeof filters === "number" && Number.isInteger(filters) && filters > 0 ? filters : undefined;
}

/**
 * A network of drafts whose shapes are settled.
 *
 * @throws LensError `bad-model` for one without convolutions.
 */
export function networkOf(
  name: string,
  drafts: readonly (OpDraft & { layer: string })[],
  { shapes, input, notes = [] }: { shapes: Pick<ShapeTable, "of">; input: ImageInput; notes?: readonly string[] },
): Network {
  const ops = drafts.map((draft): Op => {
    const guesses = guessesBefore(draft, shapes);
    const { shape: output } = shapes.of(draft.name);
    return (guesses.length > 0 ? { ...untold(draft, guesses), output } : { ...draft, output }) as Op;
  });
  if (!ops.some((op) => op.kind === "conv" || op.kind === "depthwise" || op.kind === "convTranspose")) {
    throw withoutConvolution(name, ops);
  }
  return createNetwork(name, ops, { ...input, notes });
}

/** An operation whose channels cannot be told apart, since nobody says how many of them come from what. */
function untold(
  { name, layer, inputs, kind }: OpDraft & { layer: string },
  guesses: readonly string[],
): Omit<OpaqueOp, "output"> {
  const className = kind === "concat" ? "Concatenate" : "Reshape";
  const reason = `nothing says how many channels ${guesses.map((guess) => `"${guess}"`).join(" and ")} puts out, so its units cannot be told apart`;
  return { kind: "opaque", name, layer, inputs, className, reason, parameters: 0 };
}

/** The error of a network in which no convolution can be read: there is none, or all are opaque, each for a reason. */
function withoutConvolution(name: string, ops: readonly Op[]): LensError {
  const lost = ops.flatMap((op) => (op.kind === "opaque" && /conv/i.test(op.className) ? [op] : []));
  const [first] = lost;
  if (first) {
    const count = lost.length === 1 ? "the one convolution" : `none of the ${lost.length} convolutions`;
    return new LensError(
      "unsupported",
      `${count} of model "${name}" can${lost.length === 1 ? "not" : ""} be computed; layer "${first.layer}" (${first.className}): ${first.reason}; export the model in another way, as floats and with a fixed image size`,
    );
  }
  const kinds = [...new Set(ops.map((op) => (op.kind === "opaque" ? op.className : op.kind)))].filter(
    (k) => k !== "input",
  );
  return new LensError(
    "bad-model",
    `model "${name}" has no convolution among its ${ops.length - 1} operations (${shortList(kinds)}); give a convolutional network`,
  );
}

/** Sizes of images beyond which a file is believed to be damaged. */
const mostPixels = 65_536;
const mostChannels = 4096;

/** What a network reads, with the preprocessing that the caller says, or the one that is assumed. */
export function imageInputOf(shape: Shape, choices: ModelChoices): ImageInput {
  if (shape.some((n, axis) => n !== null && n > (axis === 2 ? mostChannels : mostPixels))) {
    throw new LensError(
      "bad-model",
      `the model reads images of ${formatShape(shape)}; at most ${mostPixels} pixels a side and ${mostChannels} channels can be`,
    );
  }
  const stated = choices.preprocessing !== undefined;
  return { shape, preprocessing: preprocessing(choices.preprocessing ?? "unit", channelsOf(shape)), stated };
}

function imageInput(calls: readonly LayerCall[], choices: ModelChoices): ImageInput {
  const inputs = calls.filter((call) => call.config.className === "InputLayer");
  if (inputs.length !== 1) throw notOneInput(inputs.map((call) => call.name));
  const { config } = inputs[0]!;
  const batched = fieldOf(config, "batch_input_shape") ?? fieldOf(config, "batch_shape") ?? null;
  const isSize = (n: Json): boolean => n === null || (Number.isInteger(n) && (n as number) > 0);
  if (!isArray(batched) || batched.length !== 4 || !batched.every(isSize) || batched[3] === null) {
    throw new LensError(
      "bad-model",
      `a network reads images, [batch, height, width, channels]; input "${config.layer}" is of shape ${shortJson(batched)}`,
    );
  }
  return imageInputOf(batched.slice(1) as (number | null)[], choices);
}

function readCall(
  { name, path, config, operands }: LayerCall,
  reads: readonly string[],
  { weights, shapes }: { weights: WeightSource; shapes: ShapeTable },
): readonly OpDraft[] {
  if (config.className === "InputLayer") return [{ kind: "input", name, inputs: [] }];
  const order = fieldOf(config, "data_format");
  if (canRead(config.className) && typeof order === "string" && sameWord(order, "channels_first")) {
    throw new LensError(
      "unsupported",
      `layer "${name}" keeps its channels first; only channels_last can be read: convert the model with its data format changed`,
    );
  }
  const layer = {
    name,
    config,
    inputs: reads.map((read) => ({ name: read, ...shapes.of(read) })),
    take: weightsOf(weights, path),
    count: () => weights.count(path),
  };
  if (layer.inputs.length === 0) throw new LensError("bad-model", `layer "${name}" reads nothing`);
  return operands ? readOperator(layer, operands) : readLayer(layer);
}
