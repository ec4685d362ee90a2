/**
 * Files that hold weights alone need an architecture, which says how the network is built of them: the name of a known one,
 * or a function of your own.
 */
import { isLensError, LensError } from "../core/errors.js";
import { nearestNames } from "../core/names.js";
import type { Network } from "../network/network.js";
import { type ArchitectureName, architectureOf, architectures } from "./architectures/architectures.js";
import { identify } from "./architectures/identify.js";
import { heldLayers } from "./architectures/spelling.js";
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
  const { architecture: asked, upTo, preprocessing, ...rest } = choices;
  if (!asked) throw unnamed(tensors);
  if (typeof asked === "function") return asked(tensors, choices);
  const architecture = namedArchitecture(asked);
  try {
    const { recipe, weights, notes } = await findWeights(tensors, architecture, upTo);
    return buildNetwork({ ...truncate(recipe.topology, upTo), notes: [...(tensors.notes ?? []), ...notes] }, weights, {
      ...rest,
      preprocessing: preprocessing ?? recipe.preprocessing,
    });
  } catch (cause) {
    const other = isLensError(cause) && cause.code === "bad-model" ? identify(heldLayers(tensors)) : undefined;
    if (!other || other === architecture) throw cause;
    throw new LensError(
      "bad-model",
      `"${tensors.file}" holds the weights of a ${other}, not of a ${architecture}, by their names and shapes; give { architecture: "${other}" }`,
      { cause },
    );
  }
}

/** @throws LensError `bad-argument`, where no architecture has the name. */
export function namedArchitecture(name: string): NonNullable<ReturnType<typeof architectureOf>> {
  const architecture = architectureOf(name);
  if (architecture) return architecture;
  const nearest = nearestNames(name, Object.keys(architectures)).join(", ");
  throw new LensError("bad-argument", `there is no architecture "${name}"; the nearest are ${nearest}`);
}

/** The error of weights whose network nobody named, with the name where weights tell it. */
function unnamed(tensors: NamedTensors): LensError {
  const found = identify(heldLayers(tensors));
  return new LensError(
    "bad-argument",
    `"${tensors.file}" holds ${tensors.tensors.size} tensors but not the network they belong to; ${
      found
        ? `by their names and shapes they are those of a ${found}: give { architecture: "${found}" }`
        : `give { architecture }, one of ${Object.keys(architectures).join(", ")} or a function`
    }`,
  );
}
