/**
 * A motif as rows. On the left the canonical kernel, which stands for all of its row; beside it the kernels as they are in the
 * weights, one for each place, with an arrow that says what leads from each to the next; below them the same, taken back to the
 * template's place. If the copies are one kernel turning, those below are all alike, and alike their mean, the canonical one.
 */
import { type Kernel, largestOf } from "../core/kernel.js";
import { formatUnit } from "../core/unit.js";
import type { Group } from "../equivariance/group.js";
import type { CanonicalKernel, Motif } from "../equivariance/motif.js";
import { type FigureOptions, frame } from "./frame.js";
import { kernelGroup } from "./identity.js";
import { type Figure, type Mark, mark, moved } from "./mark.js";
import { apart, backwards, type Copy, copiesOf, isStill, steps, unrotated } from "./motif-copies.js";
import { fitted, text } from "./text.js";
import { faint, grey, line } from "./theme.js";
import { describeKernel, tile } from "./tile.js";
import { type Icons, unitIcon } from "./unit-icon.js";

/**
 * Options of `figure.motif`.
 *
 * @public
 */
export interface MotifFigureOptions extends FigureOptions {
  /**
   * The group the motif was found with: draws each kernel also taken back to the template's place.
   *
   * @defaultValue none: the kernels as they are, and their mean
   */
  readonly group?: Group | undefined;
  /**
   * Pictures of units, by name: what each looks for.
   *
   * @defaultValue none: the names alone
   */
  readonly icons?: Icons | undefined;
  /**
   * How many rows are drawn, strongest kernels first.
   *
   * @defaultValue 4
   */
  readonly rows?: number | undefined;
  /**
   * How many places of each kernel are drawn; what is left out is said.
   *
   * @defaultValue 8
   */
  readonly copies?: number | undefined;
  /**
   * Side of a kernel in pixels.
   *
   * @defaultValue 48
   */
  readonly side?: number | undefined;
}

const top = 28;
/** Room of an arrow with its words. */
const arrow = 50;
/** Where the copies begin, right of the canonical kernel. */
const start = 164;

/** What all rows share. */
interface Style {
  readonly icons: Icons;
  readonly side: number;
  readonly limit: number;
  readonly group: Group | undefined;
  /** Where tiles begin, below what names their units. */
  readonly tiles: number;
}

/**
 * The rows of a motif. All kernels share one scale.
 *
 * @param kernels - Those between the two families, as `motifKernels` gives them.
 * @public
 */
export function motif(of: Motif, kernels: readonly Kernel[], options: MotifFigureOptions = {}): Figure {
  const { icons = {}, rows = 4, copies = 8, side = 48, group } = options;
  const limit = Math.max(...kernels.map(({ data }) => largestOf(data)), 0);
  const shown = of.kernels.slice(0, rows).map((canonical) => {
    const all = copiesOf(of, canonical, kernels);
    const list = apart(all, copies);
    return { canonical, list, rest: all.length - list.length };
  });
  const longest = Math.max(1, ...shown.map(({ list }) => list.length));
  const pictured = kernels.some(({ from, to }) => icons[formatUnit(from)] || icons[formatUnit(to)]);
  const tiles = pictured ? side / 2 + 26 : 22;
  const down = tiles + (group ? 2 * side + 26 : side + 18) + 30;
  const title = `${of.source.layer} → ${of.target.layer}: ${of.kind}${of.union ? ", a union over cases" : ""}`;
  const facts = `${of.group}, score ${of.score.toFixed(2)}, by chance ${of.nullScore.toFixed(2)}, p ${of.pValue.toPrecision(2)}`;
  const parts = [
    `${(100 * of.share).toFixed(0)} % of what is read of ${of.source.layer}`,
    ...(shown.length < of.kernels.length ? [`the ${shown.length} strongest of ${of.kernels.length} kernels`] : []),
  ].join("; ");
  const head = { size: 11.5, fill: grey };
  return frame(
    {
      title,
      facts: [facts, parts],
      description: `${title}. ${facts}; ${parts}. ${shown.map(({ canonical }) => `${nameOf(of, canonical)}, mean of ${canonical.count}: ${describeKernel(canonical)}`).join(" ")}`,
      width: start + longest * (side + arrow) + 40,
      height: top + shown.length * down - 16,
      least: 592,
      marks: [
        text(0, top - 18, "canonical kernel", head),
        text(start, top - 18, "in the weights, place by place", head),
        ...shown.flatMap((row, r) => [
          moved(0, top + r * down, ...standing(of, row.canonical, { side, limit, high: down - 30 })),
          moved(start, top + r * down, ...copiesRow(of, row, { icons, side, limit, group, tiles }, `row-${r}`)),
        ]),
      ],
      legend: "weights",
    },
    options,
  );
}

