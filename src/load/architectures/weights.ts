/**
 * The weights of a known architecture in a file, by layer. Layers that Keras numbers (`conv2d_7`) may start anywhere; of these the order
 * counts. What a file does not have of the last layers is left out, and their number of classes is the file's.
 */
import { LensError } from "../../core/errors.js";
import { isCounted, type NamedTensors } from "../tensors.js";
import { truncate } from "../truncate.js";
import type { StoredWeight, WeightSource } from "../weights.js";
import { architectures, type BuiltName } from "./architectures.js";
import { bestFit, type Fit } from "./fit.js";
import { countedLayers } from "./keras-order.js";
import { leftOver } from "./left-over.js";
import type { ArchitectureRecipe, Recipe } from "./recipe.js";
import { heldLayers } from "./spelling.js";

/** Kinds of layers that Keras numbers where they have no name. */
const numbered = /^(conv2d|batch_normalization|dense|normalization)(?:_(\d+))?$/;

/** A recipe, the weights of its layers, and notes on those in the file that none needs. */
export interface FoundWeights {
  readonly recipe: Recipe;
  readonly weights: WeightSource;
  readonly notes: readonly string[];
}

/**
 * The recipe that fits the file, the weights its layers need, read, and notes on those that none needs.
 *
 * @throws LensError `bad-model`, when most of what the recipe needs is not there, or there are convolutions that it does not need.
 */
export async function findWeights(
  given: NamedTensors,
  architecture: BuiltName,
  upTo: string | undefined,
): Promise<FoundWeights> {
  const file = named(given, architectures[architecture][0]!);
  const held = heldLayers(file);
  const fit = bestFit(architecture, held);
  checkTwins(fit, file, architecture);
  const top = held.kernelOf(fit.nameOf(fit.classifier.name));
  const recipe = fit.recipeOf(top !== undefined, top?.at(-1) ?? 1000);
  const alias = renumbered(recipe, [...held.layers.keys()]);
  const nameOf = (layer: string): string => alias.get(layer) ?? fit.nameOf(layer);
  const found = new Map<string, readonly StoredWeight[]>();
  const { calls } = truncate(recipe.topology, upTo);
  for (const call of calls) {
    const before = calls.find(({ name }) => name === call.inputs[0]);
    found.set(call.name, await held.read(nameOf(call.name), call, before?.config.fields.channels_first));
  }
  if ([...found.values()].every((list) => list.length === 0)) {
    const names = [...file.tensors.keys()].slice(0, 4).join(", ");
    throw new LensError(
      "bad-model",
      `"${file.file}" holds no weights that a ${recipe.name} is made of; it holds ${names}, …: is the architecture right?`,
    );
  }
  const known = new Set(recipe.topology.calls.map(({ name }) => nameOf(name)));
  const { tensors, layerOf } = held;
  const at = (path: readonly string[]): readonly StoredWeight[] => found.get(path[0]!) ?? [];
  return {
    recipe,
    notes: leftOver({ file: file.file, tensors }, recipe.name, { known, layerOf, prefix: fit.prefix }),
    weights: {
      find: (path, names, index) => at(path).find(({ name }) => names.includes(name)) ?? at(path)[index],
      count: (path) => at(path).reduce((sum, weight) => sum + weight.values().length, 0),
    },
  };
}

/** Refuses a file that has the network several times, as those of a teacher and a student have. */
function checkTwins({ prefix, twins, held, of }: Fit, { file }: NamedTensors, architecture: string): void {
  if (twins.length === 0 || held < of / 2) return;
  const places = [prefix, ...twins].map((place) => JSON.stringify(place)).join(" and ");
  throw new LensError(
    "bad-model",
    `"${file}" holds the weights of a ${architecture} ${twins.length + 1} times, under names that begin with ${places}; save those of one alone`,
  );
}

/** Tensors by the names of their layers, also where a file only counts these. */
function named(held: NamedTensors, recipeOf: ArchitectureRecipe): NamedTensors {
  if (!isCounted(held)) return held;
  const layers = countedLayers(recipeOf(true, 1000).topology.calls, held.nameOf);
  const nameOf = (name: string): string => {
    const layer = name.slice(0, Math.max(0, name.lastIndexOf("/"))) || name;
    return (layers.get(layer) ?? layer) + name.slice(layer.length);
  };
  return { file: held.file, tensors: new Map([...held.tensors].map(([name, tensor]) => [nameOf(name), tensor])) };
}

/** The file's name of each numbered layer of a recipe: the first of its kind for the first, and so on. */
function renumbered({ topology }: Recipe, held: readonly string[]): Map<string, string> {
  const ofKind = (names: readonly string[]): Map<string, string[]> => {
    const kinds = new Map<string, { name: string; at: number }[]>();
    for (const name of names) {
      const match = numbered.exec(name);
      if (match) kinds.set(match[1]!, [...(kinds.get(match[1]!) ?? []), { name, at: Number(match[2] ?? 0) }]);
    }
    return new Map([...kinds].map(([kind, list]) => [kind, list.sort((a, b) => a.at - b.at).map(({ name }) => name)]));
  };
  const inFile = ofKind(held);
  const alias = new Map<string, string>();
  for (const [kind, names] of ofKind(topology.calls.map(({ name }) => name))) {
    names.forEach((name, i) => {
      const other = inFile.get(kind)?.[i];
      if (other !== undefined) alias.set(name, other);
    });
  }
  return alias;
}
