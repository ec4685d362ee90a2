/** Families by families: how much of the weights between each two turns together, for all motifs between two layers. */
import { formatUnit } from "../core/unit.js";
import type { Family } from "../equivariance/family.js";
import type { Motif } from "../equivariance/motif.js";
import { type Figure, fitted, grey, type Mark, mark, moved, text } from "./mark.js";

/**
 * Options of `figure.motifMatrix`.
 *
 * @public
 */
export interface MotifMatrixFigureOptions {
  /**
   * Side of a cell in pixels.
   *
   * @defaultValue 46
   */
  readonly side?: number | undefined;
}

const margin = 24;
const left = 150;
const signs = { "equivariant→equivariant": "e→e", "invariant→equivariant": "i→e", "equivariant→invariant": "e→i" };

/**
 * The matrix of scores: what is read on top, what reads on the left; in each cell the score and the kind, empty where no
 * motif was found.
 *
 * @public
 */
export function motifMatrix(motifs: readonly Motif[], options: MotifMatrixFigureOptions = {}): Figure {
  const { side = 46 } = options;
  const sources = distinct(motifs.map(({ source }) => source));
  const targets = distinct(motifs.map(({ target }) => target));
  const top = 196;
  const width = Math.max(left + sources.length * side + 2 * margin, 560);
  const layers = motifs[0] ? `${motifs[0].source.layer} → ${motifs[0].target.layer}` : "no layers";
  const title = `${motifs.length} motifs, ${layers}`;
  const facts = `share of the weights' energy that turns together; e equivariant, i invariant`;
  const cells = motifs.map((each) => {
    const x = left + sources.findIndex((f) => nameOf(f) === nameOf(each.source)) * side;
    const y = top + targets.findIndex((f) => nameOf(f) === nameOf(each.target)) * side;
    return moved(x, y, ...cell(each, side));
  });
  const frame = { fill: "none", stroke: "#cccccc" };
  return {
    width,
    height: top + targets.length * side + margin,
    title,
    description: `${title}. ${motifs.map((m) => `${nameOf(m.target)} reads ${nameOf(m.source)}: ${m.kind}, score ${m.score.toFixed(2)}, p ${m.pValue.toPrecision(2)}.`).join(" ")}`,
    marks: [
      text(margin, 30, title, { size: 16, weight: 600 }),
      text(margin, 50, fitted(facts, width - 2 * margin, 12), { size: 12, fill: grey }),
      ...sources.map((of, s) =>
        mark(
          "g",
          { transform: `translate(${left + (s + 0.5) * side + 4} ${top - 8}) rotate(-60)` },
          text(0, 0, fitted(nameOf(of), 125, 11), { size: 11 }),
        ),
      ),
      ...targets.flatMap((of, t) => [
        text(left - 8, top + (t + 0.5) * side + 4, fitted(nameOf(of), left - 30, 11), { size: 11, anchor: "end" }),
        ...sources.map((_, s) =>
          mark("rect", { x: left + s * side, y: top + t * side, width: side, height: side, ...frame }),
        ),
      ]),
      ...cells,
    ],
  };
}

/** White for nothing, dark green for all; the words in the colour that is read best on it. */
function cell({ score, kind }: Motif, side: number): Mark[] {
  const light = Math.round(97 - 67 * score);
  const fill = score > 0.55 ? "#ffffff" : "#222222";
  const words = { fill, anchor: "middle" } as const;
  return [
    mark("rect", { x: 1, y: 1, width: side - 2, height: side - 2, fill: `hsl(160,45%,${light}%)` }),
    text(side / 2, side / 2 - 1, score.toFixed(2), { size: 12, weight: 600, ...words }),
    text(side / 2, side / 2 + 13, signs[kind], { size: 10, ...words }),
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
