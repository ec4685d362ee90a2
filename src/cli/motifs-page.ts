/** The report of `convlens motifs`: a page that says what was looked for and found, every figure in a file, and the data. */
import {
  type Families,
  type Family,
  type Figure,
  type FigureTable,
  figure,
  type Group,
  type Image,
  type Motif,
  motifKernels,
  type Network,
  type ResponseFamilies,
  toHTML,
  toPNG,
  toSVG,
} from "../index.js";
import { layerName } from "./file-name.js";

/** What the report is made of. */
export interface MotifsReport {
  readonly below: Families;
  readonly above: Families;
  readonly motifs: readonly Motif[];
  readonly group: Group;
  readonly icons: Readonly<Record<string, Image>>;
  /** How many motifs are drawn. */
  readonly most: number;
  /** All of it as text. */
  readonly saved: string;
  /** How far families from responses agree, in sentences. */
  readonly agreements: readonly string[];
}

/** A figure and the name of its files. */
type Named = readonly [name: string, drawing: Figure];

/** The files: families and motifs as figures, the page, and the data. */
export async function motifsFiles(net: Network, report: MotifsReport): Promise<Record<string, string | Uint8Array>> {
  const { below, above, motifs, most, saved } = report;
  const alone = motifs.filter(({ source }) => source.members.length === 1);
  const between = motifs.filter((motif) => !alone.includes(motif));
  const families = [below, above].flatMap((found) => familyFigures(net, found, report));
  const known = [below, above].flatMap((found) => found.families.filter(isLarge));
  const matrix: Named[] = between.length > 0 ? [["motifs", figure.motifMatrix(between, { families: known })]] : [];
  const drawn = motifFigures(net, between.slice(0, most), "motif", report);
  const single: Named[] = alone.length > 0 ? [["motifs-of-units", figure.motifMatrix(alone)]] : [];
  const units = alone.slice(0, Math.max(0, most - between.length));
  single.push(...motifFigures(net, units, "unit-motif", report));
  const figuresOf = (named: readonly Named[]): Figure[] => named.map(([, drawing]) => drawing);
  const page = toHTML(figuresOf([...families, ...matrix, ...drawn]), {
    title: `${below.layer} and ${above.layer} of ${net.name} under ${report.group.name}`,
    introduction: introduction(net, report, [between.length, alone.length]),
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
  const files: Record<string, string | Uint8Array> = { "motifs.json": saved, "index.html": page };
  for (const [name, drawing] of [...families, ...matrix, ...drawn, ...single]) {
    files[`${name}.svg`] = toSVG(drawing);
    files[`${name}.png`] = await toPNG(drawing);
  }
  return files;
}

/** `conv1: 12 pairs of units share a family by weights, 9 by responses to 24 photographs, 8 by both (F1 0.76) …` */
export function agreementLine({ layer, pictures, agreement }: ResponseFamilies): string {
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
  { below, above, group, agreements }: MotifsReport,
  [between, alone]: readonly [between: number, alone: number],
): string[] {
  const { nullDraws, alpha } = below.settings;
  return [
    `Units of ${below.layer} and ${above.layer} in ${net.name} that are copies of each other under ${group.name}, and the weights between them that turn together, found in the weights alone.`,
    `${countOf(below)} ${countOf(above)} ${between} motifs join families; in ${alone} more, a family reads a single unit by one kernel, turned.`,
    `A p value is the share of draws of weights without structure, of ${nullDraws} or several times as many, in which the whole search finds something as strong; a q value adjusts it for the number of candidates. What is shown has q ≤ ${alpha}.`,
    ...[below, above].flatMap(({ layer, warnings }) => warnings.map((warning) => `${layer}: ${warning}.`)),
    ...agreements.map((line) => `${line}.`),
  ];
}

function countOf({ layer, families, unassigned }: Families): string {
  const large = families.filter(isLarge);
  const members = large.reduce((sum, family) => sum + family.members.length, 0);
  const still = families.length - large.length;
  return `${layer} has ${large.length} ${large.length === 1 ? "family" : "families"} of ${members} units, ${still} units that are the same under all, and ${unassigned.length} others.`;
}

/** Strips of the families of a layer, with a dial where the group turns anything. */
function familyFigures(net: Network, { layer, families }: Families, { group, icons }: MotifsReport): Named[] {
  const angles = Array.from({ length: group.order }, (_, element) => group.transformation(element));
  const turns = angles.some(({ degrees, hue }) => (degrees ?? hue ?? 0) !== 0);
  return families.filter(isLarge).flatMap((each, i): Named[] => {
    const name = `${layerName(net, layer)}-family-${i + 1}`;
    const strip: Named = [name, figure.family(each, group, { icons })];
    return turns ? [strip, [`${name}-dial`, figure.angleDial(each, group, { icons })]] : [strip];
  });
}

function motifFigures(net: Network, motifs: readonly Motif[], name: string, { group, icons }: MotifsReport): Named[] {
  return motifs.flatMap((each, i): Named[] => {
    const kernels = motifKernels(net, each);
    return [
      [`${name}-${i + 1}`, figure.motif(each, kernels, { group, icons })],
      [`${name}-${i + 1}-kernels`, figure.kernelMatrix(each, kernels, { icons })],
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
