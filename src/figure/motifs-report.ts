/** The report of a search for motifs: a page that says what was searched for and found, and every figure of it. */
import type { Image } from "../core/image.js";
import type { Families } from "../equivariance/families.js";
import type { ResponseFamilies } from "../equivariance/families-from-responses.js";
import type { Family } from "../equivariance/family.js";
import type { Group } from "../equivariance/group.js";
import type { Motif } from "../equivariance/motif.js";
import { motifKernels } from "../equivariance/motif-kernels.js";
import { layerFileName } from "../network/file-name.js";
import type { Network } from "../network/network.js";
import { angleDial } from "./angle-dial.js";
import { family } from "./family.js";
import { type FigureTable, toHTML } from "./html.js";
import { kernelMatrix } from "./kernel-matrix.js";
import type { Figure } from "./mark.js";
import { motif } from "./motif.js";
import { motifMatrix } from "./motif-matrix.js";

/**
 * What a report of motifs is made of.
 *
 * @public
 */
export interface MotifsFound {
  /** Families of the layer that is read, and of the layer that reads it. */
  readonly families: readonly [below: Families, above: Families];
  /** Motifs between them, the strongest first. */
  readonly motifs: readonly Motif[];
  /** The group that the units were searched under. */
  readonly group: Group;
  /** Pictures of units, by `"layer:channel"`. */
  readonly icons: Readonly<Record<string, Image>>;
  /** How many motifs are drawn. */
  readonly most: number;
  /** How far families by responses to photographs agree with those by weights, per layer; empty when not compared. */
  readonly responses: readonly ResponseFamilies[];
}

/**
 * A report: a page, and every figure of it by the name of its file.
 *
 * @public
 */
export interface MotifsReport {
  /** A page that loads nothing. */
  readonly page: string;
  /** Its figures, by names that can be names of files. */
  readonly figures: Readonly<Record<string, Figure>>;
}

/** A figure and the name of its files. */
type Named = readonly [name: string, drawing: Figure];

/**
 * The families of two layers and the motifs between them, as a page with figures and tables that says what was searched for and found.
 *
 * @public
 */
export function motifsReport(net: Network, found: MotifsFound): MotifsReport {
  const { motifs, most } = found;
  const [below, above] = found.families;
  const alone = motifs.filter(({ source }) => source.members.length === 1);
  const between = motifs.filter((motif) => !alone.includes(motif));
  const families = found.families.flatMap((each) => familyFigures(net, each, found));
  const known = found.families.flatMap((each) => each.families.filter(isLarge));
  const matrix: Named[] = between.length > 0 ? [["motifs", motifMatrix(between, { families: known })]] : [];
  const drawn = motifFigures(net, between.slice(0, most), "motif", found);
  const single: Named[] = alone.length > 0 ? [["motifs-of-units", motifMatrix(alone)]] : [];
  const units = alone.slice(0, Math.max(0, most - between.length));
  single.push(...motifFigures(net, units, "unit-motif", found));
  const figuresOf = (named: readonly Named[]): Figure[] => named.map(([, drawing]) => drawing);
  const page = toHTML(figuresOf([...families, ...matrix, ...drawn]), {
    title: `${below.layer} and ${above.layer} of ${net.name} under ${found.group.name}`,
    introduction: introduction(net, found, [between.length, alone.length]),
    tables: [motifTable(between, "Motifs of families", most), familyTable(below), familyTable(above)],
    folds:
      alone.length > 0
        ? [
            {
              summary: `${alone.length} motifs of single units, each read by a family as if nothing turned it`,
              figures: figuresOf(single),
              tables: [motifTable(alone, "Motifs of single units", units.length)],
            },
          ]
        : [],
  });
  return { page, figures: Object.fromEntries([...families, ...matrix, ...drawn, ...single]) };
}

/**
 * How far families by responses to photographs agree with those by weights, as a sentence without its full stop: "conv1: 12 pairs of units
 * share a family by weights, 9 by responses to 24 photographs, 8 by both (F1 0.76)".
 *
 * @public
 */
