/**
 * A motif as rows: one kernel in its turned copies, an arrow "rotate" between each and the next, and at the end all of them
 * taken back and meaned. If the copies are one kernel turning, the row goes round, and the mean is as sharp as each.
 */
import { type Kernel, largestOf } from "../core/kernel.js";
import { formatUnit } from "../core/unit.js";
import type { CanonicalKernel, Motif } from "../equivariance/motif.js";
import { type Figure, fitted, grey, type Mark, mark, moved, text } from "./mark.js";
import { describeKernel, legend, tile } from "./tile.js";
import { type Icons, unitIcon } from "./unit-icon.js";

/**
 * Options of `figure.motif`.
 *
 * @public
 */
export interface MotifFigureOptions {
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
   * How many copies of each kernel are drawn.
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

const margin = 24;
const arrow = 30;

/** One kernel of a row, with the units it joins. */
type Copy = readonly [kernel: Kernel, order: number];

/**
 * The rows of a motif. All kernels share one scale.
 *
 * @param kernels - Those between the two families, as `motifKernels` gives them.
 * @public
 */
export function motif(of: Motif, kernels: readonly Kernel[], options: MotifFigureOptions = {}): Figure {
  const { icons = {}, rows = 4, copies = 8, side = 48 } = options;
  const limit = Math.max(...kernels.map(({ data }) => largestOf(data)), 0);
  const shown = of.kernels.slice(0, rows).map((canonical) => ({ canonical, list: copiesOf(of, canonical, kernels) }));
  const longest = Math.max(1, ...shown.map(({ list }) => Math.min(copies, list.length)));
  const half = side / 2;
  const across = side + arrow;
  const down = side + half + 36;
  const width = Math.max(2 * margin + (longest + 1) * across + 70, 640);
  const still = of.kind === "invariant→equivariant";
  const verb = of.union ? "a union over cases" : of.kind;
  const title = `Motif ${of.source.layer} → ${of.target.layer}: ${verb}`;
  const facts = `${of.group}; score ${of.score.toFixed(2)}, by chance ${of.chance.toFixed(2)}, p ${of.pValue.toPrecision(2)}; ${(100 * of.share).toFixed(0)} % of what is read of ${of.source.layer}`;
  return {
    width,
    height: 76 + shown.length * down + 28,
    title,
    description: `${title}. ${facts}. ${shown.map(({ canonical }) => `${canonical.label}: ${describeKernel(canonical)}`).join(" ")}`,
    marks: [
      text(margin, 30, fitted(title, width - 2 * margin, 16, 600), { size: 16, weight: 600 }),
      text(margin, 50, fitted(facts, width - 2 * margin, 12), { size: 12, fill: grey }),
      ...shown.map(({ canonical, list }, r) =>
        moved(
          margin,
          76 + r * down,
          text(0, half + side / 2 + 12, still ? `:${canonical.unit?.channel}` : canonical.label, {
            size: 12,
            weight: 600,
          }),
          ...list
            .slice(0, copies)
            .flatMap(([kernel], i) => [
              moved(
                60 + i * across,
                0,
                ...pair(kernel, { icons, side: half, id: `row-${r}-${i}` }),
                moved(0, half + 6, ...tile(kernel, side, limit)),
              ),
              ...turning(60 + i * across + side, half + 6 + side / 2, i + 1 < Math.min(copies, list.length)),
            ]),
          moved(60 + longest * across, half + 6, ...tile(canonical, side, limit)),
          text(60 + longest * across + half, half + side + 20, `mean of ${canonical.count}`, {
            size: 10.5,
            fill: grey,
            anchor: "middle",
          }),
        ),
      ),
      ...legend(margin, 76 + shown.length * down + 10),
    ],
  };
}

/** The kernels that a canonical one stands for, in the order in which they turn. */
function copiesOf(of: Motif, canonical: CanonicalKernel, kernels: readonly Kernel[]): Copy[] {
  const [sources, targets] = [of.source.members, of.target.members];
  const elementOf = (members: typeof sources, unit: Kernel["from"]): number =>
    members.find((member) => formatUnit(member.unit) === formatUnit(unit))?.element ?? 0;
  const stands = new Set(canonical.members.map(([from, to]) => `${formatUnit(from)} ${formatUnit(to)}`));
  return kernels
    .filter(({ from, to }) => stands.has(`${formatUnit(from)} ${formatUnit(to)}`))
    .map((kernel): Copy => {
      const by = of.kind === "equivariant→invariant" ? elementOf(sources, kernel.from) : elementOf(targets, kernel.to);
      return [kernel, by];
    })
    .sort(([, a], [, b]) => a - b);
}

/** The unit read and the unit that reads, small, above a kernel. */
function pair(kernel: Kernel, { icons, side, id }: { icons: Icons; side: number; id: string }): Mark[] {
  return [
    ...unitIcon(kernel.from, { icons, side: side - 1, id: `${id}-from` }),
    moved(side + 1, 0, ...unitIcon(kernel.to, { icons, side: side - 1, id: `${id}-to` })),
  ];
}

/** A bent arrow to the next copy, or a straight one to the mean. */
function turning(x: number, y: number, next: boolean): Mark[] {
  const d = next ? `M${x + 5} ${y + 4}q9 -14 18 -2` : `M${x + 5} ${y}h17`;
  const tip = next ? `M${x + 25} ${y + 5}l-7 -2l5 -5z` : `M${x + 26} ${y}l-6 -4v8z`;
  return [
    mark("path", { d, fill: "none", stroke: "#888888", "stroke-width": 1.3 }),
    mark("path", { d: tip, fill: "#888888" }),
  ];
}
