/** Joint tuning curves: a plot per member of a family over a common axis, thin lines for photographs, a thick one for their mean. */
import { formatUnit } from "../core/unit.js";
import type { JointMember, JointTuning } from "../dataset/joint-tuning.js";
import { axisBelow } from "./axis.js";
import { type FigureOptions, frame, margin } from "./frame.js";
import { short } from "./heat.js";
import { unitGroup } from "./identity.js";
import { type Figure, type Mark, mark, moved } from "./mark.js";
import { fitted, text } from "./text.js";
import { faint, grey, line } from "./theme.js";
import { negativeFact } from "./tuning.js";

/**
 * Options of `figure.jointTuning`.
 *
 * @public
 */
export interface JointTuningFigureOptions extends FigureOptions {
  /**
   * Height of each plot in pixels.
   *
   * @defaultValue 64
   */
  readonly height?: number | undefined;
}

const left = 126;

/**
 * The joint tuning curves of a family, each scaled by its own largest response. The axis runs from half a turn before the
 * first member's peak to half a turn after it.
 *
 * @public
 */
export function jointTuning(of: JointTuning, options: JointTuningFigureOptions = {}): Figure {
  const { height = 64 } = options;
  const width = Math.max(160, (options.width ?? 750) - left - 2 * margin - 16);
  const first = formatUnit(of.members[0]!.unit);
  const title = `Photographs of ${first}, turned`;
  const sentence = `${of.photographs} photographs turned through 360°, aligned at the peak of ${first}; thin: each, thick: their mean`;
  const bottom = 8 + of.members.length * (height + 10);
  const places = [-180, -90, 0, 90, 180].map((angle) => [left + (width * (angle + 180)) / 360, `${angle}°`] as const);
  return frame(
    {
      title,
      facts: [sentence, ...negativeFact(of.members.map(({ curve }) => curve))],
      description: `${title}. ${sentence}. ${of.members.map(describe).join(" ")}`,
      width: left + width + 16,
      height: bottom + 20,
      marks: [
        mark("line", { x1: left + width / 2, x2: left + width / 2, y1: 0, y2: bottom, stroke: faint }),
        ...of.members.map((member, i) =>
          moved(0, 4 + i * (height + 10), ...row(member, { width, height, hue: (360 * i) / of.members.length })),
        ),
        ...axisBelow({ y: bottom, from: left, to: left + width }, places),
      ],
    },
    { ...options, width: undefined },
  );
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
    unitGroup(unit, [text(0, height - 22, fitted(formatUnit(unit), left - 10, 12), { size: 12, weight: 600 })]),
    text(0, height - 6, `${shift > 0 ? "+" : ""}${short(shift)}°, mean ${short(curve.peak)}`, {
      size: 10.5,
      fill: grey,
    }),
    ...each.map((values) => curveMark(values, { width, y, stroke: faint, thick: 0.8 })),
    curveMark(curve.responses, { width, y, stroke, thick: 2 }),
    mark("line", { x1: left, x2: left + width, y1: height, y2: height, stroke: line, "stroke-width": 0.5 }),
    mark("path", { d: `M${Math.round(peakX * 10) / 10} 6l-4 -7h8z`, fill: stroke }),
  ];
}

/** A curve from −180° to 180°, its first value in the middle. */
function curveMark(
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
