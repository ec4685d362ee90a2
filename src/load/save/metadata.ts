/**
 * What a network says that a Layers model does not: the preprocessing that somebody chose, and the loader's notes. They go into
 * `userDefinedMetadata`, which TensorFlow.js keeps for whoever saves a model, and come back from there.
 */
import { isLensError, LensError } from "../../core/errors.js";
import { createNetwork, type Network } from "../../network/network.js";
import { type Preprocessing, type PreprocessingName, preprocessing } from "../../network/preprocessing.js";
import type { ModelChoices } from "../build.js";
import { isArray, isObject, type Json } from "../json.js";

type Choice = PreprocessingName | Omit<Preprocessing, "name">;

/** The metadata of a saved model. */
export interface SavedMetadata {
  readonly convlens: { readonly preprocessing?: Choice; readonly notes?: readonly string[] };
}

/** What is to be kept of a network; `undefined` where there is nothing. */
export function metadataOf({ input, notes }: Network): SavedMetadata | undefined {
  if (!input.stated && notes.length === 0) return undefined;
  return {
    convlens: {
      ...(input.stated && { preprocessing: choiceOf(input.preprocessing) }),
      ...(notes.length > 0 && { notes }),
    },
  };
}

const presets: readonly PreprocessingName[] = ["unit", "tf", "caffe", "torch"];

/** A preset by its name, any other by its numbers. */
function choiceOf({ name, ...own }: Preprocessing): Choice {
  const same = (preset: PreprocessingName): boolean =>
    preset === name && JSON.stringify(preprocessing(preset)) === JSON.stringify({ name, ...own });
  return presets.find(same) ?? own;
}

/**
 * Builds a network with what its file says by the way: its preprocessing, unless the caller chooses one, and the notes of whoever
 * opened it first. The metadata of other writers says nothing.
 *
 * @throws LensError `bad-model` for a preprocessing that is none; whatever `build` throws.
 */
export function withSaved(
  metadata: Json | undefined,
  choices: ModelChoices,
  build: (choices: ModelChoices) => Network,
): Network {
  const own = isObject(metadata) && isObject(metadata.convlens) ? metadata.convlens : {};
  const saved = choices.preprocessing ?? (own.preprocessing === undefined ? undefined : checked(own.preprocessing));
  const net = build({ ...choices, preprocessing: saved });
  const notes = isArray(own.notes) ? own.notes.filter((note) => typeof note === "string") : [];
  if (notes.length === 0) return net;
  return createNetwork(net.name, net.ops, { ...net.input, notes: [...new Set([...notes, ...net.notes])] });
}

function checked(saved: Json): Choice {
  const choice = saved as unknown as Choice;
  try {
    if (typeof choice !== "string" && !isObject(saved)) throw new LensError("bad-model", "it is no object");
    preprocessing(choice, isObject(saved) && isArray(saved.mean) ? saved.mean.length : 3);
    return choice;
  } catch (cause) {
    if (!isLensError(cause)) throw cause;
    throw new LensError(
      "bad-model",
      `the preprocessing saved with the model cannot be used (${cause.message}); open the model with { preprocessing }`,
      { cause },
    );
  }
}
