/**
 * The distribution of a unit's activations on a log scale. Statistics count values in bins whose width grows with the value;
 * here they are drawn in bins of one width, each of those bins shared out among the drawn ones by overlap.
 */

import { ticks } from "d3-array";
import { formatUnit } from "../core/unit.js";
import type { UnitStatistics } from "../dataset/unit-statistics.js";
import { axisBelow, axisLeft } from "./axis.js";
import { type FigureOptions, frame, margin } from "./frame.js";
import { short } from "./heat.js";
import { type Figure, mark, moved } from "./mark.js";
import { text } from "./text.js";
import { excitation, grey } from "./theme.js";

/**
 * Options of `figure.histogram`.
 *
 * @public
 */
export interface HistogramFigureOptions extends FigureOptions {
  /**
   * Bars.
   *
   * @defaultValue 60
   */
  readonly bins?: number | undefined;
  /**
   * Height of the plot in pixels.
   *
   * @defaultValue 220
   */
  readonly height?: number | undefined;
}

/** Room for the counts. */
const left = 52;

/**
 * The histogram of a unit's activations over a dataset, its counts on a log scale.
 *
 * @public
 */
export function histogram(of: UnitStatistics, options: HistogramFigureOptions = {}): Figure {
  const { bins = 60, height = 220 } = options;
  const width = Math.max(120, (options.width ?? 592) - left - 2 * margin);
  const low = Math.min(0, of.smallest);
  const high = of.largest > low ? of.largest : low + 1;
  const counts = binned(of, { low, high, bins });
  const top = Math.ceil(Math.log10(Math.max(10, ...counts)));
  const x = (value: number): number => (width * (value - low)) / (high - low);
  // A count of 1 is a tenth of a decade above the axis, so that it is seen.
  const y = (count: number): number => height - (height * (Math.log10(count) + 0.1)) / (top + 0.1);
  const title = `Activations of ${formatUnit(of.unit)}`;
  const deviation = Math.sqrt(of.variance);
  const sentence = `${of.count.toLocaleString("en")} values, ${(100 * of.firingRate).toFixed(2)} % above 0, mean ${short(of.mean)}, standard deviation ${short(deviation)}, largest ${short(of.largest)}`;
  const decades = Array.from({ length: top + 1 }, (_, i) => [y(10 ** i), (10 ** i).toLocaleString("en")] as const);
  const bars = counts.flatMap((count, i) => {
    // What overlap leaves below one value is nothing to be seen.
    if (count < 0.5) return [];
    const at = y(Math.max(1, count));
    const side = { x: (i * width) / bins + 0.5, width: width / bins - 1 };
    return [mark("rect", { ...side, y: at, height: height - at, fill: "#4c78a8" })];
  });
  return frame(
    {
      title,
      facts: [sentence],
      description: `${title}: ${sentence}.`,
      width: left + width,
      height: height + 36,
      marks: [
        moved(
          left,
          0,
          ...axisLeft({ x: 0, to: width }, decades),
          ...bars,
          ...axisBelow(
            { y: height, from: 0, to: width },
            ticks(low, high, 6).map((value) => [x(value), short(value)]),
          ),
          mark("line", {
            x1: x(of.mean),
            x2: x(of.mean),
            y1: 0,
            y2: height,
            stroke: excitation,
            "stroke-dasharray": "3 3",
          }),
          text(x(of.mean) + 5, 11, "mean", { size: 10.5, fill: excitation }),
          text(width / 2, height + 34, "activation", { size: 11, fill: grey, anchor: "middle" }),
        ),
      ],
    },
    { ...options, width: undefined },
  );
}

function binned(
  { histogram: bins }: UnitStatistics,
  { low, high, bins: count }: { low: number; high: number; bins: number },
): number[] {
  const counts = new Array<number>(count).fill(0);
  const place = (value: number): number => (count * (value - low)) / (high - low);
  for (const bin of bins) {
    // The outermost bins may reach a little beyond the outermost values.
    const from = Math.min(count, Math.max(0, place(bin.from)));
    const to = Math.min(count, Math.max(0, place(bin.to)));
    const last = Math.min(count - 1, Math.floor(to));
    if (to - from < 1e-9) counts[Math.min(count - 1, Math.floor(from))]! += bin.count;
    else {
      for (let i = Math.floor(from); i <= last; i++) {
        counts[i]! += (bin.count * Math.max(0, Math.min(to, i + 1) - Math.max(from, i))) / (to - from);
      }
    }
  }
  return counts;
}
