/**
 * From a model's calls and weights to a network: each call becomes operations, each operation gets its shape.
 *
 * Past a layer that cannot be computed shapes are guesses: such a layer is taken to put out the shape it reads, until
 * weights behind it say how many channels they want.
 */
import { LensError } from "../core/errors.js";
import { shortList } from "../core/names.js";
import { channelsOf, type Shape } from "../core/shape.js";
import { createNetwork, type ImageInput, type Network } from "../network/network.js";
import type { Op } from "../network/ops.js";
import { type Preprocessing, type PreprocessingName, preprocessing } from "../network/preprocessing.js";
import { outputShape } from "../network/shapes.js";
import { fieldOf, sameWord } from "./config.js";
import { isArray, type Json, shortJson } from "./json.js";
import { type OpDraft, opaque } from "./layers/reader.js";
import { canRead, readLayer } from "./layers/readers.js";
import type { LayerCall, Topology } from "./topology.js";
import { type WeightSource, weightsOf } from "./weights.js";

/** What a caller says about a model. */
export interface ModelChoices {
  /**
   * How an image in 0…1 becomes the network's input: a preset's name or your own. A wrong one ruins everything without an
   * error, so the network states whether somebody chose it.
   *
   * @defaultValue "unit", as an assumption
   */
  readonly preprocessing?: PreprocessingName | Omit<Preprocessing, "name"> | undefined;
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
export function buildNetwork({ name, calls }: Topology, weights: WeightSource, choices: ModelChoices): Network {
  const input = imageInput(calls, choices);
  const shapes = new ShapeTable(input.shape);
  const outputOf = new Map<string, string>();
  const drafts = calls.flatMap((call) => {
    const made = readCall(
      call,
      call.inputs.map((read) => outputOf.get(read)!),
      { weights, shapes },
    );
    for (const draft of made) shapes.settle(draft, call.name);
    outputOf.set(call.name, made.at(-1)!.name);
    return made.map((draft) => ({ ...draft, layer: draft.layer ?? draft.name }));
  });
  const ops = drafts.map((draft) => ({ ...draft, output: shapes.of(draft.name).shape }) as Op);
  if (!ops.some((op) => op.kind === "conv" || op.kind === "depthwise")) {
    throw new LensError(
      "bad-model",
      `model "${name}" has no convolution, so there is nothing in it to read; give a convolutional network`,
    );
  }
  return createNetwork(choices.name ?? name, ops, input);
}

function imageInput(calls: readonly LayerCall[], choices: ModelChoices): ImageInput {
  const inputs = calls.filter((call) => call.config.className === "InputLayer");
  if (inputs.length !== 1) {
    const got = inputs.length === 0 ? "none" : `${inputs.length}: ${shortList(inputs.map((call) => call.name))}`;
    throw new LensError("bad-model", `a network has one input, an image; this model has ${got}`);
  }
  const { config } = inputs[0]!;
  const batched = fieldOf(config, "batch_input_shape") ?? fieldOf(config, "batch_shape") ?? null;
  const isSize = (n: Json): boolean => n === null || (Number.isInteger(n) && (n as number) > 0);
  if (!isArray(batched) || batched.length !== 4 || !batched.every(isSize) || batched[3] === null) {
    throw new LensError(
      "bad-model",
      `a network reads images, [batch, height, width, channels]; input "${config.layer}" is of shape ${shortJson(batched)}`,
    );
  }
  const shape = batched.slice(1) as (number | null)[];
  const stated = choices.preprocessing !== undefined;
  return { shape, preprocessing: preprocessing(choices.preprocessing ?? "unit", channelsOf(shape)), stated };
}

function readCall(
  { name, path, config, constants }: LayerCall,
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
  return constants ? opaque(layer, "it is given numbers beside its inputs") : readLayer(layer);
}

/** Shapes of operations while they are being found out. */
class ShapeTable {
  readonly #shapes = new Map<string, { shape: Shape; sure: boolean }>();
  readonly #drafts = new Map<string, OpDraft>();
  readonly #image: Shape;

  constructor(image: Shape) {
    this.#image = image;
  }

  of(name: string): { readonly shape: Shape; readonly sure: boolean } {
    return this.#shapes.get(name)!;
  }

  /** Finds the shape of an operation from those it reads. */
  settle(draft: OpDraft, layer: string): void {
    const sure = draft.kind !== "opaque" && draft.inputs.every((name) => this.of(name).sure);
    if (!sure) this.#correct(draft);
    this.#drafts.set(draft.name, draft);
    this.#shapes.set(draft.name, { shape: this.#shapeOf(draft, sure, layer), sure });
  }

  #shapeOf(draft: OpDraft, sure: boolean, layer: string): Shape {
    if (draft.kind === "input") return this.#image;
    const inputs = draft.inputs.map((name) => this.of(name).shape);
    if (draft.kind === "opaque") return inputs[0]!;
    try {
      return outputShape({ ...draft, layer, output: draft.output ?? [] } as Op, inputs);
    } catch (cause) {
      if (sure)
        throw new LensError("bad-model", `the model does not fit together: ${(cause as Error).message}`, { cause });
      return inputs[0]!;
    }
  }

  /** Lets weights say how many channels the guessed shape in front of them has. */
  #correct(draft: OpDraft): void {
    const wanted = channelsWanted(draft);
    for (let name = draft.inputs[0]!; wanted !== null; ) {
      const { shape, sure } = this.of(name);
      const before = this.#drafts.get(name)!;
      if (sure) return;
      this.#shapes.set(name, { shape: [...shape.slice(0, -1), wanted], sure });
      if (!handsChannelsOn.has(before.kind)) return;
      name = before.inputs[0]!;
    }
  }
}

const handsChannelsOn = new Set<Op["kind"]>([
  "activation",
  "norm",
  "pool",
  "globalPool",
  "pad",
  "upsample",
  "identity",
]);

function channelsWanted(draft: OpDraft): number | null {
  switch (draft.kind) {
    case "conv":
      return draft.kernelShape[2] * draft.groups;
    case "depthwise":
      return draft.kernelShape[2];
    case "dense":
      return draft.kernelShape[0];
    case "norm":
      return draft.mean.length;
    default:
      return null;
  }
}
