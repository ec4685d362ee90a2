/**
 * Slicing: from a layer's `[height, width, in, out]` weights, the filter of one unit (all its inputs), and of that filter
 * the `height × width` kernel of one input.
 */
import { checkOptions, type OptionSchemas, optionsSchema } from "../core/check.js";
import { LensError } from "../core/errors.js";
import type { Kernel } from "../core/kernel.js";
import { formatUnit, type Unit, type UnitLike } from "../core/unit.js";
import { checkNetwork, type Network, resolveUnit } from "../network/network.js";
import { type Merged, mergedOf, producerOf, type Source } from "../network/sources.js";
import { channelWeights } from "./channel-weights.js";
import { composedWeights } from "./expanded-weights.js";
import { type LayerWeights, unitWeights, type WeightsChoice, weightsSchema } from "./layer-weights.js";

/**
 * The multi-channel filter of one unit: a kernel for each channel it reads, and the bias.
 *
 * @public
 */
export interface Filter {
  /** The unit. */
  readonly unit: Unit;
  /** Rows of each kernel. */
  readonly height: number;
  /** Columns of each kernel. */
  readonly width: number;
  /** Where each channel comes from, in the order of `data`. */
  readonly sources: readonly Source[];
  /** `[height, width, channels]` weights, the channel fastest, as the model stores them. */
  readonly data: Float32Array;
  /** Added to the sum. */
  readonly bias: number;
  /** Name of the batch norm whose scale and shift are taken in; `null` where none is. */
  readonly norm: string | null;
}

/**
 * The kernel between two units. Where their layers are not neighbours it is an expanded weight, and `expanded` says how it
 * was found: `"exact"`, or what was put in the place of what on the way, and how far ways of both signs cancel, 0…1.
 *
 * @public
 */
export interface ExpandedKernel extends Kernel {
  /** Absent where the kernel is weights of one layer. */
  readonly expanded?: { readonly status: string; readonly cancellation: number } | undefined;
}

/**
 * Options of `slice`.
 *
 * @public
 */
export interface SliceOptions {
  /**
   * With the batch norm that follows multiplied in, as the network uses them, or as the model file has them.
   *
   * @defaultValue "folded"
   */
  readonly weights?: WeightsChoice | undefined;
}

const sliceOptions = optionsSchema<OptionSchemas<SliceOptions>>({ weights: weightsSchema });

/**
 * The filter of one unit.
 *
 * @throws LensError `unknown-layer`, `bad-unit`, or `unsupported` where the layer has no weights.
 * @public
 */
export function slice(net: Network, to: UnitLike | string, options?: SliceOptions): Filter;
/**
 * The kernel from one unit to another, `[height, width]`.
 *
 * `from` is the unit that makes the channel, also through pooling, batch norm, activation, padding, dropout and
 * concatenation; naming one of those layers in between works too. Between layers that are not neighbours the kernel is an
 * expanded weight, through bottlenecks with their rectifiers let through.
 *
 * @throws LensError `unknown-layer`, `bad-unit`, or `unsupported` where `from` does not feed `to`.
 * @public
 */
export function slice(
  net: Network,
  to: UnitLike | string,
  from: UnitLike | string,
  options?: SliceOptions,
): ExpandedKernel;
export function slice(
  net: Network,
  to: UnitLike | string,
  second?: UnitLike | string | SliceOptions,
  third: SliceOptions = {},
): Filter | ExpandedKernel {
  checkNetwork(net);
  if (second === null) throw new LensError("bad-unit", "from is a unit, or options of slice; got null");
  const whole = second === undefined || (typeof second === "object" && !("layer" in second));
  checkOptions(sliceOptions, whole ? second : third);
  const { weights = "folded" } = whole ? ((second as SliceOptions | undefined) ?? {}) : third;
  const unit = resolveUnit(net, to);
  if (!whole) {
    const from = resolveUnit(net, second as UnitLike);
    try {
      return directKernel(net, unit, from, weights);
    } catch (error) {
      if (!(error instanceof LensError) || error.code !== "unsupported" || weights === "stored") throw error;
      return expandedKernelFrom(net, unit, from, error);
    }
  }
  const { weights: reader, channel } = unitWeights(net, unit, weights);
  return filterOf(reader, { layer: reader.layer, channel });
}

/**
 * The kernel from one unit to another that reads it with weights of its own.
 *
 * @throws LensError `unsupported` where it does not.
 */
export function directKernel(net: Network, to: Unit, from: Unit, choice: WeightsChoice = "folded"): Kernel {
  const merged = mergedOf(net, to);
  if (merged) return termFrom(net, merged, from);
  const { weights, channel } = unitWeights(net, to, choice);
  return kernelFrom(net, weights, { layer: weights.layer, channel }, from);
}

/** The expanded kernel between units of layers that are not neighbours; where there is none, what was wrong before. */
function expandedKernelFrom(net: Network, unit: Unit, from: Unit, refused: LensError): ExpandedKernel {
  try {
    const weights = composedWeights(net, unit, from.layer);
    const { to, height, width, status, cancellation } = weights;
    const data = channelWeights(weights, from.channel);
    return { from, to, height, width, data, expanded: { status, cancellation: cancellation[from.channel]! } };
  } catch {
    throw refused;
  }
}

function filterOf(reader: LayerWeights, { channel }: Unit): Filter {
  const { height, width } = reader;
  const [first, end] = reader.range(channel);
  const channels = end - first;
  const data = new Float32Array(height * width * channels);
  for (let i = 0; i < channels; i++) {
    reader.kernel(channel, first + i).forEach((w, tap) => {
      data[tap * channels + i] = w;
    });
  }
  const sources = reader.sources.slice(first, end);
  return {
    unit: { layer: reader.layer, channel },
    height,
    width,
    sources,
    data,
    bias: reader.bias(channel),
    norm: reader.norm,
  };
}

function kernelFrom(net: Network, reader: LayerWeights, to: Unit, from: Unit): Kernel {
  const [first, end] = reader.range(to.channel);
  for (let i = first; i < end; i++) {
    const source = reader.sources[i]!;
    if (!feeds(net, source, from)) continue;
    const { height, width } = reader;
    return {
      from: source.unit,
      to: { layer: reader.layer, channel: to.channel },
      height,
      width,
      data: reader.kernel(to.channel, i),
    };
  }
  const layers = [...new Set(reader.sources.slice(first, end).map((s) => s.unit.layer))];
  throw new LensError(
    "unsupported",
    `"${formatUnit(from)}" does not feed "${formatUnit(to)}"; its inputs are units of ${layers.join(", ")}`,
  );
}

/** The weight of a term of a sum. */
function termFrom(net: Network, { by, unit: to, terms }: Merged, from: Unit): Kernel {
  const term = terms.find(({ source }) => feeds(net, source, from));
  if (by === "sum" && term)
    return { from: term.source.unit, to, height: 1, width: 1, data: Float32Array.of(term.count) };
  const names = terms.map(({ source }) => formatUnit(source.unit)).join(" and ");
  throw new LensError(
    "unsupported",
    term
      ? `"${formatUnit(to)}" is the product of ${names}, in which neither has weights`
      : `"${formatUnit(from)}" does not feed "${formatUnit(to)}"; its terms are ${names}`,
  );
}

/** Whether a source is the unit meant, by its own name or by that of a layer passed on the way that keeps its index. */
function feeds(net: Network, source: Source, { layer, channel }: Unit): boolean {
  if (source.unit.layer === layer) return source.unit.channel === channel;
  if (!source.via.includes(layer)) return false;
  return formatUnit(producerOf(net, { layer, channel }).unit) === formatUnit(source.unit);
}
