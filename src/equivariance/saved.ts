/** Families and motifs as text: they open without the model, and say whether a model is the one they are of. */
import { LensError } from "../core/errors.js";
import { openResult, saveResult } from "../core/saved.js";
import { fingerprint } from "../network/fingerprint.js";
import type { Network } from "../network/network.js";
import type { Weights } from "./block.js";
import type { Families } from "./families.js";
import type { Motif } from "./motif.js";

const format = "convlens motifs";
const version = 1;

/**
 * What was found between layers, as it is saved.
 *
 * @public
 */
export interface FoundMotifs {
  /** The families of each layer that was searched. */
  readonly families: readonly Families[];
  /** The motifs between them. */
  readonly motifs: readonly Motif[];
}

/**
 * Saved families and motifs, opened again.
 *
 * @public
 */
export interface SavedMotifs extends FoundMotifs {
  /** The network they were found in; `null` for plain blocks of kernels. */
  readonly model: { readonly name: string; readonly fingerprint: string } | null;
}

/**
 * Families and motifs as JSON text, with the fingerprint of the network they were found in.
 *
 * @public
 */
export function saveMotifs(weights: Weights, { families, motifs }: FoundMotifs): string {
  const model = "ops" in weights ? { name: weights.name, fingerprint: fingerprint(weights) } : null;
  return saveResult(format, version, { model, families, motifs });
}

/**
 * Families and motifs from their text; every number comes back exactly.
 *
 * @param net - The network they have to be of, where that matters.
 * @throws LensError `file` when the text is none of motifs, of another version, or of another model than the one given.
 * @public
 */
export function openMotifs(text: string, net?: Network): SavedMotifs {
  const saved = openResult<SavedMotifs>(format, version, text);
  if (!Array.isArray(saved.families) || !Array.isArray(saved.motifs)) {
    throw new LensError("file", "this text is called motifs and has no lists of families and motifs; make it again");
  }
  if (net && saved.model?.fingerprint !== fingerprint(net)) {
    const of = saved.model ? `the model "${saved.model.name}" (${saved.model.fingerprint})` : "plain kernels";
    throw new LensError("file", `these motifs are of ${of}; the model given is "${net.name}" (${fingerprint(net)})`);
  }
  return saved;
}
