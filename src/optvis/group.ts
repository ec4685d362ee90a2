/** Which of many objectives are climbed at once: those whose pictures have one size, a few at a time. */
import type { Network } from "../network/network.js";
import { type CanvasChoice, sizeFor } from "./canvas.js";
import type { Objective } from "./objective/objective.js";

/** Pictures made at once. */
export interface Group {
  /** Their objectives: one each, or one for all that climb together. */
  readonly objectives: readonly Objective[];
  /** Their places among all pictures. */
  readonly places: readonly number[];
  /** Their size. */
  readonly size: readonly [height: number, width: number];
}

/** Batches in the order of the list, each parted by size, so that every picture has the size it would have alone. */
export function groupsOf(
  net: Network,
  objectives: readonly Objective[],
  { batch, ...canvas }: CanvasChoice & { readonly batch: number },
): Group[] {
  const groups = new Map<string, Group & { readonly places: number[]; readonly objectives: Objective[] }>();
  for (const [place, objective] of objectives.entries()) {
    const own = sizeFor(net, objective, canvas);
    const key = `${Math.floor(place / batch)}: ${own.join("×")}`;
    const group = groups.get(key) ?? { objectives: [], places: [], size: own };
    group.objectives.push(objective);
    group.places.push(place);
    groups.set(key, group);
  }
  return [...groups.values()];
}
