/** Which inputs of a unit come onto its sheet, and their places in the order of one or two measures of strength. */
import { LensError } from "../core/errors.js";
import { shortList } from "../core/names.js";
import { formatUnit, type Unit, type UnitLike } from "../core/unit.js";
import { type Network, resolveUnit } from "../network/network.js";
import { producerOf } from "../network/sources.js";
import { type Input, inputs as rankedInputs } from "../weights/inputs.js";
import type { WeightsChoice } from "../weights/layer-weights.js";
import type { Strength } from "../weights/strength.js";
import type { SecondStrength } from "./sheet.js";

/** What is asked for. */
export interface InputChoice {
  readonly strength: readonly [first: Strength, second?: Strength];
  readonly weights: WeightsChoice | undefined;
  readonly count: number;
  readonly perSign?: number | undefined;
  readonly inputs?: readonly (UnitLike | string)[] | undefined;
}

/** An input with its places. */
export interface ChosenInput extends Input {
  /** Place among all inputs by the first measure, from 1. */
  readonly rank: number;
  /** By the second measure; `null` where there is one only. */
  readonly second: SecondStrength | null;
}

/**
 * The inputs wanted: those named, in that order; else so many of each sign, excitatory first; else the strongest.
 *
 * @throws LensError `bad-argument` for a unit that is no input; `unknown-layer`, `bad-unit`.
 */
export function chooseInputs(net: Network, unit: Unit, choice: InputChoice): ChosenInput[] {
  const { strength, weights, count, perSign, inputs: named } = choice;
  if (named !== undefined && perSign !== undefined)
    throw new LensError(
      "bad-argument",
      "inputs names the inputs, and perSign asks for the strongest; give one of them",
    );
  const [first, second] = strength.map((measure) => rankedInputs(net, unit, { strength: measure!, weights }));
  const bySecond = new Map(second?.map((input, i) => [keyOf(input), { ...input, rank: i + 1 }]));
  const all = first!.map((input, i) => {
    const other = bySecond.get(keyOf(input));
    return {
      ...input,
      rank: i + 1,
      second: other ? { strength: other.strength, share: other.share, rank: other.rank } : null,
    };
  });
  if (named !== undefined) return named.map((name) => inputOf(net, unit, { all, name }));
  if (perSign === undefined) return all.slice(0, count);
  return (["excitatory", "inhibitory"] as const).flatMap((sign) =>
    all.filter((input) => input.sign === sign).slice(0, perSign),
  );
}

/** Two terms of a sum may be of one unit; their kernels are alike then. */
const keyOf = ({ kernel }: Input): string => formatUnit(kernel.from);

function inputOf(
  net: Network,
  unit: Unit,
  { all, name }: { readonly all: readonly ChosenInput[]; readonly name: UnitLike | string },
): ChosenInput {
  const wanted = resolveUnit(net, name);
  const names = [formatUnit(wanted), formatUnit(producerOf(net, wanted).unit)];
  const found = all.find((input) => names.includes(formatUnit(input.unit)));
  if (found) return found;
  const layers = [...new Set(all.map((input) => `"${input.unit.layer}"`))];
  throw new LensError(
    "bad-argument",
    `"${formatUnit(wanted)}" is no input of "${formatUnit(unit)}", whose inputs are units of ${shortList(layers)}; name one of those`,
  );
}
