/**
 * Which values share a place. Channels that are put side by side need not be copied: a part whose channels fill whole lanes
 * is written where it will be read,
 *
 *     concat of a and b      [ a a a a | b b b b ]      a and b are maps with the pixel distance of the whole
 *
 * and so is the gradient of a part, where putting side by side is the last that is done with the value. Nor need the
 * gradient of a sum be copied for each of its terms: see `sharedTerms`.
 */
import type { Layout } from "../layout.js";
import type { Plan } from "../plan.js";
import type { AddStep, Step } from "../steps.js";
import type { FeatureMap } from "./feature-map.js";
import { newMap } from "./feature-map.js";
import type { Schedule } from "./schedule.js";

/** Maps for all values of a plan. */
export function valueMaps(plan: Plan, layout: Layout, schedule: Schedule, count: number): FeatureMap[] {
  return placeMaps(plan, layout, { schedule, count, mayShare: () => true, terms: () => [] });
}

/** Maps for the gradients of all values of a plan. */
export function gradientMaps(plan: Plan, layout: Layout, schedule: Schedule, count: number): FeatureMap[] {
  const uses = usesOf(plan);
  // Gradients of a part come from the whole first, and others are added to them.
  const mayShare = (value: number, reader: number): boolean =>
    uses[value]!.readers.at(-1) === reader && !uses[value]!.wanted;
  return placeMaps(plan, layout, {
    schedule,
    count,
    mayShare,
    terms: (step, at) => sharedTerms(step, uses, (value) => mayShare(value, at)),
  });
}

interface Sharing {
  readonly schedule: Schedule;
  readonly count: number;
  /** Whether a value may lie in the whole that a step makes of it. */
  mayShare(value: number, reader: number): boolean;
  /** Terms of a sum that may lie where the sum lies. */
  terms(step: AddStep, at: number): readonly number[];
}

function placeMaps(plan: Plan, layout: Layout, { schedule, count, mayShare, terms }: Sharing): FeatureMap[] {
  const maps: (FeatureMap | undefined)[] = layout.shapes.map(() => undefined);
  // From the last step on, so that a whole has its place before its parts are given theirs.
  for (let at = plan.steps.length - 1; at >= 0; at--) {
    const step = plan.steps[at]!;
    const whole = (maps[step.output] ??= newMap(schedule, count, layout.shapes[step.output]!));
    if (step.kind === "add") for (const value of terms(step, at)) maps[value] ??= whole;
    if (step.kind !== "concat") continue;
    let first = 0;
    for (const value of step.inputs) {
      const channels = layout.shapes[value]![2];
      if (!maps[value] && first % 8 === 0 && channels % 8 === 0 && mayShare(value, at))
        maps[value] = whole.part(first, channels);
      first += channels;
    }
  }
  return layout.shapes.map((shape, value) => maps[value] ?? newMap(schedule, count, shape));
}

/** What is done with a value. */
interface Uses {
  /** The step that makes it, and its place; none and −1 for the input. */
  readonly maker: Step | null;
  readonly made: number;
  /** Places of the steps that read it, once for each time. */
  readonly readers: readonly number[];
  /** Whether it is a target. */
  readonly wanted: boolean;
}

function usesOf({ steps, targets, values }: Plan): Uses[] {
  const makers = Array.from({ length: values }, (_, value) => steps.findIndex(({ output }) => output === value));
  return makers.map((made, value) => ({
    maker: steps[made] ?? null,
    made,
    readers: steps.flatMap(({ inputs }, at) => inputs.filter((input) => input === value).map(() => at)),
    wanted: targets.some((target) => target.value === value),
  }));
}

/**
 * Terms of a sum whose gradients can be the sum's own gradient, in place. Backward goes from the sum to its terms, so all is
 * well as long as the terms only read what they share: those that nobody else reads, and whose maker undoes no activation
 * in place. One more term may join that does write, the shortcut of a residual block, if it does so only after the makers
 * of the others (that is, in steps before them) have read:
 *
 *     shortcut ──┬── conv ── conv ── conv ──┐
 *                └──────────────────────── sum
 */
function sharedTerms({ inputs }: AddStep, uses: readonly Uses[], mayShare: (value: number) => boolean): number[] {
  const terms = inputs.filter(
    (value, i) => inputs.indexOf(value) === i && inputs.lastIndexOf(value) === i && mayShare(value),
  );
  const quiet = terms.filter((value) => uses[value]!.readers.length === 1 && makesQuietly(uses[value]!.maker));
  const firstRead = Math.min(...quiet.map((value) => uses[value]!.made));
  const shortcut = terms.find(
    (value) => !quiet.includes(value) && Math.max(uses[value]!.made, ...uses[value]!.readers.slice(0, -1)) < firstRead,
  );
  return shortcut === undefined ? quiet : [...quiet, shortcut];
}

/** Whether a step's adjoint only reads the gradient it is given. */
function makesQuietly(maker: Step | null): boolean {
  return (
    maker !== null &&
    (maker.kind === "conv" || maker.kind === "depthwise" || maker.kind === "affine") &&
    maker.activation.name === "linear"
  );
}
