/** Joint tuning curves: a plot per member of a family over a common axis, thin lines for photographs, a thick one for their mean. */
import { formatUnit } from "../core/unit.js";
import type { JointMember, JointTuning } from "../dataset/joint-tuning.js";
import { axisBelow } from "./axis.js";
import { short } from "./heat.js";
import { type Figure, faint, fitted, grey, type Mark, mark, moved, text } from "./mark.js";

/**
 * Options of `jointTuning`.
 *
 * @public
 */
export interface JointTuningFigureOptions {
  /**
   * Width of the plots in pixels.
   *
   * @defaultValue 560
   */
  readonly width?: number | undefined;
  /**
   * Height of each plot in pixels.
   *
   * @defaultValue 64
   */
  readonly height?: number | undefined;
}

const left = 150;

/**
 * The joint tuning curves of a family, each scaled by its own largest response. The axis runs from half a turn before the
 * first member's peak to half a turn after it.
 *
 * @public
 */
export function jointTuning(of: JointTuning, options: JointTuningFigureOptions = {}): Figure {
  const { width = 560, height = 64 } = options;
  const first = formatUnit(of.members[0]!.unit);
  const title = `Photographs of ${first}, turned`;
  const sentence = `${of.photographs} photographs turned through 360°, aligned at the peak of ${first}; thin: each, thick: their mean`;
  const bottom = 70 + of.members.length * (height + 10);
  const places = [-180, -90, 0, 90, 180].map((angle) => [left + (width * (angle + 180)) / 360, `${angle}°`] as const);
  return {
    width: left + width + 40,
    height: bottom + 44,
    title,
    description: `${title}. ${sentence}. ${of.members.map(describe).join(" ")}`,
    marks: [
      text(24, 30, title, { size: 16, weight: 600 }),
      text(24, 50, fitted(sentence, left + width, 12), { size: 12, fill: grey }),
      mark("line", { x1: left + width / 2, x2: left + width / 2, y1: 62, y2: bottom, stroke: faint }),
      ...of.members.map((member, i) =>
        moved(0, 66 + i * (height + 10), ...row(member, { width, height, hue: (360 * i) / of.members.length })),
      ),
      ...axisBelow({ y: bottom, from: left, to: left + width }, places),
    ],
  };
}

function row(
  { unit, curve, each }: JointMember,
  { width, height, hue }: { width: number; height: number; hue: number },
): Mark[] {
  const stroke = `hsl(${Math.round(hue)},70%,38%)`;
  const ownPeaks = each.map((values) => Math.max(...values)).sort((a, b) => a - b);
  // The thin lines are on the scale of the mean but for a few that are taller, which the plot's frame cuts.
  const limit = Math.max(curve.peak, ownPeaks[Math.floor(0.8 * ownPeaks.length)] ?? 0);
  const y = (value: number): number =>
    height - (limit > 0 ? Math.min(1, Math.max(0, value) / limit) : 0) * (height - 10);
  const shift = signed(curve.preferred);
  const peakX = left + (width * (shift + 180)) / 360;
  return [
    text(24, height - 22, fitted(formatUnit(unit), left - 34, 12, 600), { size: 12, weight: 600 }),
    text(24, height - 6, `${shift > 0 ? "+" : ""}${short(shift)}°, mean ${short(curve.peak)}`, {
      size: 10.5,
      fill: grey,
    }),
    ...each.map((values) => line(values, { width, y, stroke: "#bbbbbb", thick: 0.6 })),
    line(curve.responses, { width, y, stroke, thick: 2 }),
    mark("line", { x1: left, x2: left + width, y1: height, y2: height, stroke: "#888888", "stroke-width": 0.5 }),
    mark("path", { d: `M${Math.round(peakX * 10) / 10} 6l-4 -7h8z`, fill: stroke }),
  ];
}

/** A curve from −180° to 180°, its first value in the middle. */
function line(
  values: Float32Array,
  { width, y, stroke, thick }: { width: number; y: (value: number) => number; stroke: string; thick: number },
): Mark {
  const n = values.length;
  const points = Array.from({ length: n + 1 }, (_, i) => {
    const value = values[(i + Math.ceil(n / 2)) % n]!;
    return `${Math.round((left + (width * i) / n) * 10) / 10} ${Math.round(y(value) * 10) / 10}`;
  });
  return mark("path", {
    d: `M${points.join("L")}`,
    fill: "none",
    stroke,
    "stroke-width": thick,
    "stroke-linejoin": "round",
  });
}

/** An angle as −180…180. */
function signed(angle: number): number {
  return angle > 180 ? angle - 360 : angle;
}

function describe({ unit, curve }: JointMember): string {
  return `${formatUnit(unit)} peaks at ${short(signed(curve.preferred))}°, half-width ${curve.halfWidth.toFixed(0)}°, mean response ${short(curve.peak)}.`;
}
