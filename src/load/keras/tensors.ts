/** A file of weights alone, by layer: `"conv1/kernel"`, and `"conv1/0"` in the order of the layer's weights. */
import { LensError } from "../../core/errors.js";
import type { NamedTensor, NamedTensors } from "../tensors.js";
import type { StoredWeight } from "../weights.js";
import type { Hdf5 } from "./hdf5.js";
import { listedWeights, listingOf } from "./saved-weights.js";

/**
 * The tensors of a file that lists its weights by layer.
 *
 * @throws LensError `unsupported` for a file that says only how often each class of layers comes.
 */
export async function layerTensors(file: Hdf5): Promise<NamedTensors> {
  return { file: file.name, tensors: await file.patiently(() => tensorsOf(file)) };
}

function tensorsOf(file: Hdf5): Map<string, NamedTensor> {
  const listing = listingOf(file);
  const tensors = new Map<string, NamedTensor>();
  if (listing === null) {
    addCounted(file, tensors);
    return tensors;
  }
  const weightsAt = listedWeights(file, listing);
  for (const layer of file.texts(listing, "layer_names")) {
    for (const [index, weight] of weightsAt([layer]).entries()) {
      const tensor = { shape: weight.shape, read: () => file.patiently(weight.values) };
      tensors.set(`${layer}/${index}`, tensor);
      tensors.set(`${layer}/${weight.name.split("/").at(-1)!.replace(/:\d+$/, "")}`, tensor);
    }
  }
  return tensors;
}

/** Keras 3: by the names that layers state beside their weights, else by counted classes. */
function addCounted(file: Hdf5, tensors: Map<string, NamedTensor>): void {
  const container = ["layers", "_layer_checkpoint_dependencies"].find((name) => file.members(name));
  if (!container)
    throw new LensError("bad-model", `"${file.name}" is an HDF5 file, but no Keras model and no Keras weights`);
  for (const group of file.members(container)!) {
    const place = `${container}/${group}/vars`;
    const layer = file.texts(place, "name")[0] ?? group;
    for (const index of file.members(place) ?? []) {
      const weight: StoredWeight | undefined = file.dataset(`${place}/${index}`);
      if (weight) tensors.set(`${layer}/${index}`, { shape: weight.shape, read: () => file.patiently(weight.values) });
    }
  }
}
