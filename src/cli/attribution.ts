/** `convlens attribution MODEL IMAGE UNIT`: which inputs made a unit's value on an image, and how it adds up. */
import type { Command } from "commander";
import {
  type Attribution,
  attribution,
  figure,
  fitToInput,
  formatTable,
  formatUnit,
  LensError,
  readImage,
  stringify,
} from "../index.js";
import { command, type Files } from "./command.js";
import { custom, one, text, whole } from "./option.js";
import { bands, engine, readSize, type SizeGiven } from "./shared-options.js";
import { checkTarget, readTarget, targetOptions } from "./target.js";

/** The command. */
export const attributionCommand: () => Command = command(
  "attribution",
  {
    description: "which inputs made a unit's value on an image: a sum of parts with what is left over",
    arguments: { image: one("a JPEG or PNG file"), unit: one('"layer:channel"') },
    options: {
      from: text("--from <layer>", "the units of this layer further down, by slopes; the exact inputs when absent"),
      path: whole("--path <n>", "with --from: integrated gradients, this many pieces of the way from the baseline", {
        from: 1,
        to: 100_000,
      }),
      baseline: text("--baseline <file>", "with --from: a picture where the way begins; no activation when absent"),
      ...targetOptions,
      size: custom<SizeGiven | undefined>(
        "--size <pixels>",
        "height and width the image is brought to: 96, or 24x40; the network's own when absent",
        readSize,
      ),
      count: whole("--count <n>", "rows listed", { from: 1, to: 100_000, fallback: 12 }),
      bands,
      engine,
    },
    out: "asked",
    check(_, options) {
      checkTarget(options);
      const { from, path, baseline } = options;
      if (from === undefined && (path !== undefined || baseline !== undefined)) {
        const name = path === undefined ? "--baseline" : "--path";
        throw new LensError("bad-argument", `${name} is for units of a layer further down; give --from too`);
      }
    },
  },
  async ({ net, args, options, engine: engineOf, signal, onProgress }) => {
    const { from, path, size, count } = options;
    const image = fitToInput(net, await readImage(args.image), { size });
    const baseline = options.baseline && fitToInput(net, await readImage(options.baseline), { size });
    const target = await readTarget(options);
    const how = { from, path, ...(baseline && { baseline }), ...target, signal, onProgress };
    const found = await attribution(net, args.unit, image, { ...how, engine: await engineOf() });
    const saved = stringify(found);
    return {
      json: saved,
      lines: linesOf(found, count),
      files: (): Files => ({
        "attribution.json": saved,
        ...(found.map && { attribution: figure.heatMap(image, found.map, { bands: options.bands }) }),
      }),
    };
  },
);

function linesOf({ unit, against, value, base, parts, residual, method }: Attribution, count: number): string[] {
  const target = against ? `${formatUnit(unit)} minus ${formatUnit(against)}` : formatUnit(unit);
  const sum = parts.reduce((total, { contribution }) => total + contribution, 0);
  const share = (part: number): string => (value === base ? "" : `${((100 * part) / (value - base)).toFixed(1)} %`);
  const rows = parts
    .slice(0, count)
    .map((part) => [formatUnit(part.unit), part.contribution.toFixed(4), share(part.contribution)]);
  return [
    `${target}: ${value.toFixed(4)} = base ${base.toFixed(4)} + parts ${sum.toFixed(4)} + residual ${residual.toExponential(1)} (${method})`,
    ...formatTable(["unit", "part", "of value − base"], rows).split("\n"),
    ...(parts.length > count ? [`and ${parts.length - count} more`] : []),
  ];
}
