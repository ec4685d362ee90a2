/** `convlens inputs MODEL UNIT`: the strongest inputs, as a table. */
import type { Command } from "commander";
import { formatTable, formatUnit, type Input, inputs, LensError, outputs, print } from "../index.js";
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
      kernels: flag("--kernels", "the kernels as numbers too"),
    },
    check: (_, { from, outputs: isForward }) => {
      if (from !== undefined && isForward)
        throw new LensError("bad-argument", "--from is a layer of inputs; leave --from or --outputs out");
    },
  },
  async ({ net, args: { unit }, options: { count, strength, weights, from, outputs: isForward, kernels } }) => {
    const ranking = { count, strength, weights };
    const found = isForward ? outputs(net, unit, ranking) : inputs(net, unit, { ...ranking, from });
    const isExpanded = from !== undefined;
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
    const lines = [...formatTable(header, rows).split("\n"), ...(isExpanded ? expansionOf(found) : []), ...printed];
    return { json: found, lines };
  },
);

/** How the kernels over a layer further down were found, which is the same for all of them. */
function expansionOf([first]: readonly Input[]): string[] {
  if (!first?.expanded) return [];
  return [
    `kernels of ${formatUnit(first.kernel.to)} through ${first.via.join(", ")}`,
    `expanded weights, ${first.expanded.status}`,
  ];
}
