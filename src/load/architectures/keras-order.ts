/**
 * The order in which Keras lists the layers of a functional model, whatever order they were made in: those farthest from the end first;
 * of two as far, the one that is met first on the way back from it. Weight files that name no layers count the layers of each class in
 * this order.
 */
import type { LayerCall } from "../topology.js";

/** The calls of a model of one output, its last call, as Keras lists them. */
export function inKerasOrder(calls: readonly LayerCall[]): readonly LayerCall[] {
  const byName = new Map(calls.map((call) => [call.name, call]));
  const met = new Map<string, number>();
  const waiting = [calls.at(-1)!.name];
  while (waiting.length > 0) {
    const name = waiting.pop()!;
    if (met.has(name)) continue;
    met.set(name, met.size);
    waiting.push(...byName.get(name)!.inputs.toReversed());
  }
  const depths = new Map<string, number>();
  for (const { name, inputs } of calls.toReversed()) {
    const depth = depths.get(name) ?? 0;
    depths.set(name, depth);
    for (const input of inputs) depths.set(input, Math.max(depths.get(input) ?? 0, depth + 1));
  }
  return calls
    .filter(({ name }) => met.has(name))
    .sort((a, b) => depths.get(b.name)! - depths.get(a.name)! || met.get(a.name)! - met.get(b.name)!);
}

/** The layers of a model by what Keras calls them where it only counts: `conv2d`, `conv2d_1`, ….
 *
 * @param nameOf - how it spells a class
 */
export function countedLayers(
  calls: readonly LayerCall[],
  nameOf: (className: string) => string,
): ReadonlyMap<string, string> {
  const counts = new Map<string, number>();
  const layers = new Map<string, string>();
  for (const { name, config } of inKerasOrder(calls)) {
    const kind = nameOf(config.className);
    const count = counts.get(kind) ?? 0;
    counts.set(kind, count + 1);
    layers.set(count === 0 ? kind : `${kind}_${count}`, name);
  }
  return layers;
}
