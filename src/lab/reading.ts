/** What a unit reads: its inputs over the layer wanted, which of them come onto its sheet, and their places by strength. */
import { LensError } from "../core/errors.js";
import { shortList } from "../core/names.js";
import { formatUnit, type Unit, type UnitLike } from "../core/unit.js";
import { type Network, resolveUnit } from "../network/network.js";
import { mergedOf, producerOf } from "../network/sources.js";
import { type Input, inputs as inputsOf, moduleInputs } from "../weights/inputs.js";
import { unitWeights, type WeightsChoice } from "../weights/layer-weights.js";
import type { Strength } from "../weights/strength.js";
import type { SecondStrength } from "./sheet.js";

/** What is asked for. */
export interface ReadingOptions {
  readonly strength: readonly [first: Strength, second?: Strength];
  readonly weights: WeightsChoice | undefined;
  readonly from: string | undefined;
  readonly count: number;
  readonly perSign: number | undefined;
  readonly inputs: readonly (UnitLike | string)[] | undefined;
}

/** An input with its places. */
export interface RankedInput extends Input {
  /** Place among all inputs by the first measure, from 1. */
  readonly rank: number;
  /** By the second measure; `null` where there is one only. */
  readonly second: SecondStrength | null;
}

/** What a unit reads. */
export interface Reading {
  /** The unit that makes the one asked for. */
  readonly unit: Unit;
  /** All inputs, strongest first. */
  readonly inputs: readonly RankedInput[];
  /** Those wanted. */
  readonly chosen: readonly RankedInput[];
  readonly bias: number;
  readonly norm: string | null;
}

/**
 * The inputs of a unit over the layer asked for; else over the module below; else by its own weights. Of these those named, in
 * that order; else so many of each sign, excitatory first; else the strongest.
 *
 * @throws LensError `bad-argument` for a unit that is no input; `unknown-layer`, `bad-unit`.
 */
export function readingOf(net: Network, asked: Unit, options: ReadingOptions): Reading {
  const { weights, perSign, inputs: named } = options;
  if (named !== undefined && perSign !== undefined)
    throw new LensError(
      "bad-argument",
      "inputs names the inputs, and perSign asks for the strongest; give one of them",
    );
  const inputs = ranked(net, asked, options);
  const chosen = chosenOf(net, asked, { ...options, inputs, named });
  const { unit } = producerOf(net, asked);
  if (mergedOf(net, unit)) return { unit, inputs, chosen, bias: 0, norm: null };
  const { weights: own, channel } = unitWeights(net, asked, weights ?? "folded");
  return { unit, inputs, chosen, bias: own.bias(channel), norm: own.norm };
}

/** All inputs with their places by one measure or two. */
function ranked(net: Network, asked: Unit, { strength: measures, weights, from }: ReadingOptions): RankedInput[] {
  const by = (strength: Strength): Input[] => {
    const behind = from === undefined && weights !== "stored" ? moduleInputs(net, asked, { strength }) : null;
    return behind ?? inputsOf(net, asked, { strength, weights, from });
  };
  const [first, second] = measures;
  const seconds = new Map(
    second === undefined
      ? []
      : by(second).map(({ kernel, strength, share }, i) => [
          formatUnit(kernel.from),
          { strength, share, rank: i + 1 } satisfies SecondStrength,
        ]),
  );
  return by(first).map((input, i) => ({
    ...input,
    rank: i + 1,
    second: seconds.get(formatUnit(input.kernel.from)) ?? null,
  }));
}

function chosenOf(
  net: Network,
  asked: Unit,
  {
    inputs,
    named,
    count,
    perSign,
  }: Pick<ReadingOptions, "count" | "perSign"> & {
    readonly inputs: readonly RankedInput[];
    readonly named: ReadingOptions["inputs"];
  },
): readonly RankedInput[] {
  if (named !== undefined) return named.map((name) => inputNamed(net, asked, { inputs, name }));
  if (perSign === undefined) return inputs.slice(0, count);
  return (["excitatory", "inhibitory"] as const).flatMap((sign) =>
    inputs.filter((input) => input.sign === sign).slice(0, perSign),
  );
}

function inputNamed(
  net: Network,
  asked: Unit,
  { inputs, name }: { readonly inputs: readonly RankedInput[]; readonly name: UnitLike | string },
): RankedInput {
  const wanted = resolveUnit(net, name);
  const names = [formatUnit(wanted), formatUnit(producerOf(net, wanted).unit)];
  const found = inputs.find((input) => names.includes(formatUnit(input.unit)));
  if (found) return found;
  const layers = [...new Set(inputs.map((input) => `"${input.unit.layer}"`))];
  throw new LensError(
    "bad-argument",
    `"${formatUnit(wanted)}" is no input of "${formatUnit(asked)}", whose inputs are units of ${shortList(layers)}; name one of those`,
  );
}
