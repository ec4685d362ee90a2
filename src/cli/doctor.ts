/** `convlens doctor MODEL`: what may be wrong with a model. */
import type { Command } from "commander";
import { doctor, formatDiagnosis, photos } from "../index.js";
import { readLabels } from "../node/read-labels.js";
import { command, onCommandLine } from "./command.js";
import { text, whole } from "./option.js";
import { checkPhotographs } from "./photographs.js";
import { engine, photosOption } from "./shared-options.js";

/** The command. */
export const doctorCommand: () => Command = command(
  "doctor",
  {
    description:
      "what may be wrong with a model: preprocessing, labels, dead or damaged units, layers that cannot be computed",
    arguments: {},
    options: {
      photos: photosOption("photographs to show to it; folders in it are labels"),
      labels: text("--labels <file>", "names of the classes in order, as a JSON list or { index: name }"),
      count: whole("--count <n>", "photographs looked at, at most", { from: 1, to: 100_000, fallback: 24 }),
      engine,
    },
    async check(_, { photos: folder, labels }) {
      await checkPhotographs(folder);
      if (labels !== undefined) await readLabels(labels);
    },
  },
  async ({ net, options, engine: engineOf, signal, onProgress }) => {
    const { photos: folder, labels, count } = options;
    const diagnosis = await doctor(net, {
      ...(folder !== undefined && { photos: photos(folder), engine: await engineOf() }),
      ...(labels !== undefined && { labels: await readLabels(labels) }),
      ...{ count, signal, onProgress },
    });
    return { json: diagnosis, lines: onCommandLine(formatDiagnosis(diagnosis)).split("\n") };
  },
);
