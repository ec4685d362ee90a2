/** Which of many objectives are climbed at once: those whose pictures have one size and move alike, a few at a time. */
import type { Network } from "../network/network.js";
import { type CanvasChoice, fieldOf, sizeFor } from "./canvas.js";
import type { Objective } from "./objective/objective.js";

/** Pictures made at once. */
export interface Group {
  /** Their objectives: one each, or one for all that climb together. */
  readonly objectives: readonly Objective[];
  /** Their places among all pictures. */
  readonly places: readonly number[];
  /** Their size. */
  readonly size: readonly [height: number, width: number];
  /** The largest receptive field of their units, in pixels, to which the motions of a preset are fitted. */
  readonly field: number;
}

/** Batches in the order of the list, each split by size and field, so that every picture is made as it would be alone. */
export function groupsOf(
  net: Network,
  objectives: readonly Objective[],
  { batch, ...canvas }: CanvasChoice & { readonly batch: number },
): Group[] {
  const groups = new Map<string, Group & { readonly places: number[]; readonly objectives: Objective[] }>();
  for (const [place, objective] of objectives.entries()) {
    const own = sizeFor(net, objective, canvas);
    const field = fieldOf(net, objective, canvas);
    const key = `${Math.floor(place / batch)}: ${own.join("×")}, ${field}`;
    const group = groups.get(key) ?? { objectives: [], places: [], size: own, field };
    group.objectives.push(objective);
    group.places.push(place);
    groups.set(key, group);
  }
  return [...groups.values()];
}
