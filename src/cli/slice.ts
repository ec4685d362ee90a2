/** `convlens slice MODEL UNIT [FROM]`: the filter of a unit, or its kernel for one input, as numbers. */
import type { Command } from "commander";
import { type ExpandedKernel, type Filter, formatMatrix, formatUnit, print, slice } from "../index.js";
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
    if (from === undefined) {
      const filter = slice(net, unit, { weights });
      return { json: filter, lines: linesOf(filter, count) };
    }
    const kernel = slice(net, unit, from, { weights });
    const printed = print(kernel).split("\n");
    if (kernel.expanded) return { json: kernel, lines: [...printed, ...expansionOf(kernel.expanded)] };
    if (net.layer(kernel.to.layer).kernel === null) return { json: kernel, lines: printed };
    const { bias } = slice(net, unit, { weights });
    return { json: { ...kernel, bias }, lines: [...printed, `bias ${bias}`] };
  },
);

/** How the kernel between layers that are not neighbours was found. A bias of one layer does not belong to it. */
function expansionOf({ status, cancellation }: NonNullable<ExpandedKernel["expanded"]>): string[] {
  return [`expanded weights, ${status}`, `cancellation ${cancellation.toFixed(2)}`];
}

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
