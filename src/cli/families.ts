/** `convlens families MODEL LAYER`: the families of one layer by tuning, by weights, or by whichever has evidence, drawn. */
import { join } from "node:path";
import type { Command } from "commander";
import {
  describeAgreement,
  type Families,
  type Family,
  type Figure,
  figure,
  filterImages,
  findFamilies,
  formatTable,
  type Group,
  type Image,
  layerFileName,
  stringify,
  toHTML,
} from "../index.js";
import { command, type Files } from "./command.js";
import { familyOptions, picturesOf, responsesOf } from "./family-options.js";
import { choice, one } from "./option.js";
import { checkPhotographs } from "./photographs.js";

/** The command. */
export const familiesCommand: () => Command = command(
  "families",
  {
    description:
      "families of transformed units in one layer: by tuning to stimuli, by weights, or by what has evidence",
    arguments: { layer: one("the layer") },
    options: {
      ...familyOptions,
      by: choice(
        "--by <what>",
        "what units are compared by: their tuning, the weights they read, those that read them, or what has evidence",
        ["tuning", "incoming", "outgoing", "auto"],
        "auto",
      ),
    },
    out: (net, { layer }) => join("families", layerFileName(net, net.layer(layer).name)),
    check: (_, { photos: folder }) => checkPhotographs(folder),
  },
  async (job) => {
    const { net, args, options: given, signal, onProgress } = job;
    const { group, draws: nullDraws, seed, by, angles } = given;
    const asks = by === "tuning" || by === "auto";
    const engine = asks ? await job.engine() : undefined;
    const found = await findFamilies(net, args.layer, {
      group,
      by,
      angles,
      nullDraws,
      seed,
      engine,
      signal,
      onProgress,
    });
    const responses = given.photos === undefined ? [] : await responsesOf(job, [found], given.photos);
    const agreements = responses.map(describeAgreement);
    const saved = stringify([found, ...responses]);
    return {
      json: saved,
      lines: [...linesOf(found), ...agreements],
      async files(): Promise<Files> {
        const icons = filterImages(net, found.layer);
        if (given.pictures) Object.assign(icons, await picturesOf(job, [found], icons));
        const figures = figuresOf(found, group, icons);
        const page = toHTML(Object.values(figures), {
          title: `Families of ${found.layer} in ${net.name} under ${group.name}`,
          introduction: [countOf(found), evidenceOf(found), ...found.warnings, ...agreements].map(
            (words) => `${words}.`,
          ),
          tables: [{ caption: "Families", ...tableOf(found) }],
        });
        return { "families.json": saved, "index.html": page, ...figures };
      },
    };
  },
);

const isLarge = ({ members }: Family): boolean => members.length > 1;

/** Strips of the families, with a dial where the group turns anything. */
function figuresOf(
  { families }: Families,
  group: Group,
  icons: Readonly<Record<string, Image>>,
): Record<string, Figure> {
  const turns = Array.from({ length: group.order }, (_, element) => group.transformation(element)).some(
    ({ degrees, hue }) => (degrees ?? hue ?? 0) !== 0,
  );
  const named = families.filter(isLarge).flatMap((each, i): (readonly [string, Figure])[] => {
    const strip = [`family-${i + 1}`, figure.family(each, group, { icons })] as const;
    return turns ? [strip, [`family-${i + 1}-dial`, figure.angleDial(each, group, { icons })]] : [strip];
  });
  return Object.fromEntries(named);
}

function linesOf(found: Families): string[] {
  const { header, rows } = tableOf(found);
  return [
    countOf(found),
    ...(rows.length > 0 ? formatTable(header, rows).split("\n") : []),
    evidenceOf(found),
    ...found.warnings,
  ];
}

function countOf({ layer, families, unassigned, settings }: Families): string {
  const large = families.filter(isLarge);
  const members = large.reduce((sum, each) => sum + each.members.length, 0);
  const still = families.length - large.length;
  const by = settings.by === "tuning" ? "tuning" : `${settings.by} weights`;
  return `${layer}: ${large.length} ${large.length === 1 ? "family" : "families"} of ${members} units by ${by} under ${settings.group}, ${still} units that are the same under all, ${unassigned.length} others`;
}

/** What a finding had to exceed. */
function evidenceOf({ settings }: Families): string {
  const { nullDraws, alpha } = settings;
  const nulls =
    settings.by === "tuning"
      ? `the larger of two p values counts: curves of random phases, ${nullDraws} draws of the whole search, and ${settings.twins} twins of the network with random weights`
      : `p values: ${nullDraws} draws of weights without structure, each searched as a whole`;
  return `${nulls}; q adjusts for the number of candidates, and what is shown has q ≤ ${alpha}`;
}

function tableOf({ families }: Families): { readonly header: readonly string[]; readonly rows: readonly string[][] } {
  const tuned = families.some(({ tuning }) => tuning);
  return {
    header: [
      "units",
      ...(tuned ? ["stimulus", "period"] : []),
      "members",
      "affinity",
      "prediction",
      "p",
      ...(tuned ? ["by phases", "by twins"] : []),
      "q",
    ],
    rows: families.map((each) => {
      const { tuning, affinity, prediction, pValue, qValue } = each;
      const few = (p: number): string => p.toPrecision(2);
      return [
        `${each.members.length}`,
        ...(tuned ? [tuning?.stimulus ?? "", tuning ? `${tuning.period}°` : ""] : []),
        isLarge(each) ? membersOf(each) : `${each.members[0]!.unit.channel}, invariant`,
        affinity.toFixed(2),
        prediction.toFixed(2),
        few(pValue),
        ...(tuned ? (tuning ? [few(tuning.pValues.phases), few(tuning.pValues.twins)] : ["", ""]) : []),
        few(qValue),
      ];
    }),
  };
}

/** Members with their angles: `38 at 6° ± 1°`, or their elements. */
function membersOf({ members }: Family): string {
  return members
    .map(({ unit, angle, angleError, label }) => {
      const error = angleError === undefined ? "" : `±${angleError.toFixed(0)}`;
      return `${unit.channel}@${angle === undefined ? label : `${angle.toFixed(0)}${error}°`}`;
    })
    .join(" ");
}
