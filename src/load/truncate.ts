/** The part of a model that leads to one layer: the rest is neither built nor are its weights read. */
import { LensError } from "../core/errors.js";
import { nearestNames } from "../core/names.js";
import type { Topology } from "./topology.js";

/**
 * The calls that a layer needs, and its own.
 *
 * @throws LensError `unknown-layer`, with the nearest names.
 */
export function truncate(topology: Topology, layer: string | undefined): Topology {
  if (layer === undefined) return topology;
  const { calls } = topology;
  const last = calls.find(({ name }) => name === layer);
  if (!last) {
    const names = calls.map(({ name }) => name);
    throw new LensError(
      "unknown-layer",
      `the model has no layer "${layer}" to be opened up to; the nearest are ${nearestNames(layer, names).join(", ") || names.slice(0, 5).join(", ")}`,
    );
  }
  const needed = new Set([last.name]);
  for (const call of calls.toReversed()) {
    if (needed.has(call.name)) for (const input of call.inputs) needed.add(input);
  }
  return { ...topology, calls: calls.filter(({ name }) => needed.has(name)) };
}
