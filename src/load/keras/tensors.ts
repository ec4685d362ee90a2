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

function tensorsOf(file: Hdf5): NamedTensors | CountedTensors {
  const listing = listingOf(file);
  const tensors = new Map<string, NamedTensor>();
  if (listing === null) {
    const areNamed = addCounted(file, tensors);
    return { file: file.name, tensors, ...(areNamed ? {} : { nameOf: snakeCase }) };
  }
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

/** Keras 3: by the names that layers state beside their weights, else by counted classes. Says whether there are names. */
function addCounted(file: Hdf5, tensors: Map<string, NamedTensor>): boolean {
  const container = ["layers", "_layer_checkpoint_dependencies"].find((name) => file.members(name));
  if (!container)
    throw new LensError("bad-model", `"${file.name}" is an HDF5 file, but no Keras model and no Keras weights`);
  let areNamed = false;
  for (const group of file.members(container)!) {
    const place = `${container}/${group}/vars`;
    const [stated] = file.texts(place, "name");
    areNamed ||= stated !== undefined;
    const layer = stated ?? group;
    for (const index of file.members(place) ?? []) {
      const weight: StoredWeight | undefined = file.dataset(`${place}/${index}`);
      if (weight) tensors.set(`${layer}/${index}`, { shape: weight.shape, read: () => file.patiently(weight.values) });
    }
  }
  return areNamed;
}
