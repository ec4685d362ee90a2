/** Weights in factors: a row for each, the channels it reads together as bars, and how units read them as tiles. */
import type { Image } from "../core/image.js";
import { formatUnit } from "../core/unit.js";
import type { Factor, Factors } from "../weights/factor.js";
import { type FigureOptions, frame } from "./frame.js";
import { unitGroup } from "./identity.js";
import { percent } from "./inputs.js";
import { type Figure, type Mark, mark, moved } from "./mark.js";
import { picture } from "./picture.js";
import { fitted, text } from "./text.js";
import { excitation, grey, inhibition } from "./theme.js";
import { tile } from "./tile.js";

/**
 * Options of `figure.factors`.
 *
 * @public
 */
export interface FactorsFigureOptions extends FigureOptions {
  /**
   * Channels named for each factor, the largest first.
   *
   * @defaultValue 6
   */
  readonly channels?: number | undefined;
  /**
   * Units drawn for each factor, those that read it most.
   *
   * @defaultValue 8
   */
  readonly units?: number | undefined;
  /** Pictures of units, by name. */
  readonly icons?: Readonly<Record<string, Image>> | undefined;
}

const side = 56;
const bar = { width: 118, height: 14 };

/**
 * The factors of a layer's weights; kernels of one factor are on one scale.
 *
 * @public
 */
export function factors(of: Factors, options: FactorsFigureOptions = {}): Figure {
  const { channels = 6, units = 8, icons = {} } = options;
  const title = `Weights of ${of.layer} in ${of.factors.length} factors`;
  const step = Math.max(side + 26, channels * (bar.height + 3)) + 40;
  const right = bar.width + 120;
  const count = Math.min(units, of.units.length);
  return frame(
    {
      title,
      facts: [`${of.settings.method.toUpperCase()}; together ${percent(of.explained)} of the sum of squares`],
      description: `${title} (${of.settings.method}): ${percent(of.explained)} of the sum of squares. ${of.factors.map((each, k) => describe(of, each, k)).join(" ")}`,
      width: right + count * (side + 14),
      height: of.factors.length * step,
      marks: of.factors.map((each, k) =>
        moved(
          0,
          12 + k * step,
          text(0, 0, `factor ${k + 1}: ${percent(each.share)}`, { size: 12, weight: 600 }),
          ...bars(of, each, { channels, icons, id: `factor-${k}` }),
          moved(right, 12, ...kernels(of, each, count)),
        ),
      ),
      legend: "weights",
    },
    options,
  );
}

function topChannels({ channels }: Factor, count: number): number[] {
  const order = Array.from(channels, (_, i) => i).sort((a, b) => Math.abs(channels[b]!) - Math.abs(channels[a]!));
  return order.slice(0, count).filter((i) => Math.abs(channels[i]!) > 1e-6);
}

function bars(
  { sources }: Factors,
  factor: Factor,
  { channels, icons, id }: { channels: number; icons: Readonly<Record<string, Image>>; id: string },
): Mark[] {
  const top = topChannels(factor, channels);
  const largest = Math.abs(factor.channels[top[0] ?? 0] ?? 1) || 1;
  return top.flatMap((i, row) => {
    const name = formatUnit(sources[i]!);
    const weight = factor.channels[i]!;
    const y = 12 + row * (bar.height + 3);
    const icon = icons[name];
    const shown = icon ? [moved(-2, y, ...picture(icon, bar.height, name, `${id}-${row}`))] : [];
    return [
      ...shown,
      mark("rect", {
        x: 16,
        y,
        width: Math.max(1, (bar.width * Math.abs(weight)) / largest),
        height: bar.height,
        fill: weight >= 0 ? excitation : inhibition,
        "fill-opacity": 0.7,
      }),
      unitGroup(sources[i]!, [text(bar.width + 22, y + 11, fitted(name, 92, 10.5), { size: 10.5, fill: grey })]),
    ];
  });
}

function kernels({ units, height, width }: Factors, { kernels: data }: Factor, count: number): Mark[] {
  const taps = height * width;
  const each = units.map((unit, u) => {
    const kernel = data.subarray(u * taps, (u + 1) * taps);
    return { unit, kernel, energy: Math.hypot(...kernel) };
  });
  const limit = each.reduce((most, { kernel }) => Math.max(most, ...kernel.map(Math.abs)), 0);
  return each
    .sort((a, b) => b.energy - a.energy)
    .slice(0, count)
    .map(({ unit, kernel }, i) =>
      moved(
        i * (side + 14),
        0,
        unitGroup(unit, [
          ...tile({ height, width, data: kernel }, side, limit),
          text(0, side + 13, `unit ${unit.channel}`, { size: 10.5, fill: grey }),
        ]),
      ),
    );
}

function describe({ sources }: Factors, factor: Factor, k: number): string {
  const names = topChannels(factor, 4).map((i) => `${formatUnit(sources[i]!)} ${factor.channels[i]!.toFixed(2)}`);
  return `Factor ${k + 1}, ${percent(factor.share)}: ${names.join(", ")}.`;
}
