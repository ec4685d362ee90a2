/** `convlens lab MODEL UNIT`: the main job in one go. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import {
  type Bands,
  encodePNG,
  figure,
  formatUnit,
  type Lab,
  type LabFigureOptions,
  LensError,
  lab,
  labPage,
  type Network,
  type Picture,
  photos,
  stringify,
  toPDF,
  unitFileName,
} from "../index.js";
import { command, type Files } from "./command.js";
import { choice, custom, flag, one, text, whole } from "./option.js";
import { checkPhotographs } from "./photographs.js";
import { photosOption, pictureOptions, presets, rankingOptions, views } from "./shared-options.js";

const measures = ["l2", "l1", "max", "sum"] as const;
type Measure = (typeof measures)[number];

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
      strength: custom<Measure | readonly [Measure, Measure]>(
        "--strength <names>",
        "measure of a kernel: l2, l1, max or sum; or two, side by side, ranked by the first: l1,l2",
        readMeasures,
        { fallback: "l2" },
      ),
      inputs: custom<readonly string[] | undefined>(
        "--inputs <units>",
        "these inputs, in this order, instead of the strongest: conv1:3,conv1:7",
        (given) => given.split(/(?<=:\d+),/),
      ),
      perSign: whole("--per-sign <n>", "so many inputs of each sign, instead of --count in all", {
        from: 1,
        to: 1_000_000,
      }),
      preset: choice("--preset <name>", "settings to start from", presets, "lucid"),
      from: text(
        "--from <layer>",
        "the units of this layer further down as inputs; else those before a bottleneck or block",
      ),
      view: choice("--view <which>", "the unit at its centre, or its mean over the map", views, "neuron"),
      photos: photosOption("photographs; those that excite the unit most join the sheet"),
      title: text("--title <words>", "title of the sheet"),
      caption: text("--caption <words>", "a paragraph below the sheet"),
      theme: choice("--theme <name>", "colours of the sheet", ["light", "dark", "print"]),
      look: text(
        "--look <file>",
        "JSON with options of the sheet: title, caption, labels, notes, accents, words, language …",
      ),
      pdf: flag("--pdf", "the sheet also as figure.pdf; needs the package pdfkit"),
    },
    out: (net, { unit }) => join("lab", unitFileName(net, unit)),
    async check(_, { photos: folder, look }) {
      await checkPhotographs(folder);
      await readLook(look);
    },
  },
  async ({ net, args: { unit }, options, engine, signal, onProgress }) => {
    const {
      photos: folder,
      preset,
      seed,
      steps,
      size,
      count,
      strength,
      weights,
      from,
      view,
      inputs,
      perSign,
    } = options;
    const sheet = await lab(net, unit, {
      ...{ preset, seed, steps, size, count, strength, weights, from, view, inputs, perSign, signal, onProgress },
      photos: folder === undefined ? undefined : photos(folder),
      engine: await engine(),
    });
    const saved = stringify(sheet);
    const { title, caption, theme, bands, pdf = false } = options;
    const given = Object.entries({ title, caption, theme, bands }).filter(([, value]) => value !== undefined);
    const look = { ...(await readLook(options.look)), ...Object.fromEntries(given) };
    return { json: saved, lines: linesOf(sheet), files: () => filesOf(net, sheet, { saved, look, pdf }) };
  },
);

function readMeasures(given: string): Measure | readonly [Measure, Measure] {
  const named = given.split(",").map((name) => measures.find((known) => known === name));
  if (named.includes(undefined) || named.length > 2)
    throw new InvalidArgumentError(`One or two of ${measures.join(", ")} are needed, such as l1,l2.`);
  return (named.length === 1 ? named[0] : named) as Measure | readonly [Measure, Measure];
}

/** The options of the sheet in a file; what they have to be is checked when it is drawn. */
async function readLook(path: string | undefined): Promise<LabFigureOptions> {
  if (path === undefined) return {};
  try {
    const look: unknown = JSON.parse(await readFile(path, "utf8"));
    if (typeof look === "object" && look !== null && !Array.isArray(look)) return look;
  } catch (cause) {
    throw new LensError("file", `"${path}" cannot be read as JSON (${(cause as Error).message})`, { cause });
  }
  throw new LensError("file", `"${path}" is no JSON object such as {"title": "Curves"}`);
}

function linesOf(sheet: Lab): string[] {
  const pictured = [sheet, ...sheet.inputs];
  const namesOf = (status: Picture["status"]): string =>
    pictured
      .filter(({ flaw }) => flaw?.startsWith(status))
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

/** The data, the sheet as a page and as figures, and every picture of it as a file of its own. */
async function filesOf(
  net: Network,
  sheet: Lab,
  { saved, look, pdf }: { readonly saved: string; readonly look: LabFigureOptions; readonly pdf: boolean },
): Promise<Files> {
  const drawn = figure.lab(sheet, look);
  const bands = look.bands as Bands | undefined;
  const pictures = [sheet, ...sheet.inputs].flatMap(({ unit, picture }) =>
    picture ? [[`${unitFileName(net, unit)}.png`, encodePNG(picture.image, { bands })] as const] : [],
  );
  const crops = (sheet.examples?.top ?? []).flatMap(({ crop }, i) =>
    crop ? [[`photograph-${i + 1}.png`, encodePNG(crop, { bands })] as const] : [],
  );
  return {
    "lab.json": saved,
    figure: drawn,
    ...(pdf && { "figure.pdf": await toPDF(drawn) }),
    "index.html": labPage(sheet, look),
    ...Object.fromEntries([...pictures, ...crops]),
  };
}
