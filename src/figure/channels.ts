/** What every unit of a layer answers to one image: a grid of maps, the first thing to look at in a network. */
import { createImage, type Image } from "../core/image.js";
import { parseUnit } from "../core/unit.js";
import type { ActivationMap } from "../dataset/activations.js";
import { type FigureOptions, frame } from "./frame.js";
import { type HeatScale, heatScale, short } from "./heat.js";
import { unitGroup } from "./identity.js";
import { type Figure, type Mark, moved } from "./mark.js";
import { framed } from "./picture.js";
import { fitted, text } from "./text.js";
import { grey } from "./theme.js";

/**
 * Options of `figure.channels`.
 *
 * @public
 */
export interface ChannelsFigureOptions extends FigureOptions {
  /**
   * Maps in a row.
   *
   * @defaultValue 8
   */
  readonly columns?: number | undefined;
  /**
   * How many maps are drawn.
   *
   * @defaultValue 64
   */
  readonly count?: number | undefined;
  /**
   * `"strength"` puts the map of the largest value first, `"channel"` keeps the order given.
   *
   * @defaultValue "channel"
   */
  readonly order?: "strength" | "channel" | undefined;
  /**
   * The value drawn in full red: one for all, or `"own"` for each map's own largest.
   *
   * @defaultValue the largest of all maps drawn
   */
  readonly limit?: number | "own" | undefined;
  /**
   * Longer side of a map in pixels.
   *
   * @defaultValue 96
   */
  readonly size?: number | undefined;
}

const gap = 12;
const label = 32;

/**
 * The maps of a layer for one image, which is drawn beside the title.
 *
 * @public
 */
export function channels(image: Image, maps: readonly ActivationMap[], options: ChannelsFigureOptions = {}): Figure {
  const { columns = 8, count = 64, order = "channel", size = 96 } = options;
  const withPeak = maps.map((map) => ({
    map,
    peak: map.data.reduce((most, v) => Math.max(most, v), Number.NEGATIVE_INFINITY),
  }));
  const sorted = order === "strength" ? withPeak.toSorted((a, b) => b.peak - a.peak) : withPeak;
  const shown = sorted.slice(0, count);
  const isOwn = options.limit === "own";
  const all = heatScale(
    valuesOf(shown.map(({ map }) => map)),
    isOwn ? { words: "own largest" } : { limit: options.limit as number },
  );
  const isSigned = shown.some(({ map }) => map.data.some((v) => v < 0));
  const scaleOf = ({ data }: ActivationMap): Pick<HeatScale, "color"> =>
    isOwn ? heatScale(data, { signed: isSigned }) : all;
  const layer = maps[0]?.layer ?? "no layer";
  const silent = withPeak.filter(({ peak }) => peak <= 0).length;
  const title = `${layer} on one image`;
  const sentence = `${shown.length} of ${maps.length} units${order === "strength" ? ", strongest first" : ""}; ${silent} of ${maps.length} ${isSigned ? "nowhere above 0" : "silent everywhere"}`;
  const top = 116;
  const perRow = Math.min(columns, Math.max(1, shown.length));
  const rows = Math.ceil(shown.length / columns);
  const cells = shown.flatMap(({ map, peak }, i) => [
    moved(
      (i % columns) * (size + gap),
      top + Math.floor(i / columns) * (size + label),
      ...cell(map, { size, peak, scale: scaleOf(map) }),
    ),
  ]);
  const side = 104 / Math.max(image.height, image.width);
  const { bar } = all;
  return frame(
    {
      title,
      facts: [sentence, ...(all.note === null ? [] : [all.note])],
      description: `${title}. ${sentence}. ${shown.map(({ map, peak }) => `${map.of} reaches ${short(peak)}.`).join(" ")}`,
      width: perRow * (size + gap) - gap,
      height: top + rows * (size + label) - 12,
      least: 420,
      marks: [
        ...framed(image, { height: image.height * side, width: image.width * side }, "the image"),
        moved(image.width * side + 20, image.height * side - bar.height, ...bar.marks),
        ...cells,
      ],
    },
    options,
  );
}

function* valuesOf(maps: readonly ActivationMap[]): Generator<number> {
  for (const { data } of maps) yield* data;
}

function cell(
  map: ActivationMap,
  { size, peak, scale: colors }: { size: number; peak: number; scale: Pick<HeatScale, "color"> },
): Mark[] {
  const scale = size / Math.max(map.height, map.width);
  const box = { height: map.height * scale, width: map.width * scale };
  const channel = map.of.slice(map.of.lastIndexOf(":"));
  const marks = [
    ...framed(colored(map, colors), { ...box, pixelated: true }, `${map.of}, largest value ${short(peak)}`),
    text(0, box.height + 15, fitted(channel, size / 2, 11), { size: 11, weight: 600 }),
    text(size, box.height + 15, peak === 0 ? "silent" : short(peak), { size: 11, fill: grey, anchor: "end" }),
  ];
  return /:\d+$/.test(map.of) ? [unitGroup(parseUnit(map.of), marks)] : marks;
}

/** A map in the colours of activations, a pixel per position. */
function colored({ height, width, data }: ActivationMap, { color }: Pick<HeatScale, "color">): Image {
  return createImage(height, width, 3, Float32Array.from([...data].flatMap(color)));
}
