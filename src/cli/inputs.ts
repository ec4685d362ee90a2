/** `convlens inputs MODEL UNIT`: the strongest inputs, as a table. */
import type { Command } from "commander";
import { formatTable, formatUnit, inputs, outputs, print } from "../index.js";
import { command } from "./command.js";
import { flag, one } from "./option.js";
import { rankingOptions } from "./shared-options.js";

/** The command. */
export const inputsCommand: () => Command = command(
  "inputs",
  {
    description: "the strongest inputs of a unit with their kernels, signs and shares",
    arguments: { unit: one('"layer:channel"') },
    options: {
      ...rankingOptions,
      outputs: flag("--outputs", "the units that read it instead"),
      kernels: flag("--kernels", "the kernels as numbers too"),
    },
  },
  async ({ net, args: { unit }, options: { count, strength, weights, outputs: isForward, kernels } }) => {
    const found = (isForward ? outputs : inputs)(net, unit, { count, strength, weights });
    const rows = found.map((input) => [
      formatUnit(input.unit),
      input.sign,
      input.strength.toFixed(4),
      `${(100 * input.share).toFixed(2)} %`,
      `${(100 * input.positiveShare).toFixed(0)} %`,
      input.via.join(", "),
    ]);
    const header = [isForward ? "output" : "input", "sign", strength, "share", "positive", "through"];
    const printed = kernels ? found.flatMap(({ kernel }) => ["", ...print(kernel).split("\n")]) : [];
    return { json: found, lines: [...formatTable(header, rows).split("\n"), ...printed] };
  },
);
