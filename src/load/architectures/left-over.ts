/**
 * Weights in a file that its architecture has no place for. A deeper network of a family holds all that a shallower one asks for,
 * under the same names, and would open as that one, with other numbers from there on: so a convolution too many is refused. What hangs on
 * the end, another's own classes or the auxiliary classifiers of training, changes nothing before it, and is named in a note.
 */
import { LensError } from "../../core/errors.js";
import { shortList } from "../../core/names.js";
import type { NamedTensors } from "../tensors.js";

/** Classifiers that were needed in training alone: of torchvision, and of the "5h" network. */
const auxiliary = /^(?:aux\d*|AuxLogits|head\d|nn\d|softmax\d)(?![a-z])/;

/** Axes of a convolution's weights. */
const convolution = 4;

/** What of a file an architecture has. */
interface Known {
  /** The layer of a tensor, in the file's words. */
  readonly layerOf: (tensor: string) => string;
  /** The architecture's layers, in the file's words. */
  readonly known: ReadonlySet<string>;
  /** What stands before all names of the network; what has other names is another network beside it. */
  readonly prefix: string;
}

/**
 * A note on the layers of a file that an architecture does not have; none where there are none.
 *
 * @throws LensError `bad-model` where one of them is a convolution.
 */
export function leftOver(
  { file, tensors }: NamedTensors,
  architecture: string,
  { layerOf, known, prefix }: Known,
): readonly string[] {
  const others = [...tensors].map(([name, { shape }]) => ({ layer: layerOf(name), axes: shape.length }));
  const unknown = others.filter(({ layer }) => !known.has(layer));
  const inside = unknown.filter(({ layer }) => layer.startsWith(prefix) && !auxiliary.test(layer.slice(prefix.length)));
  const convolutions = inside.filter(({ axes }) => axes === convolution);
  if (convolutions.length > 0) {
    throw new LensError(
      "bad-model",
      `"${file}" holds convolutions that a ${architecture} does not have: ${named(convolutions)}; is the architecture right?`,
    );
  }
  return unknown.length > 0 ? [`left out, as no part of ${architecture}: ${named(unknown)}`] : [];
}

/** The first few layers by name, each once. */
function named(list: readonly { readonly layer: string }[]): string {
  return shortList([...new Set(list.map(({ layer }) => `"${layer}"`))], 4);
}
