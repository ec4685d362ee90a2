/** Families by families: how much of the weights between each two turns together, for all motifs between two layers. */
import { formatUnit } from "../core/unit.js";
import type { Family } from "../equivariance/family.js";
import type { Motif } from "../equivariance/motif.js";
import { type FigureOptions, frame } from "./frame.js";
import { type Figure, type Mark, mark, moved } from "./mark.js";
import { text } from "./text.js";
import { faint, grey } from "./theme.js";

/**
 * Options of `figure.motifMatrix`.
 *
 * @public
 */
export interface MotifMatrixFigureOptions extends FigureOptions {
  /**
   * Families that have a row or a column even where no motif was found with them, such as all of both layers; those of other
   * layers are left out.
   *
   * @defaultValue those of the motifs alone
   */
  readonly families?: readonly Family[] | undefined;
  /**
   * Side of a cell in pixels.
   *
   * @defaultValue 46
   */
  readonly side?: number | undefined;
}

const left = 60;
const top = 58;
const signs = { "equivariant→equivariant": "e→e", "invariant→equivariant": "i→e", "equivariant→invariant": "e→i" };

/**
 * The matrix of scores: what is read on top, what reads on the left, a family as its first unit and the number of further ones.
 * In each cell the score, the kind, and stars for the q value; pale where it is above the level, empty where no motif was found.
 *
 * @public
 */
export function motifMatrix(motifs: readonly Motif[], options: MotifMatrixFigureOptions = {}): Figure {
  const { side = 46, families = [] } = options;
  const [from, to] = [motifs[0]?.source.layer, motifs[0]?.target.layer];
  const sources = distinct([...families.filter(({ layer }) => layer === from), ...motifs.map(({ source }) => source)]);
  const targets = distinct([...families.filter(({ layer }) => layer === to), ...motifs.map(({ target }) => target)]);
  const level = Math.max(...motifs.map(({ settings }) => settings.alpha));
  const title = `${motifs.length} ${motifs.length === 1 ? "motif" : "motifs"}, ${from ? `${from} → ${to}` : "no layers"}`;
  const facts = [
    "share of the weights' energy that turns together; e equivariant, i invariant",
    `** q ≤ 0.01, * q ≤ 0.05; ${motifs.some(({ qValue }) => qValue > level) ? `pale: q above ${level}; ` : ""}empty: no motif found`,
  ];
  const placeOf = (all: readonly Family[], of: Family): number => all.findIndex((f) => nameOf(f) === nameOf(of));
  const grid = { fill: "none", stroke: faint };
  const layer = { size: 12, weight: 600 } as const;
  return frame(
    {
      title,
      facts,
      description: `${title}. ${motifs.map((m) => `${nameOf(m.target)} reads ${nameOf(m.source)}: ${m.kind}, score ${m.score.toFixed(2)}, p ${m.pValue.toPrecision(2)}, q ${m.qValue.toPrecision(2)}.`).join(" ")}`,
      width: left + sources.length * side,
      height: top + targets.length * side,
      least: 512,
      marks: [
        text(0, top - 46, from ? `on top ${from}, read by ${to} on the left` : "", layer),
        ...sources.map((of, s) => moved(left + (s + 0.5) * side, top - 20, ...named(of, "middle"))),
        ...targets.map((of, t) => moved(left - 8, top + (t + 0.5) * side - 1, ...named(of, "end"))),
        ...targets.flatMap((_, t) =>
          sources.map((__, s) =>
            mark("rect", { x: left + s * side, y: top + t * side, width: side, height: side, ...grid }),
          ),
        ),
        ...motifs.map((each) => {
          const [s, t] = [placeOf(sources, each.source), placeOf(targets, each.target)];
          return moved(left + s * side, top + t * side, ...cell(each, side));
        }),
      ],
    },
    options,
  );
}

/** White for nothing, dark green for all; the words in the colour that is read best on it. */
function cell({ score, kind, qValue, settings }: Motif, side: number): Mark[] {
  const pale = qValue > settings.alpha;
  const light = Math.round(97 - (pale ? 12 : 67) * score);
  const fill = pale ? "#999999" : score > 0.78 ? "#ffffff" : "#222222";
  const words = { fill, anchor: "middle" } as const;
  const stars = qValue <= 0.01 ? "**" : qValue <= 0.05 ? "*" : "";
  return [
    mark("rect", { x: 1, y: 1, width: side - 2, height: side - 2, fill: `hsl(160,45%,${light}%)` }),
    text(side / 2, side / 2 - 1, score.toFixed(2), { size: 12, weight: pale ? 400 : 600, ...words }),
    text(side / 2, side / 2 + 13, `${signs[kind]}${stars}`, { size: 10, ...words }),
  ];
}

/** `:36`, and `+2` below for two more. */
function named({ members }: Family, anchor: "middle" | "end"): Mark[] {
  const more = members.length - 1;
  return [
    text(0, more > 0 ? 0 : 6, `:${members[0]?.unit.channel}`, { size: 11.5, weight: 600, anchor }),
    ...(more > 0 ? [text(0, 13, `+${more}`, { size: 10.5, fill: grey, anchor })] : []),
  ];
}

function distinct(families: readonly Family[]): Family[] {
  return [...new Map(families.map((of) => [nameOf(of), of])).values()];
}

function nameOf({ members }: Family): string {
  const [first] = members;
  const more = members.length > 1 ? ` and ${members.length - 1} more` : "";
  return first ? `${formatUnit(first.unit)}${more}` : "none";
}
