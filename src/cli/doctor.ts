/** `convlens doctor MODEL [--photos DIR] [--labels FILE]`: what may be wrong with a model. */
import { readFile } from "node:fs/promises";
import { Command } from "commander";
import { doctor, formatDiagnosis, LensError, photos } from "../index.js";
import { signal } from "./interrupt.js";
import { engineFor, openModel, type PictureOptions, say, sayJSON, wholeNumber, withModel } from "./options.js";
import { progressReporter } from "./progress.js";

interface DoctorCommandOptions extends Pick<PictureOptions, "preprocessing" | "json" | "engine" | "seed"> {
  readonly photos?: string;
  readonly labels?: string;
  readonly count: number;
}

/** The command. */
export function doctorCommand(): Command {
  return withModel(new Command("doctor"))
    .description(
      "what may be wrong with a model: preprocessing, labels, dead or damaged units, layers that cannot be computed",
    )
    .option("--photos <folder>", "photographs to show to it; folders in it are labels")
    .option("--labels <file>", "names of the classes in order, as a JSON list or { index: name }")
    .option("--count <n>", "photographs looked at, at most", wholeNumber(1), 24)
    .option("--engine <name>", "wasm, tfjs-webgpu, tfjs-webgl, tfjs-wasm, tfjs-cpu or cpu; chosen by trial when absent")
    .action(async (path: string, options: DoctorCommandOptions) => {
      const net = await openModel(path, options);
      const labels = options.labels === undefined ? undefined : await readLabels(options.labels);
      const shown = options.photos === undefined ? undefined : photos(options.photos);
      const engine = shown && (await engineFor(net, options));
      const { onProgress, end } = progressReporter();
      try {
        const diagnosis = await doctor(net, {
          photos: shown,
          labels,
          count: options.count,
          engine,
          signal,
          onProgress,
        });
        end();
        if (options.json) sayJSON(diagnosis);
        else say(formatDiagnosis(diagnosis));
      } finally {
        engine?.dispose();
      }
    });
}

async function readLabels(path: string): Promise<string[]> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new LensError("file", `the labels "${path}" cannot be read: ${(cause as Error).message}`, { cause });
  });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new LensError("file", `the labels "${path}" are no JSON`, { cause });
  }
  const names = typeof parsed === "object" && parsed !== null ? Object.values(parsed) : [];
  if (names.length === 0 || !names.every((name) => typeof name === "string")) {
    throw new LensError("file", `the labels "${path}" are a list of names, or { index: name }`);
  }
  return names;
}