/** The canonical kernel, halfway down its row, a little larger than the rest. */
function standing(
  of: Motif,
  canonical: CanonicalKernel,
  { side, limit, high }: { side: number; limit: number; high: number },
): Mark[] {
  const size = 1.25 * side;
  const y = (high - size) / 2;
  const words = { anchor: "middle" } as const;
  return [
    moved(10, y, ...tile(canonical, size, limit)),
    text(10 + size / 2, y - 8, nameOf(of, canonical), { size: 12, weight: 600, ...words }),
    text(10 + size / 2, y + size + 16, `mean of ${canonical.count}`, { size: 11, fill: grey, ...words }),
    mark("line", { x1: start - 78, y1: 4, x2: start - 78, y2: high, stroke: faint }),
  ];
}

/** The unit that is read or reads where it is one and the same, else how far the two are apart. */
function nameOf(of: Motif, canonical: CanonicalKernel): string {
  if (isStill(of.source)) return `reads :${canonical.unit?.channel}`;
  return isStill(of.target) ? `:${of.target.members[0]!.unit.channel} reads` : canonical.label.replace(/°$/, "° apart");
}

/** The copies side by side with their places and arrows; below, taken back. */
function copiesRow(
  of: Motif,
  { list, rest }: { readonly list: readonly Copy[]; readonly rest: number },
  { icons, side, limit, group, tiles }: Style,
  id: string,
): Mark[] {
  const below = tiles + side + 26;
  const row = { size: 11, fill: grey, anchor: "end" } as const;
  const end = list.length * (side + arrow) - arrow;
  return [
    text(-12, tiles + side / 2 + 4, "as it is", row),
    ...(group ? [text(-12, below + side / 2 + 4, backwards(of.group), row)] : []),
    ...list.flatMap((copy, i): Mark[] => {
      const next = list[i + 1];
      const place = { size: 11, fill: grey, anchor: "middle" } as const;
      return [
        moved(
          i * (side + arrow),
          0,
          ...pair(copy.kernel, { icons, side, tiles, id: `${id}-${i}` }),
          moved(0, tiles, kernelGroup(copy.kernel, tile(copy.kernel, side, limit))),
          text(side / 2, tiles + side + 15, fitted(copy.label, side + arrow - 6, 11), place),
          ...(group ? [moved(0, below, ...tile(unrotated(copy, group), side, limit))] : []),
          ...(next ? [moved(side, tiles + side / 2, ...leading(steps(of.group, copy.label, next.label)))] : []),
        ),
      ];
    }),
    ...(rest > 0 ? [text(end + 12, tiles + side / 2 + 4, `and ${rest} more`, { size: 11.5, fill: grey })] : []),
  ];
}

/** The unit read and the unit that reads, above a kernel: their pictures, if there are any, and their names. */
function pair(
  { from, to }: Kernel,
  { icons, side, tiles, id }: Omit<Style, "limit" | "group"> & { id: string },
): Mark[] {
  const style = { size: 10.5, weight: 600, anchor: "middle" } as const;
  const names = text(side / 2, tiles - 7, `:${from.channel} → :${to.channel}`, style);
  if (tiles < side / 2) return [names];
  const small = side / 2;
  return [
    moved(-1, 0, ...unitIcon(from, { icons, side: small, id: `${id}-from` })),
    moved(small + 1, 0, ...unitIcon(to, { icons, side: small, id: `${id}-to` })),
    names,
  ];
}

/** A bent arrow to the next copy, with what it does above. */
function leading(words: readonly string[]): Mark[] {
  const middle = arrow / 2;
  return [
    mark("path", {
      d: `M${middle - 13} 6q11 -16 24 -3`,
      fill: "none",
      stroke: line,
      "stroke-width": 1.3,
    }),
    mark("path", { d: `M${middle + 14} 7l-7.5 -2l5.5 -5.5z`, fill: line }),
    ...words.map((word, i) =>
      text(middle, -9 - 12 * (words.length - 1 - i), word, { size: 10.5, fill: grey, anchor: "middle" }),
    ),
  ];
}
