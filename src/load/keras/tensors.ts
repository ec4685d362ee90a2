/** A file of weights alone, by layer: `"conv1/kernel"`, and `"conv1/0"` in the order of the layer's weights. */
import { LensError } from "../../core/errors.js";
import type { CountedTensors, NamedTensor, NamedTensors } from "../tensors.js";
import type { StoredWeight } from "../weights.js";
import type { Hdf5 } from "./hdf5.js";
import { listedWeights, listingOf, snakeCase } from "./saved-weights.js";

/**
 * The tensors of a file, by layer; where it says only how often each class of layers comes, by class and number.
 *
 * @throws LensError `bad-model` for a file of no Keras.
 */
export async function layerTensors(file: Hdf5): Promise<NamedTensors> {
  return file.patiently(() => tensorsOf(file));
}

function tensorsOf(file: Hdf5): NamedTensors {
  const listing = listingOf(file);
  if (listing === null) return countedTensors([file], file.name);
  const tensors = new Map<string, NamedTensor>();
  const weightsAt = listedWeights(file, listing);
  for (const layer of file.texts(listing, "layer_names")) {
    for (const [index, weight] of weightsAt([layer]).entries()) {
      const tensor = { shape: weight.shape, read: () => file.patiently(weight.values) };
      tensors.set(`${layer}/${index}`, tensor);
      tensors.set(`${layer}/${weight.name.split("/").at(-1)!.replace(/:\d+$/, "")}`, tensor);
    }
  }
  return { file: file.name, tensors };
}

/**
 * Tensors of Keras 3 in one file or cut into several, called `name` together: by the names that layers state beside their weights, else
 * by counted classes. Where a cut falls before a layer's weights, its name is in one file and they are in the next.
 *
 * @throws LensError `bad-model` for a file of no Keras.
 */
export function countedTensors(files: readonly Hdf5[], name: string): NamedTensors | CountedTensors {
  const tensors = new Map<string, NamedTensor>();
  const layers = files.flatMap((file) => groupsOf(file).map((group) => ({ file, place: `${group}/vars` })));
  const names = new Map<string, string>();
  for (const { file, place } of layers) {
    const [stated] = file.texts(place, "name");
    if (stated !== undefined) names.set(place, stated);
  }
  for (const { file, place } of layers) {
    const layer = names.get(place) ?? place.split("/").at(-2)!;
    for (const index of file.members(place) ?? []) {
      const weight: StoredWeight | undefined = file.dataset(`${place}/${index}`);
      if (weight) tensors.set(`${layer}/${index}`, { shape: weight.shape, read: () => file.patiently(weight.values) });
    }
  }
  return { file: name, tensors, ...(names.size > 0 ? {} : { nameOf: snakeCase }) };
}

/** The groups that the layers of a file lie in. */
function groupsOf(file: Hdf5): string[] {
  const container = ["layers", "_layer_checkpoint_dependencies"].find((one) => file.members(one));
  if (container) return file.members(container)!.map((group) => `${container}/${group}`);
  throw new LensError("bad-model", `"${file.name}" is an HDF5 file, but no Keras model and no Keras weights`);
}
