/** How large a picture is: a number of pixels, or as much as the unit at the centre of a layer's map sees. */
import { isLensError, LensError } from "../core/errors.js";
import { shown, wholeNumber } from "../core/numbers.js";
import { channelsOf } from "../core/shape.js";
import { compile } from "../engine/plan.js";
import { opsAt } from "../network/at-size.js";
import type { Network } from "../network/network.js";
import type { Span } from "../network/ops/field.js";
import { receptiveFields } from "../network/receptive-field.js";
import { targetsOf } from "./evaluate.js";
import { fittingSize, type Size } from "./fitting-size.js";
import type { Objective } from "./objective/objective.js";
import type { Canvas } from "./param/param.js";
import type { AscentSettings } from "./preset.js";

/**
 * The canvas of an ascent; `"auto"` is that of `sizeSeen` for the layers that the objective looks at.
 *
 * @throws LensError `bad-argument` for sizes that are none, or where `"auto"` has no layer to go by.
 */
export function canvasOf(
  net: Network,
  objective: Objective,
  { size, count = 1 }: Pick<AscentSettings, "size"> & { readonly count?: number | undefined },
): Canvas {
  const [height, width] = sizeOf(net, objective, size);
  return { count: wholeNumber("count", count, 1), height, width, channels: channelsOf(net.input.shape) };
}

/** Height and width of the pictures of an objective. */
export function sizeOf(net: Network, objective: Objective, size: AscentSettings["size"]): Size {
  if (size === "auto") return automatic(net, objective);
  const pair = typeof size === "number" ? [size, size] : size;
  if (!Array.isArray(pair) || pair.length !== 2) {
    throw new LensError(
      "bad-argument",
      `size is a number of pixels, a pair [height, width] or "auto"; got ${shown(size)}`,
    );
  }
  return [wholeNumber("size", pair[0], 1), wholeNumber("size", pair[1], 1)];
}

/** The size of a picture, and whether the caller asked for it or a preset has it. */
export interface CanvasChoice {
  readonly size: AscentSettings["size"];
  readonly asked: boolean;
}

/** The size of the pictures of an objective: the one asked for, or the preset's brought to one at which the network runs. */
export function sizeFor(net: Network, objective: Objective, { size, asked }: CanvasChoice): Size {
  const wanted = sizeOf(net, objective, size);
  return asked ? wanted : runnableSize(net, objective, wanted);
}

/**
 * A size that nobody asked for, brought to the nearest one at which the network runs: a head of dense layers reads one size
 * only, and skip connections join maps at some sizes only.
 */
export function runnableSize(net: Network, objective: Objective, size: Size): Size {
  const targets = targetsOf(objective);
  if (targets.length === 0) return size;
  const key = JSON.stringify([size, targets]);
  const known = runnable.get(net) ?? new Map<string, Size>();
  runnable.set(net, known);
  const found = known.get(key) ?? fittingSize(compile(net, targets), size, net.input);
  known.set(key, found);
  return found;
}
const runnable = new WeakMap<Network, Map<string, Size>>();

function automatic(net: Network, objective: Objective): Size {
  const layers = [...new Set(objective.terms.flatMap(({ of }) => (of === "image" ? [] : [of.layer])))];
  const size = layers.length > 0 ? sizeSeen(net, layers) : null;
  if (size) return runnableSize(net, objective, size);
  throw new LensError(
    "bad-argument",
    `size "auto" is what a layer sees, and ${layers.length === 0 ? "this objective looks at no layer" : "that is not known here"}; give a number of pixels`,
  );
}

/**
 * The largest receptive field, in pixels, of the layers that an objective looks at; infinite where it is not known, or where
 * there is no layer. With a canvas of `"auto"`, which holds the field and no more, it is 0: a motion would push a part of
 * the field out of the picture.
 */
export function fieldOf(net: Network, { terms }: Objective, { size }: Pick<CanvasChoice, "size">): number {
  const fields = terms.flatMap(({ of }) => (of === "image" ? [] : [net.layer(of.layer).receptiveField]));
  if (fields.length === 0 || fields.some((field) => !field || field.whole)) return Number.POSITIVE_INFINITY;
  if (size === "auto") return 0;
  return Math.max(...fields.flatMap((field) => [field!.rows.size, field!.columns.size]));
}

/**
 * The smallest size at which the unit at the centre of each layer's map, row ⌊height / 2⌋ and column ⌊width / 2⌋, sees nothing
 * beyond the border: often a few pixels more than its receptive field, since units stand a stride apart. At most the network's own
 * image, and that where a layer sees all of it; `null` where the field of a layer is not known.
 */
export function sizeSeen(net: Network, layers: readonly string[]): Size | null {
  const fields = layers.map((layer) => net.layer(layer).receptiveField);
  if (fields.includes(null)) return null;
  const [rows = 224, columns = 224] = net.input.shape.map((n) => n ?? 224);
  const most: Size = [rows, columns];
  if (fields.some((field) => field!.whole)) return most;
  const least = (axis: "rows" | "columns"): number => Math.ceil(Math.max(...fields.map((field) => field![axis].size)));
  let size: Size = [Math.min(least("rows"), rows), Math.min(least("columns"), columns)];
  for (;;) {
    const cut = cutAt(net, layers, size);
    const next: Size = [size[0] + Number(cut[0] && size[0] < rows), size[1] + Number(cut[1] && size[1] < columns)];
    if (next[0] === size[0] && next[1] === size[1]) return size;
    size = next;
  }
}

/**
 * Whether, along rows and along columns, the field of a centre reaches beyond the border. A size at which the network does not
 * run counts as cut.
 */
function cutAt(net: Network, layers: readonly string[], size: Size): readonly [boolean, boolean] {
  const centres = centresAt(net, layers, size);
  if (!centres) return [true, true];
  const isCut = ({ start, stride, size: seen }: Span, map: number, n: number): boolean => {
    const first = start + Math.floor(map / 2) * stride;
    return first < 0 || first + seen > n;
  };
  return [
    centres.some(({ field, map }) => isCut(field.rows, map[0]!, size[0])),
    centres.some(({ field, map }) => isCut(field.columns, map[1]!, size[1])),
  ];
}

function centresAt(net: Network, layers: readonly string[], size: Size) {
  try {
    return layers.map((layer) => {
      const ops = opsAt(net, layer, size);
      const { name, output } = ops.at(-1)!;
      return { field: receptiveFields(ops).get(name)!, map: output };
    });
  } catch (error) {
    if (isLensError(error) && error.code === "bad-size") return null;
    throw error;
  }
}
