/** `convlens slice MODEL UNIT [UNIT]`: the filter of a unit, or its kernel for one input, as numbers. */
import { Command } from "commander";
import { type Filter, formatMatrix, formatUnit, print, slice } from "../index.js";
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
export function sliceCommand(): Command {
  return withRankingOptions(withModel(new Command("slice")))
    .description("the weights of a unit as numbers: its bias and kernels, or the one kernel from another unit")
    .argument("<unit>", 'the unit that reads, "layer:channel"')
    .argument("[from]", "the unit read")
    .action(async (path: string, unit: string, from: string | undefined, options: ModelOptions & RankingOptions) => {
      const net = await openModel(path, options);
      const filter = slice(net, unit, { weights: options.weights });
      const kernel = from === undefined ? undefined : slice(net, unit, from, { weights: options.weights });
      if (options.json) return sayJSON(kernel ? { ...kernel, bias: filter.bias } : filter);
      say(kernel ? `${print(kernel)}\nbias ${filter.bias}` : filterText(filter, options.count));
    });
}

function filterText(filter: Filter, count: number): string {
  const { unit, height, width, sources, data, bias, norm } = filter;
  const kernels = sources.slice(0, count).map((source, i) => {
    const numbers = Float32Array.from({ length: height * width }, (_, tap) => data[tap * sources.length + i]!);
    return `\n[:, :, ${i}]  from ${formatUnit(source.unit)}\n${formatMatrix(numbers, width)}`;
  });
  const rest = sources.length - kernels.length;
  return [
    `${formatUnit(unit)}: filter ${height}×${width}×${sources.length}`,
    `bias ${bias}${norm ? `, batch norm ${norm} taken in` : ""}`,
    ...kernels,
    ...(rest > 0 ? [`\n… and ${rest} more channels (--count, or --json for all)`] : []),
  ].join("\n");
}
