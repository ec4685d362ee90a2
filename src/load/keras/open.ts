/** Keras files: `.h5` of Keras 2 and 3, `.keras`, and `.weights.h5`, which needs an architecture. */
import { LensError } from "../../core/errors.js";
import type { Network } from "../../network/network.js";
import { type ArchitectureChoices, buildArchitecture } from "../architecture.js";
import { buildNetwork } from "../build.js";
import { isObject, type Json, type JsonObject } from "../json.js";
import type { ByteSource } from "../tensors.js";
import { readTopology } from "../topology.js";
import { truncate } from "../truncate.js";
import type { ZipEntry } from "../zip.js";
import { type Hdf5, withHdf5 } from "./hdf5.js";
import { countedWeights, type LayerWeights, listedWeights, listingOf, sourceOf } from "./saved-weights.js";
import { layerTensors } from "./tensors.js";

/**
 * Opens an HDF5 file of Keras: a whole model, or weights for an architecture.
 *
 * @throws LensError `file`, `bad-model`, `unsupported`; `bad-argument` for weights without an architecture.
 */
export async function openHdf5(source: ByteSource, choices: ArchitectureChoices): Promise<Network> {
  return await withHdf5(source, choices.upTo !== undefined, async (file) => {
    const [description] = await file.patiently(() => file.texts("", "model_config"));
    if (description === undefined) return buildArchitecture(await layerTensors(file), choices);
    const [version] = await file.patiently(() => file.texts("", "keras_version"));
    const model = { model_config: parse(description, source.name), keras_version: version };
    return file.patiently(() => build(file, model as JsonObject, choices));
  });
}

/** Bytes of a description that are believed: that of a network of a thousand layers has one million. */
const longestText = 32 * 2 ** 20;

/**
 * Opens a `.keras` archive: a description, its version, and the weights in HDF5.
 *
 * @throws LensError as `openHdf5` does.
 */
export async function openKerasArchive(
  source: ByteSource,
  entries: readonly ZipEntry[],
  choices: ArchitectureChoices,
): Promise<Network> {
  const entry = (name: string): ZipEntry => {
    const found = entries.find((one) => one.name === name);
    if (found) return found;
    throw new LensError(
      "bad-model",
      `"${source.name}" is a zip archive without ${name}, so no .keras model, nor one of PyTorch or NumPy; it holds ${entries
        .slice(0, 5)
        .map((one) => `"${one.name}"`)
        .join(", ")}`,
    );
  };
  const textIn = async (name: string): Promise<Json> => {
    const { size, read } = entry(name);
    if (size <= longestText) return parse(new TextDecoder().decode(await read()), `${name} of ${source.name}`);
    throw new LensError(
      "bad-model",
      `${name} of "${source.name}" has ${size} bytes, far more than describe a network; get the model again`,
    );
  };
  const config = await textIn("config.json");
  const metadata = await textIn("metadata.json");
  const model = { model_config: config, keras_version: isObject(metadata) ? (metadata.keras_version ?? null) : null };
  if (entries.some(({ name }) => name === "model.weights.npz")) {
    throw new LensError(
      "unsupported",
      `"${source.name}" keeps its weights as objects of Python, in model.weights.npz; load it in Keras and save it again, which makes HDF5 of them`,
    );
  }
  const weights = entry("model.weights.h5");
  const part = choices.upTo !== undefined && weights.stored;
  return withHdf5(await inside(source, weights), part, (file) => file.patiently(() => build(file, model, choices)));
}

/** Policies of quantised layers, which keep their kernels as small numbers, and the scales of these beside them. */
const quantised = /"(?:Quantized\w*|Int\d+\w*|GPTQ|AWQ)DTypePolicy"/;

function build(file: Hdf5, model: JsonObject, choices: ArchitectureChoices): Network {
  if (quantised.test(JSON.stringify(model)))
    throw new LensError("unsupported", `"${file.name}" is quantised by Keras; save the model before it is quantised`);
  const topology = truncate(readTopology(model, "keras"), choices.upTo);
  const listing = listingOf(file);
  const description = isObject(model.model_config) ? model.model_config : {};
  const weightsAt: LayerWeights = listing === null ? countedWeights(file, description) : listedWeights(file, listing);
  return buildNetwork(topology, sourceOf(weightsAt), choices);
}

/** An entry of an archive as a source of its own, read piece by piece where it lies there unpacked. */
async function inside({ name, readNow }: ByteSource, entry: ZipEntry): Promise<ByteSource> {
  const whole = { name: `${entry.name} of ${name}`, size: entry.size, read: entry.read };
  const start = readNow && entry.stored ? await entry.start() : null;
  return start === null ? whole : { ...whole, readNow: (from, to) => readNow!(start + from, start + to) };
}

function parse(text: string, where: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new LensError("bad-model", `the description in "${where}" is not JSON; get the model again`, { cause });
  }
}
