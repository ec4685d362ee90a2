/** `convlens inputs MODEL UNIT`: the strongest inputs, as a table. */
import type { Command } from "commander";
import { formatTable, formatUnit, type Input, inputs, LensError, outputs, print, resolveUnit } from "../index.js";
import { command } from "./command.js";
import { flag, one, text } from "./option.js";
import { rankingOptions } from "./shared-options.js";

/** The command. */
export const inputsCommand: () => Command = command(
  "inputs",
  {
    description: "the strongest inputs of a unit with their kernels, signs and shares",
    arguments: { unit: one('"layer:channel"') },
    options: {
      ...rankingOptions,
      from: text("--from <layer>", "the units of this layer further down, by expanded weights"),
      outputs: flag("--outputs", "the units that read it instead"),
      to: text("--to <layer>", "the units of this layer further up that read it, by expanded weights"),
      kernels: flag("--kernels", "the kernels as numbers too"),
    },
    check: (_, { from, to, outputs: isForward }) => {
      if (from !== undefined && (isForward || to !== undefined))
        throw new LensError("bad-argument", "--from is a layer of inputs; leave --from, or --outputs and --to, out");
    },
  },
  async ({ net, args: { unit }, options: { count, strength, weights, from, to, outputs: asked, kernels } }) => {
    const ranking = { count, strength, weights };
    const isForward = asked || to !== undefined;
    const found = isForward ? outputs(net, unit, { ...ranking, to }) : inputs(net, unit, { ...ranking, from });
    const isExpanded = from !== undefined || to !== undefined;
    const rows = found.map((input) => [
      formatUnit(input.unit),
      input.sign,
      input.strength.toFixed(4),
      `${(100 * input.share).toFixed(2)} %`,
      `${(100 * input.positiveShare).toFixed(0)} %`,
      isExpanded ? input.expanded!.cancellation.toFixed(2) : input.via.join(", "),
    ]);
    const last = isExpanded ? "cancellation" : "through";
    const header = [isForward ? "output" : "input", "sign", strength, "share", "positive", last];
    const printed = kernels ? found.flatMap(({ kernel }) => ["", ...print(kernel).split("\n")]) : [];
    const lines = [
      ...makerOf(formatUnit(resolveUnit(net, unit)), found[0], isForward),
      ...formatTable(header, rows).split("\n"),
      ...(isExpanded ? expansionOf(found, isForward) : []),
      ...printed,
    ];
    return { json: found, lines };
  },
);

/** The unit whose convolution makes the requested one, where that is a unit of a concatenation, an activation or a pool. */
function makerOf(asked: string, first: Input | undefined, isForward: boolean): string[] {
  if (!first) return [];
  const made = formatUnit(isForward ? first.kernel.from : first.kernel.to);
  return made === asked ? [] : [`${asked} is made by ${made}`];
}

/** How the kernels between distant layers were found, which is the same for all of them but for the branch of a reader. */
function expansionOf([first]: readonly Input[], isForward: boolean): string[] {
  if (!first?.expanded) return [];
  const ways = `kernels of ${formatUnit(first.kernel.to)} through ${first.via.join(", ") || "its own weights"}`;
  return [...(isForward ? [] : [ways]), `expanded weights, ${first.expanded.status}`];
}