export function describeAgreement({ layer, pictures, agreement }: ResponseFamilies): string {
  const { pairs, both, f1, elements } = agreement!;
  const pairsBy = `${pairs[0]} pairs of units share a family by weights, ${pairs[1]} by responses to ${pictures} photographs`;
  const same = both > 0 ? `; of those ${both}, ${percent(elements)} are turned alike` : "";
  return `${layer}: ${pairsBy}, ${both} by both (F1 ${f1.toFixed(2)})${same}`;
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;
const isLarge = ({ members }: Family): boolean => members.length > 1;

/** What was looked for, what was found, and how to read it. */
function introduction(
  net: Network,
  { families: [below, above], group, responses }: MotifsFound,
  [between, alone]: readonly [between: number, alone: number],
): string[] {
  const { nullDraws, alpha } = below.settings;
  return [
    `Units of ${below.layer} and ${above.layer} in ${net.name} that are copies of each other under ${group.name}, and the weights between them that turn together, found in the weights alone.`,
    `${countOf(below)} ${countOf(above)} ${between} motifs join families; in ${alone} more, a family reads a single unit by one kernel, turned.`,
    `A p value is the share of draws of weights without structure, of ${nullDraws} or several times as many, in which the whole search finds something as strong; a q value adjusts it for the number of candidates. What is shown has q ≤ ${alpha}.`,
    ...[below, above].flatMap(({ layer, warnings }) => warnings.map((warning) => `${layer}: ${warning}.`)),
    ...responses.map((each) => `${describeAgreement(each)}.`),
  ];
}

function countOf({ layer, families, unassigned }: Families): string {
  const large = families.filter(isLarge);
  const members = large.reduce((sum, family) => sum + family.members.length, 0);
  const still = families.length - large.length;
  return `${layer} has ${large.length} ${large.length === 1 ? "family" : "families"} of ${members} units, ${still} units that are the same under all, and ${unassigned.length} others.`;
}

/** Strips of the families of a layer, with a dial where the group turns anything. */
function familyFigures(net: Network, { layer, families }: Families, { group, icons }: MotifsFound): Named[] {
  const angles = Array.from({ length: group.order }, (_, element) => group.transformation(element));
  const turns = angles.some(({ degrees, hue }) => (degrees ?? hue ?? 0) !== 0);
  return families.filter(isLarge).flatMap((each, i): Named[] => {
    const name = `${layerFileName(net, layer)}-family-${i + 1}`;
    const strip: Named = [name, family(each, group, { icons })];
    return turns ? [strip, [`${name}-dial`, angleDial(each, group, { icons })]] : [strip];
  });
}

function motifFigures(net: Network, motifs: readonly Motif[], name: string, { group, icons }: MotifsFound): Named[] {
  return motifs.flatMap((each, i): Named[] => {
    const kernels = motifKernels(net, each);
    return [
      [`${name}-${i + 1}`, motif(each, kernels, { group, icons })],
      [`${name}-${i + 1}-kernels`, kernelMatrix(each, kernels, { icons })],
    ];
  });
}

const units = ({ members }: Family): string => members.map(({ unit, label }) => `${unit.channel} ${label}`).join(", ");

function motifTable(motifs: readonly Motif[], caption: string, drawn: number): FigureTable {
  return {
    caption: `${caption}: ${motifs.length}${motifs.length > drawn ? `, of which the ${drawn} strongest are drawn` : ""}`,
    header: ["kind", "reads", "units that read", "score", "chance", "prediction", "p", "q"],
    rows: motifs.map((m) => [
      m.union ? `${m.kind}, a union` : m.kind,
      units(m.source),
      units(m.target),
      m.score.toFixed(2),
      m.nullScore.toFixed(2),
      m.prediction.toFixed(2),
      m.pValue.toPrecision(2),
      m.qValue.toPrecision(2),
    ]),
  };
}

function familyTable({ layer, families, unassigned }: Families): FigureTable {
  return {
    caption: `${layer}: ${families.length} families and invariant units, ${unassigned.length} units left over`,
    header: ["units", "affinity", "prediction", "closure", "missing", "p", "q"],
    rows: families.map((f) => [
      f.members.length === 1 ? `${f.members[0]!.unit.channel}, invariant` : units(f),
      f.affinity.toFixed(2),
      f.prediction.toFixed(2),
      f.closure.toFixed(2),
      `${f.missing.length}`,
      f.pValue.toPrecision(2),
      f.qValue.toPrecision(2),
    ]),
  };
}
