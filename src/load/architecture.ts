/**
 * Files that hold weights alone need an architecture, which says how the network is built of them: the name of a known one,
 * or a function of your own.
 */
import { LensError } from "../core/errors.js";
import { nearestNames } from "../core/names.js";
import type { Network } from "../network/network.js";
import { type ArchitectureName, architectures } from "./architectures/architectures.js";
import { findWeights } from "./architectures/weights.js";
import { buildNetwork, type ModelChoices } from "./build.js";
import type { NamedTensors } from "./tensors.js";
import { truncate } from "./truncate.js";

/**
 * Builds a network of tensors.
 *
 * @public
 */
export type Architecture = (tensors: NamedTensors, choices: ModelChoices) => Promise<Network> | Network;

/** What is said about a file of weights. */
export interface ArchitectureChoices extends ModelChoices {
  readonly architecture?: ArchitectureName | Architecture | undefined;
  readonly upTo?: string | undefined;
}

/**
 * Builds a network of the tensors in a file.
 *
 * @throws LensError `bad-argument` without an architecture or for one that is not known; `bad-model` where the tensors are not
 * those of the architecture.
 */
export async function buildArchitecture(tensors: NamedTensors, choices: ArchitectureChoices): Promise<Network> {
  const { architecture, upTo, preprocessing, ...rest } = choices;
  if (!architecture) {
    throw new LensError(
      "bad-argument",
      `"${tensors.file}" holds ${tensors.tensors.size} tensors but not the network they belong to; give { architecture }, one of ${Object.keys(architectures).join(", ")} or a function`,
    );
  }
  if (typeof architecture === "function") return architecture(tensors, choices);
  if (!Object.hasOwn(architectures, architecture)) {
    const nearest = nearestNames(String(architecture), Object.keys(architectures)).join(", ");
    throw new LensError(
      "bad-argument",
      `there is no architecture "${String(architecture)}"; the nearest are ${nearest}`,
    );
  }
  const { recipe, weights, notes } = await findWeights(tensors, architecture, upTo);
  return buildNetwork({ ...truncate(recipe.topology, upTo), notes: [...(tensors.notes ?? []), ...notes] }, weights, {
    ...rest,
    preprocessing: preprocessing ?? recipe.preprocessing,
  });
}
