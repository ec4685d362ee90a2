/** Zip archives, in which several formats come: what is in one says which it is. */
import type { Network } from "../network/network.js";
import { type ArchitectureChoices, buildArchitecture } from "./architecture.js";
import { openKerasArchive } from "./keras/open.js";
import { readNpz } from "./numpy/npz.js";
import { pickleIn, readCheckpoint } from "./pytorch/checkpoint.js";
import type { ByteSource } from "./tensors.js";
import { readZip } from "./zip.js";

/**
 * Opens an archive of Keras, PyTorch or NumPy.
 *
 * @throws LensError `file` for one that cannot be read, and as the formats' readers do.
 */
export async function openArchive(source: ByteSource, choices: ArchitectureChoices): Promise<Network> {
  const entries = await readZip(source);
  if (pickleIn(entries)) return buildArchitecture(await readCheckpoint(source, entries), choices);
  const isNumPy =
    /\.npz$/i.test(source.name) || (entries.length > 0 && entries.every(({ name }) => name.endsWith(".npy")));
  return isNumPy ? buildArchitecture(await readNpz(source), choices) : openKerasArchive(source, entries, choices);
}
