/** `convlens slice MODEL UNIT [FROM]`: the filter of a unit, or its kernel for one input, as numbers. */
import type { Command } from "commander";
import { type Filter, formatMatrix, formatUnit, print, slice } from "../index.js";
import { command } from "./command.js";
import { maybe, one } from "./option.js";
import { rankingOptions } from "./shared-options.js";

/** The command. */
export const sliceCommand: () => Command = command(
  "slice",
  {
    description: "the weights of a unit as numbers: its bias and kernels, or the one kernel from another unit",
    arguments: { unit: one('the unit that reads, "layer:channel"'), from: maybe("the unit read") },
    options: rankingOptions,
  },
  async ({ net, args: { unit, from }, options: { weights, count } }) => {
    const filter = slice(net, unit, { weights });
    if (from === undefined) return { json: filter, lines: linesOf(filter, count) };
    const kernel = slice(net, unit, from, { weights });
    return { json: { ...kernel, bias: filter.bias }, lines: [...print(kernel).split("\n"), `bias ${filter.bias}`] };
  },
);

function linesOf({ unit, height, width, sources, data, bias, norm }: Filter, count: number): string[] {
  const kernels = sources.slice(0, count).flatMap((source, i) => {
    const numbers = Float32Array.from({ length: height * width }, (_, tap) => data[tap * sources.length + i]!);
    return ["", `[:, :, ${i}]  from ${formatUnit(source.unit)}`, ...formatMatrix(numbers, width).split("\n")];
  });
  const rest = Math.max(0, sources.length - count);
  return [
    `${formatUnit(unit)}: filter ${height}×${width}×${sources.length}`,
    `bias ${bias}${norm ? `, batch norm ${norm} taken in` : ""}`,
    ...kernels,
    ...(rest > 0 ? ["", `… and ${rest} more channels (--count, or --json for all)`] : []),
  ];
}
