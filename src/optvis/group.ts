/** Which of many objectives are climbed at once: those whose pictures have one size, a few at a time. */
import type { Network } from "../network/network.js";
import { sizeOf } from "./canvas.js";
import type { Objective } from "./objective/objective.js";
import type { AscentSettings } from "./preset.js";

/** Pictures made at once. */
export interface Group {
  /** Their objectives: one each, or one for all that climb together. */
  readonly objectives: readonly Objective[];
  /** Their places among all pictures. */
  readonly places: readonly number[];
  /** Their size. */
  readonly size: readonly [height: number, width: number];
}

/** Groups in the order of their first members, so that each picture has the size it would have alone. */
export function groupsOf(
  net: Network,
  objectives: readonly Objective[],
  { size, batch }: { readonly size: AscentSettings["size"]; readonly batch: number },
): Group[] {
  const bySize = new Map<string, number[]>();
  const sizes = objectives.map((objective) => sizeOf(net, objective, size));
  sizes.forEach((own, place) => {
    const key = own.join("×");
    bySize.set(key, [...(bySize.get(key) ?? []), place]);
  });
  return [...bySize.values()].flatMap((all) =>
    Array.from({ length: Math.ceil(all.length / batch) }, (_, i) => {
      const places = all.slice(i * batch, (i + 1) * batch);
      return { places, objectives: places.map((place) => objectives[place]!), size: sizes[places[0]!]! };
    }),
  );
}
