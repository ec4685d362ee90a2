/**
 * Files that hold weights alone need an architecture, which says how the network is built of them: the name of a known one,
 * or a function of your own.
 */
import { LensError } from "../core/errors.js";
import type { Network } from "../network/network.js";
import type { ModelChoices } from "./build.js";
import type { NamedTensors } from "./tensors.js";

/**
 * Builds a network of tensors.
 *
 * @public
 */
export type Architecture = (tensors: NamedTensors, choices: ModelChoices) => Promise<Network> | Network;

/** Builds a network of the tensors in a file. */
export async function buildArchitecture(
  tensors: NamedTensors,
  choices: ModelChoices & { readonly architecture?: Architecture | undefined },
): Promise<Network> {
  const { architecture } = choices;
  if (!architecture) {
    throw new LensError(
      "bad-argument",
      `"${tensors.file}" holds ${tensors.tensors.size} tensors but not the network they belong to; give { architecture }`,
    );
  }
  return architecture(tensors, choices);
}
