/** `convlens lab MODEL UNIT`: the main job in one go. */

import { join } from "node:path";
import type { Command } from "commander";
import { figure, formatUnit, type Lab, lab, labPage, type Picture, photos, stringify, unitFileName } from "../index.js";
import { command, type Files } from "./command.js";
import { choice, one, text } from "./option.js";
import { checkPhotographs } from "./photographs.js";
import { photosOption, pictureOptions, presets, rankingOptions, views } from "./shared-options.js";

/** The command. */
export const labCommand: () => Command = command(
  "lab",
  {
    description:
      "one unit, read: its filter, its strongest inputs, pictures of what each looks for, and the figure of it all",
    arguments: { unit: one('"layer:channel"') },
    options: {
      ...pictureOptions,
      ...rankingOptions,
      preset: choice("--preset <name>", "settings to start from", presets, "lucid"),
      from: text(
        "--from <layer>",
        "the units of this layer further down as inputs; else those before a bottleneck or block",
      ),
      view: choice("--view <which>", "the unit at its centre, or its mean over the map", views, "neuron"),
      photos: photosOption("photographs; those that excite the unit most join the sheet"),
    },
    out: (net, { unit }) => join("lab", unitFileName(net, unit)),
    check: (_, { photos: folder }) => checkPhotographs(folder),
  },
  async ({ net, args: { unit }, options, engine, signal, onProgress }) => {
    const { photos: folder, preset, seed, steps, size, count, strength, weights, from, view } = options;
    const sheet = await lab(net, unit, {
      ...{ preset, seed, steps, size, count, strength, weights, from, view, signal, onProgress },
      photos: folder === undefined ? undefined : photos(folder),
      engine: await engine(),
    });
    const saved = stringify(sheet);
    return { json: saved, lines: linesOf(sheet), files: () => filesOf(sheet, saved) };
  },
);

function linesOf(sheet: Lab): string[] {
  const pictured = [sheet, ...sheet.inputs];
  const namesOf = (status: Picture["status"]): string =>
    pictured
      .filter(({ picture }) => picture?.status === status)
      .map(({ unit }) => formatUnit(unit))
      .join(", ");
  const [dead, weak] = [namesOf("dead"), namesOf("weak")];
  return [
    `${formatUnit(sheet.unit)} of ${sheet.model.name}, engine ${sheet.engine.name}, ${sheet.seconds.toFixed(0)} s`,
    ...(sheet.expanded ? [`inputs of ${sheet.expanded.from} by expanded weights, ${sheet.expanded.status}`] : []),
    ...(dead ? [`dead (nothing excited them): ${dead}`] : []),
    ...(weak ? [`weak (their finished pictures do not excite them): ${weak}`] : []),
  ];
}

function filesOf(sheet: Lab, saved: string): Files {
  return { "lab.json": saved, figure: figure.lab(sheet), "index.html": labPage(sheet) };
}
