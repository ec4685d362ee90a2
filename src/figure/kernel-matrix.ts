/**
 * All kernels between two families: what is read on top, what reads on the left, both in the order of their elements. Where the
 * weights turn together, each diagonal is one kernel turning. Below, the un-rotated row: the one kernel that each diagonal
 * stands for, taken back to the template's place.
 */
import { type Kernel, largestOf } from "../core/kernel.js";
import { formatUnit, type Unit } from "../core/unit.js";
import type { Motif } from "../equivariance/motif.js";
import { type FigureOptions, frame } from "./frame.js";
import { kernelGroup } from "./identity.js";
import { type Figure, type Mark, moved } from "./mark.js";
import { backwards, isStill } from "./motif-copies.js";
import { fitted, text } from "./text.js";
import { grey } from "./theme.js";
import { describeKernel, tile } from "./tile.js";
import { type Icons, namedIcon, unitIcon } from "./unit-icon.js";

/**
 * Options of `figure.kernelMatrix`.
 *
 * @public
 */
export interface KernelMatrixFigureOptions extends FigureOptions {
  /**
   * Pictures of units, by name: what each looks for.
   *
   * @defaultValue none: the names alone
   */
  readonly icons?: Icons | undefined;
  /**
   * Side of a kernel in pixels.
   *
   * @defaultValue 44
   */
  readonly side?: number | undefined;
}

const gap = 6;

/**
 * The kernel matrix of a motif, in the order of angles, with its un-rotated row. All kernels share one scale.
 *
 * @param kernels - Those between the two families, as `motifKernels` gives them.
 * @public
 */
export function kernelMatrix(of: Motif, kernels: readonly Kernel[], options: KernelMatrixFigureOptions = {}): Figure {
  const { icons = {}, side = 44 } = options;
  const step = side + gap;
  const [sources, targets] = [of.source.members, of.target.members];
  const find = (from: Unit, to: Unit): Kernel | undefined =>
    kernels.find((k) => formatUnit(k.from) === formatUnit(from) && formatUnit(k.to) === formatUnit(to));
  const placeOf = (unit: Unit | null): number =>
    sources.findIndex((m) => unit && formatUnit(m.unit) === formatUnit(unit));
  const limit = Math.max(...kernels.map(({ data }) => largestOf(data)), 0);
  const left = 56 + step;
  const top = 36 + step;
  // Invariant inputs are all at one place, so their kernels are told apart by unit.
  const still = isStill(of.source);
  const whole = isStill(of.target);
  const row = [...of.kernels].sort((a, b) => a.relative - b.relative || placeOf(a.unit) - placeOf(b.unit));
  const bottom = top + targets.length * step + 34;
  const title = `${of.target.layer} reads ${of.source.layer}: ${of.kind}`;
  const facts = `${of.group}; ${(100 * of.score).toFixed(0)} % of the energy turns together, ${(100 * of.nullScore).toFixed(0)} % by chance, p ${of.pValue.toPrecision(2)}`;
  const label = (x: number, y: number, words: string, anchor: "middle" | "end"): Mark =>
    text(x, y, fitted(words, anchor === "end" ? 52 : step + 4, 10), { size: 10, fill: grey, anchor });
  return frame(
    {
      title,
      facts: [facts],
      description: `${title}. ${facts}. ${row.map((k) => `From ${k.label}: ${describeKernel(k)}`).join(" ")}`,
      width: left + Math.max(sources.length, row.length) * step,
      height: bottom + side + 20,
      least: 512,
      marks: [
        ...sources.flatMap((member, s) => [
          label(left + s * step + side / 2, 12, still ? "" : member.label, "middle"),
          moved(left + s * step, 20, ...namedIcon(member.unit, { icons, side, id: `from-${s}` })),
        ]),
        ...targets.flatMap((member, t) => [
          label(
            50,
            top + t * step + side / 2 + (nameBeside(member.unit, icons) ? -2 : 4),
            whole ? "" : member.label,
            "end",
          ),
          label(50, top + t * step + side / 2 + 11, nameBeside(member.unit, icons), "end"),
          moved(56, top + t * step, ...unitIcon(member.unit, { icons, side, id: `to-${t}` })),
          ...sources.flatMap(({ unit }, s) => {
            const kernel = find(unit, member.unit);
            return kernel
              ? [moved(left + s * step, top + t * step, kernelGroup(kernel, tile(kernel, side, limit)))]
              : [];
          }),
        ]),
        text(left - gap, bottom + side / 2 + 4, backwards(of.group), { size: 11, fill: grey, anchor: "end" }),
        ...row.flatMap((kernel, i) => [
          moved(left + i * step, bottom, ...tile(kernel, side, limit)),
          label(
            left + i * step + side / 2,
            bottom + side + 14,
            still ? `:${kernel.unit?.channel}` : whole ? "" : kernel.label,
            "middle",
          ),
        ]),
      ],
      legend: "weights",
    },
    options,
  );
}

/** A picture does not say whose it is. */
function nameBeside(unit: Unit, icons: Icons): string {
  return icons[formatUnit(unit)] ? `:${unit.channel}` : "";
}
