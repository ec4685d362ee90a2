/** Which architecture the weights of a file belong to, by the names and shapes of all of them. */
import type { LayerCall } from "../topology.js";
import { architectures, type BuiltName } from "./architectures.js";
import { bestFit, weightedCalls } from "./fit.js";
import type { HeldLayers } from "./spelling.js";

/** The architecture that has a file's convolutions, all of them and no others; `undefined` where none has, as with weights of a part. */
export function identify(held: HeldLayers): BuiltName | undefined {
  return (Object.keys(architectures) as BuiltName[]).find((name) => fits(name, held));
}

function fits(architecture: BuiltName, held: HeldLayers): boolean {
  const { recipeOf, nameOf, prefix, classifier, held: count } = bestFit(architecture, held);
  if (count === 0) return false;
  const calls = weightedCalls(recipeOf(true, 1000).topology.calls).filter(({ name, config }) => {
    const isDense = config.className === "Dense" || name === classifier.name;
    return !isDense && config.className !== "Normalization";
  });
  const known = new Set([...calls.map(({ name }) => nameOf(name)), nameOf(classifier.name)]);
  const others = [...held.layers.keys()].filter((name) => {
    const isConvolution = held.kernelOf(name)?.length === 3;
    return isConvolution && name.startsWith(prefix) && !known.has(name);
  });
  return others.length === 0 && calls.every((call) => isKernelOf(call, held.kernelOf(nameOf(call.name))));
}

/** Whether a kernel in a file is as large as that of a layer. */
function isKernelOf({ config }: LayerCall, kernel: readonly number[] | undefined): boolean {
  const { kernel_size, filters } = config.fields;
  if (config.className !== "Conv2D") return kernel !== undefined;
  return JSON.stringify(kernel) === JSON.stringify([...(kernel_size as readonly number[]), filters]);
}
