/**
 * The weights of a known architecture in a file: tensors called by layer, `"block1_conv1/kernel"` or `"block1_conv1/0"`. Layers
 * that the framework numbers (`conv2d_7`) may start anywhere; of these the order counts. What a file does not have of the last
 * layers is left out, and their number of classes is the file's.
 */
import { LensError } from "../../core/errors.js";
import { isCounted, type NamedTensor, type NamedTensors } from "../tensors.js";
import type { LayerCall } from "../topology.js";
import { truncate } from "../truncate.js";
import type { StoredWeight, WeightSource } from "../weights.js";
import { type ArchitectureName, type ArchitectureRecipe, architectures } from "./architectures.js";
import { countedLayers } from "./keras-order.js";
import { leftOver } from "./left-over.js";
import type { Recipe } from "./recipe.js";
import { torchArchitectures } from "./torch/recipes.js";
import { fromChannelsFirst, isTorch, torchWeights } from "./torch/weights.js";

/** Kinds of layers that Keras numbers where they have no name. */
const numbered = /^(conv2d|batch_normalization|dense|normalization)(?:_(\d+))?$/;
/** Names of the layer that makes the classes, where another than the last has its weights. */
const classifiers = ["predictions", "conv_preds", "softmax2"];

/**
 * The recipe that fits the file, the weights its layers need, read, and notes on those that none needs.
 *
 * @throws LensError `bad-model`, when most of what the recipe needs is not there, or there are convolutions that it does not need.
 */
export async function findWeights(
  given: NamedTensors,
  architecture: ArchitectureName,
  upTo: string | undefined,
): Promise<{ readonly recipe: Recipe; readonly weights: WeightSource; readonly notes: readonly string[] }> {
  const held = named(given, architectures[architecture]);
  const { recipe, found, known, layerOf } = isTorch(held)
    ? await torchFound(held, architecture, upTo)
    : await layersFound(held, architecture, upTo);
  if ([...found.values()].every((list) => list.length === 0)) {
    const names = [...held.tensors.keys()].slice(0, 4).join(", ");
    throw new LensError(
      "bad-model",
      `"${held.file}" holds no weights that a ${recipe.name} is made of; it holds ${names}, …: is the architecture right?`,
    );
  }
  const at = (path: readonly string[]): readonly StoredWeight[] => found.get(path[0]!) ?? [];
  return {
    recipe,
    notes: leftOver(held, recipe.name, { known, layerOf }),
    weights: {
      find: (path, names, index) => at(path).find(({ name }) => names.includes(name)) ?? at(path)[index],
      count: (path) => at(path).reduce((sum, weight) => sum + weight.values().length, 0),
    },
  };
}

interface Found {
  readonly recipe: Recipe;
  readonly found: ReadonlyMap<string, readonly StoredWeight[]>;
  /** The recipe's layers, in the file's words. */
  readonly known: ReadonlySet<string>;
  /** The layer of a tensor of the file. */
  readonly layerOf: (tensor: string) => string;
}

const upToLast = (name: string, mark: string): string => name.slice(0, Math.max(0, name.lastIndexOf(mark))) || name;

/** Of several recipes the one whose layers a file has most of, the first where two are as near; and its last layer. */
function nearest(
  recipes: readonly ArchitectureRecipe[],
  has: (layer: LayerCall) => boolean,
): { readonly recipeOf: ArchitectureRecipe; readonly last: LayerCall } {
  const ranked = recipes.map((recipeOf) => {
    const { calls } = recipeOf(true, 1000).topology;
    return { recipeOf, last: calls.at(-1)!, held: calls.filter(has).length };
  });
  return ranked.sort((a, b) => b.held - a.held)[0]!;
}

async function torchFound(
  { tensors }: NamedTensors,
  architecture: ArchitectureName,
  upTo: string | undefined,
): Promise<Found> {
  const { recipeOf, last } = nearest(torchArchitectures(architecture), ({ name }) => tensors.has(`${name}.weight`));
  const top = tensors.get(`${last.name}.weight`);
  const recipe = recipeOf(top !== undefined, top?.shape[0] ?? 1000);
  const found = new Map<string, readonly StoredWeight[]>();
  for (const call of truncate(recipe.topology, upTo).calls) {
    const list = await torchWeights(tensors, call);
    const flattened = call.inputs[0] === "flatten";
    found.set(call.name, flattened ? list.map((w) => (w.name === "kernel" ? fromChannelsFirst(w, 512) : w)) : list);
  }
  const known = new Set(recipe.topology.calls.map(({ name }) => name));
  return { recipe, found, known, layerOf: (tensor) => upToLast(tensor, ".") };
}

/** Weights in the order of axes that they have here: those of Keras, and those that a network of any origin was saved with. */
async function layersFound(
  { tensors }: NamedTensors,
  architecture: ArchitectureName,
  upTo: string | undefined,
): Promise<Found> {
  const byLayer = layersOf(tensors);
  const recipes = [architectures[architecture], ...torchArchitectures(architecture)];
  const { recipeOf, last } = nearest(recipes, ({ name }) => byLayer.has(name));
  const top = [...classifiers, last.name].map((name) => byLayer.get(name)).find((found) => found !== undefined);
  const recipe = recipeOf(top !== undefined, top?.[0]?.shape.at(-1) ?? 1000);
  const alias = renumbered(recipe, [...byLayer.keys()]);
  const known = new Set(recipe.topology.calls.map(({ name }) => alias.get(name) ?? name));
  const found = new Map<string, readonly StoredWeight[]>();
  for (const { name } of truncate(recipe.topology, upTo).calls) {
    const list = byLayer.get(alias.get(name) ?? name) ?? [];
    const read = list.map(async ({ name: own, shape, tensor }): Promise<StoredWeight> => {
      const values = await tensor.read();
      return { name: own, shape, values: () => values };
    });
    found.set(name, await Promise.all(read));
  }
  return { recipe, found, known, layerOf: (tensor) => upToLast(tensor, "/") };
}

/** Tensors by the names of their layers, also where a file only counts these. */
function named(held: NamedTensors, recipeOf: ArchitectureRecipe): NamedTensors {
  if (!isCounted(held)) return held;
  const layers = countedLayers(recipeOf(true, 1000).topology.calls, held.nameOf);
  const nameOf = (name: string): string => {
    const layer = upToLast(name, "/");
    return (layers.get(layer) ?? layer) + name.slice(layer.length);
  };
  return { file: held.file, tensors: new Map([...held.tensors].map(([name, tensor]) => [nameOf(name), tensor])) };
}

interface Held {
  readonly name: string;
  readonly shape: readonly number[];
  readonly tensor: NamedTensor;
}

/** Tensors by layer, in the file's order, each once: a file of Keras knows them by name and by number. */
function layersOf(tensors: NamedTensors["tensors"]): Map<string, Held[]> {
  const layers = new Map<string, Map<NamedTensor, Held>>();
  for (const [name, tensor] of tensors) {
    const at = name.lastIndexOf("/");
    if (at < 0) continue;
    const layer = name.slice(0, at);
    const held = layers.get(layer) ?? new Map<NamedTensor, Held>();
    held.set(tensor, { name: name.slice(at + 1), shape: tensor.shape, tensor });
    layers.set(layer, held);
  }
  return new Map([...layers].map(([layer, held]) => [layer, [...held.values()]]));
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
