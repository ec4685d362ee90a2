/** Expanded weights: a tile for each channel that the unit hears of, strongest first, those that excite above those that inhibit. */
import { type Expanded, expandedKernel } from "../circuit/expanded.js";
import type { Image } from "../core/image.js";
import { largestOf, signOf } from "../core/kernel.js";
import { formatUnit } from "../core/unit.js";
import { type FigureOptions, frame } from "./frame.js";
import { kernelGroup, unitGroup } from "./identity.js";
import { percent } from "./inputs.js";
import { type Figure, type Mark, moved } from "./mark.js";
import { picture } from "./picture.js";
import { text } from "./text.js";
import { grey } from "./theme.js";
import { tile } from "./tile.js";

/**
 * Options of `figure.expanded`.
 *
 * @public
 */
export interface ExpandedFigureOptions extends FigureOptions {
  /**
   * Most channels in each of the two rows.
   *
   * @defaultValue 8
   */
  readonly count?: number | undefined;
  /** Pictures of units, by name. */
  readonly icons?: Readonly<Record<string, Image>> | undefined;
  /**
   * Side of a tile, in pixels.
   *
   * @defaultValue 96
   */
  readonly side?: number | undefined;
}

/**
 * The strongest expanded kernels of a unit, all on one scale, with what of each channel's ways cancels.
 *
 * @public
 */
export function expanded(of: Expanded, options: ExpandedFigureOptions = {}): Figure {
  const { count = 8, icons = {}, side = 96 } = options;
  const all = Array.from({ length: of.channels }, (_, channel) => {
    const kernel = expandedKernel(of, channel);
    return { channel, kernel, sign: signOf(kernel.data), energy: Math.hypot(...kernel.data) };
  }).sort((a, b) => b.energy - a.energy);
  const limit = Math.max(...all.map(({ kernel }) => largestOf(kernel.data)));
  const rows = (["excitatory", "inhibitory"] as const)
    .map((sign) => ({ sign, list: all.filter((each) => each.sign === sign && each.energy > 0).slice(0, count) }))
    .filter(({ list }) => list.length > 0);
  const iconSide = Object.keys(icons).length > 0 ? Math.round(side / 2) : 0;
  const step = { x: side + 20, y: side + iconSide + 56 };
  const title = `${formatUnit(of.to)} over ${of.layer}`;
  const cells = rows.flatMap(({ sign, list }, r) => [
    text(0, 12 + r * step.y, sign, { size: 12, fill: grey }),
    ...list.map(({ channel, kernel }, i) =>
      moved(i * step.x, 20 + r * step.y, ...cell({ of, channel, kernel, limit, side, icons, iconSide })),
    ),
  ]);
  return frame(
    {
      title,
      facts: [of.status],
      description: `${title}: ${of.height} × ${of.width} weights, ${of.status}. ${rows
        .flatMap(({ list }) => list)
        .map((each) => `Channel ${each.channel} is ${each.sign}, L2 ${each.energy.toFixed(4)}.`)
        .join(" ")}`,
      width: Math.max(3, ...rows.map(({ list }) => list.length)) * step.x - 20,
      height: rows.length * step.y,
      marks: cells,
      legend: "weights",
    },
    options,
  );
}

interface Cell {
  readonly of: Expanded;
  readonly channel: number;
  readonly kernel: ReturnType<typeof expandedKernel>;
  readonly limit: number;
  readonly side: number;
  readonly icons: Readonly<Record<string, Image>>;
  readonly iconSide: number;
}

function cell({ of, channel, kernel, limit, side, icons, iconSide }: Cell): Mark[] {
  const name = `${of.layer}:${channel}`;
  const icon = icons[name];
  return [
    ...(icon ? [unitGroup(kernel.from, picture(icon, iconSide, `what ${name} looks for`, `expanded-${channel}`))] : []),
    moved(0, iconSide + (iconSide > 0 ? 6 : 0), kernelGroup(kernel, tile(kernel, side, limit))),
    text(0, side + iconSide + 20, `channel ${channel}`, { size: 11, weight: 600 }),
    text(0, side + iconSide + 34, `${percent(of.cancellation[channel]!, 0)} cancels`, { size: 10.5, fill: grey }),
  ];
}
