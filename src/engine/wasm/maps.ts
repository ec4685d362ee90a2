/**
 * Which values share a place. Channels that are put side by side need not be copied: a part whose channels fill whole lanes
 * is written where it will be read,
 *
 *     concat of a and b      [ a a a a | b b b b ]      a and b are maps with the pixel distance of the whole
 *
 * and so is the gradient of a part, where putting side by side is the last that is done with the value.
 */
import type { Layout } from "../layout.js";
import type { Plan } from "../plan.js";
import { FeatureMap, newMap } from "./feature-map.js";
import type { Schedule } from "./schedule.js";

/** Maps for all values of a plan. */
export function valueMaps(plan: Plan, layout: Layout, schedule: Schedule, count: number): FeatureMap[] {
  return placeMaps(plan, layout, { schedule, count, mayShare: () => true });
}

/** Maps for the gradients of all values of a plan. */
export function gradientMaps(plan: Plan, layout: Layout, schedule: Schedule, count: number): FeatureMap[] {
  const lastReader = new Map<number, number>();
  plan.steps.forEach(({ inputs }, at) => {
    for (const value of inputs) lastReader.set(value, at);
  });
  const targets = new Set(plan.targets.map(({ value }) => value));
  // Gradients of a part come from the whole first, and others are added to them.
  const mayShare = (value: number, reader: number): boolean => lastReader.get(value) === reader && !targets.has(value);
  return placeMaps(plan, layout, { schedule, count, mayShare });
}

function placeMaps(
  plan: Plan,
  layout: Layout,
  { schedule, count, mayShare }: { schedule: Schedule; count: number; mayShare: (value: number, reader: number) => boolean },
): FeatureMap[] {
  const maps: (FeatureMap | undefined)[] = layout.shapes.map(() => undefined);
  // From the last step on, so that a whole has its place before its parts are given theirs.
  plan.steps.toReversed().forEach((step, back) => {
    const whole = (maps[step.output] ??= newMap(schedule, count, layout.shapes[step.output]!));
    if (step.kind !== "concat") return;
    let first = 0;
    for (const value of step.inputs) {
      const channels = layout.shapes[value]![2];
      if (!maps[value] && first % 8 === 0 && channels % 8 === 0 && mayShare(value, plan.steps.length - 1 - back)) maps[value] = whole.part(first, channels);
      first += channels;
    }
  });
  return layout.shapes.map((shape, value) => maps[value] ?? newMap(schedule, count, shape));
}
