/**
 * Which of the ways of building an architecture a file's weights are for: the recipe, the words, and what stands before all names, as
 * `module.` and `backbone.` do where the network was a part of another.
 */
import type { LayerCall } from "../topology.js";
import { architectures, type BuiltName } from "./architectures.js";
import { type Naming, namingsOf } from "./namings.js";
import type { ArchitectureRecipe } from "./recipe.js";
import type { HeldLayers } from "./spelling.js";

/** A way of building an architecture, and what a file calls its layers. */
export interface Fit {
  readonly recipeOf: ArchitectureRecipe;
  /** What stands before all names of the network in the file. */
  readonly prefix: string;
  /** What the file calls a layer. */
  readonly nameOf: Naming;
  /** The layer that makes the classes. */
  readonly classifier: LayerCall;
  /** Layers of the recipe that the file has, of how many. */
  readonly held: number;
  readonly of: number;
  /** Other prefixes under which the file has as many. */
  readonly twins: readonly string[];
}

const weighted = new Set([
  "Conv2D",
  "DepthwiseConv2D",
  "SeparableConv2D",
  "Dense",
  "BatchNormalization",
  "LayerNormalization",
  "Normalization",
]);

/** Layers that hold weights. */
export function weightedCalls(calls: readonly LayerCall[]): LayerCall[] {
  return calls.filter(({ config }) => weighted.has(config.className));
}

/** The way that fits a file best; of two as good the first. */
export function bestFit(architecture: BuiltName, { layers }: HeldLayers): Fit {
  const names = [...layers.keys()];
  const fits = architectures[architecture].flatMap((recipeOf) => {
    const calls = weightedCalls(recipeOf(true, 1000).topology.calls);
    const classifier = calls.findLast(({ config }) => config.className === "Conv2D" || config.className === "Dense")!;
    return namingsOf(architecture).flatMap((naming) => {
      const own = calls.map(({ name }) => naming(name));
      const ranked = prefixes(own[0]!, names).map((prefix) => ({
        prefix,
        held: own.filter((name) => layers.has(prefix + name)).length,
      }));
      ranked.sort((a, b) => b.held - a.held);
      const [{ prefix, held }, ...others] = ranked as [(typeof ranked)[number], ...typeof ranked];
      return {
        recipeOf,
        prefix,
        nameOf: (layer: string): string => prefix + naming(layer),
        classifier,
        held,
        of: own.length,
        twins: others.filter((other) => other.held === held).map((other) => other.prefix),
      };
    });
  });
  return fits.sort((a, b) => b.held - a.held)[0]!;
}

/** What can stand before the name of the first layer. */
function prefixes(first: string, names: readonly string[]): string[] {
  const found = names.flatMap((name) => {
    const prefix = name.endsWith(first) ? name.slice(0, -first.length) : "-";
    return prefix === "" || /[./]$/.test(prefix) ? [prefix] : [];
  });
  return [...new Set(["", ...found])];
}
