/** `convlens inputs MODEL UNIT`: the strongest inputs, as a table. */
import { Command } from "commander";
import { formatTable, formatUnit, inputs, outputs, print } from "../index.js";
import {
  type ModelOptions,
  openModel,
  type RankingOptions,
  say,
  sayJSON,
  withModel,
  withRankingOptions,
} from "./options.js";

/** The command. */
export function inputsCommand(): Command {
  return withRankingOptions(withModel(new Command("inputs")))
    .description("the strongest inputs of a unit with their kernels, signs and shares")
    .argument("<unit>", '"layer:channel"')
    .option("--outputs", "the units that read it instead")
    .option("--kernels", "the kernels as numbers too")
    .action(
      async (
        path: string,
        unit: string,
        options: ModelOptions & RankingOptions & { outputs?: boolean; kernels?: boolean },
      ) => {
        const net = await openModel(path, options);
        const { count, strength, weights } = options;
        const found = (options.outputs ? outputs : inputs)(net, unit, { count, strength, weights });
        if (options.json) return sayJSON(found);
        const rows = found.map((input) => [
          formatUnit(input.unit),
          input.sign,
          input.strength.toFixed(4),
          `${(100 * input.share).toFixed(2)} %`,
          `${(100 * input.positiveShare).toFixed(0)} %`,
          input.via.join(", "),
        ]);
        say(
          formatTable([options.outputs ? "output" : "input", "sign", strength, "share", "positive", "through"], rows),
        );
        if (options.kernels) for (const { kernel } of found) say(`\n${print(kernel)}`);
      },
    );
}
