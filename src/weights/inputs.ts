/**
 * The strongest inputs of a unit, and the strongest users of it: the same ranking of kernels, once with the reader fixed,
 * once with the unit read fixed. A kernel's share is its part of the total strength, so that "the six strongest" has a
 * denominator.
 */
import { optional, string } from "valibot";
import { checkOptions, type OptionSchemas, optionsSchema, wholeSchema } from "../core/check.js";
import { LensError } from "../core/errors.js";
import { type Kernel, positiveShareOf, type Sign, signOf } from "../core/kernel.js";
import { channelsOf } from "../core/shape.js";
import { formatUnit, type Unit, type UnitLike } from "../core/unit.js";
import { type Network, outputOp, resolveUnit } from "../network/network.js";
import { canTrace, type Merged, mergedOf, mergesOf, producerOf } from "../network/sources.js";
import { isWeighted } from "../network/weighted-op.js";
import { channelWeights } from "./channel-weights.js";
import { type ComposedWeights, composedWeights, composer } from "./expanded-weights.js";
import { type LayerWeights, layerWeights, unitWeights, type WeightsChoice, weightsSchema } from "./layer-weights.js";
import { moduleInput, type ReadLayer } from "./module-input.js";
import { type Strength, strengthFunction, strengthSchema } from "./strength.js";

/**
 * One input of a unit (or, from `outputs`, one user of it) with the kernel that joins them.
 *
 * @public
 */
export interface Input {
  /** The weights. */
  readonly kernel: Kernel;
  /** The unit at the other end: the one read (`inputs`) or the one that reads (`outputs`). */
  readonly unit: Unit;
  /** Kind of operation that makes the unit: `conv`, `input`, or `add`, whose units mix several layers. */
  readonly kind: string;
  /** Layers passed between the two: pooling, batch norm, activation … */
  readonly via: readonly string[];
  /** Strength of the kernel. */
  readonly strength: number;
  /** Part of the reading unit's total absolute strength over all its inputs, 0…1. */
  readonly share: number;
  /** Sign of the kernel's sum. */
  readonly sign: Sign;
  /** Share of the kernel's absolute weight that is positive, 0…1. */
  readonly positiveShare: number;
  /**
   * Where the kernel is an expanded weight over a layer further down: `"exact"`, or what was put in the place of what on the
   * way; and how far ways of both signs cancel in it, 0…1.
   */
  readonly expanded?: { readonly status: string; readonly cancellation: number } | undefined;
}

/**
 * Options of `inputs` and `outputs`.
 *
 * @public
 */
export interface InputsOptions {
  /**
   * How many, strongest first.
   *
   * @defaultValue all
   */
  readonly count?: number | undefined;
  /**
   * Measure of strength; ranking is by its absolute value.
   *
   * @defaultValue "l2"
   */
  readonly strength?: Strength | undefined;
  /**
   * With the batch norm that follows multiplied in, as the network uses them, or as the model file has them.
   *
   * @defaultValue "folded"
   */
  readonly weights?: WeightsChoice | undefined;
}

/**
 * Options of `inputs`.
 *
 * @public
 */
export interface InputsFromOptions extends InputsOptions {
  /**
   * A layer further down, whose units are the inputs: their kernels are expanded weights, with rectifiers on the way let
   * through, and strengths and shares are over all units of that layer.
   *
   * @defaultValue the units that the unit's own weights read
   */
  readonly from?: string | undefined;
}

/**
 * Options of `outputs`.
 *
 * @public
 */
export interface OutputsToOptions extends InputsOptions {
  /**
   * A layer further up, whose units are the readers: their kernels are expanded weights over the layer of the unit, with
   * rectifiers on the way let through, and shares are over all units of the unit's layer.
   *
   * @defaultValue the units whose own weights read the unit
   */
  readonly to?: string | undefined;
}

/** Schemas of `InputsOptions`. */
export const inputsSchemas: OptionSchemas<InputsOptions> = {
  count: optional(wholeSchema(1)),
  strength: strengthSchema,
  weights: weightsSchema,
};
const outputsOptions = optionsSchema<OptionSchemas<OutputsToOptions>>({ ...inputsSchemas, to: optional(string()) });
const inputsOptions = optionsSchema<OptionSchemas<InputsFromOptions>>({ ...inputsSchemas, from: optional(string()) });

/**
 * The inputs of a unit, strongest first; of equal ones the lower channel first. A unit of a concatenation, an activation or
 * a pool is the unit behind it, which `kernel.to` names; the inputs of a sum are its terms, each with a weight of 1.
 *
 * @throws LensError `unknown-layer`, `bad-unit`, `bad-argument`, or `unsupported` where no weights make the unit.
 * @public
 */
export function inputs(net: Network, unit: UnitLike | string, options: InputsFromOptions = {}): Input[] {
  checkOptions(inputsOptions, options);
  const resolved = resolveUnit(net, unit);
  const { strength = "l2", weights: choice = "folded", count, from } = options;
  if (from !== undefined) {
    if (choice === "stored")
      throw new LensError("bad-argument", "weights over a layer further down are folded; leave weights or from out");
    return strongest(expandedInputs(net, resolved, from, strengthFunction(strength)), count);
  }
  const merged = mergedOf(net, resolved);
  if (merged) return strongest(termsOf(merged, strengthFunction(strength)), count);
  const { weights, channel } = unitWeights(net, resolved, choice);
  return strongest(inputsOf(weights, channel, strength), count);
}

/** The terms of a sum, each of which reaches it unchanged. */
function termsOf({ by, unit: to, terms }: Merged, measure: (w: Float32Array) => number): Input[] {
  if (by !== "sum") {
    const names = terms.map(({ source }) => formatUnit(source.unit)).join(" and ");
    throw new LensError(
      "unsupported",
      `"${formatUnit(to)}" is ${by === "product" ? "the product" : "made"} of ${names}, in which neither has weights; ask for the inputs of one of them`,
    );
  }
  const weights = terms.map(({ count }) => Float32Array.of(count));
  const total = weights.reduce((sum, data) => sum + Math.abs(measure(data)), 0);
  return terms.map(({ source }, i) => {
    const kernel = { from: source.unit, to, height: 1, width: 1, data: weights[i]! };
    return { ...inputOf(kernel, measure, total), unit: source.unit, kind: source.kind, via: source.via };
  });
}

/** Every unit of a layer further down, with its expanded kernel. */
function expandedInputs(net: Network, unit: Unit, from: string, measure: (w: Float32Array) => number): Input[] {
  const layer = net.layer(from).name;
  const weights = composedWeights(net, unit, layer);
  const total = totalOf(weights, measure);
  return Array.from({ length: weights.channels }, (_, channel) => {
    const source = { layer, channel };
    const kind = producerOf(net, source).kind;
    return { ...expandedInput(weights, source, { measure, total }), unit: source, kind };
  });
}

/**
 * The inputs of a unit over the layer before its bottleneck or its residual block, where there is one: units of the module
 * below, which can be recognised, by expanded weights. `null` where the unit's own weights read such units.
 */
export function moduleInputs(net: Network, unit: Unit, options: InputsOptions): Input[] | null {
  const layer = moduleInput(net, unit);
  return layer && inputsOver(net, unit, layer, options);
}

/** The inputs of a unit over a layer, by expanded weights over the map that is read, under the names of the layer's units. */
export function inputsOver(
  net: Network,
  unit: Unit,
  { named, read, passed }: ReadLayer,
  { count, strength = "l2" }: InputsOptions,
): Input[] {
  const found = strongest(expandedInputs(net, producerOf(net, unit).unit, read, strengthFunction(strength)), count);
  return found.map((input) => {
    const from = { layer: named, channel: input.unit.channel };
    return { ...input, kernel: { ...input.kernel, from }, unit: from, via: [...passed, ...input.via] };
  });
}

function expandedInput(
  weights: ComposedWeights,
  from: Unit,
  { measure, total }: { readonly measure: (w: Float32Array) => number; readonly total: number },
): Omit<Input, "unit" | "kind"> {
  const { to, via, height, width, cancellation, status } = weights;
  const data = channelWeights(weights, from.channel);
  return {
    ...inputOf({ from, to, height, width, data }, measure, total),
    via,
    expanded: { status, cancellation: cancellation[from.channel]! },
  };
}

/** Total strength of a unit's expanded kernels. */
function totalOf(weights: ComposedWeights, measure: (w: Float32Array) => number): number {
  let total = 0;
  for (let channel = 0; channel < weights.channels; channel++)
    total += Math.abs(measure(channelWeights(weights, channel)));
  return total;
}

/** Every unit of a layer further up, with its expanded kernel over a unit. */
function expandedOutputs(net: Network, from: Unit, to: string, measure: (w: Float32Array) => number): Input[] {
  const { name, output } = net.layer(to);
  const weightsOf = composer(net, from.layer);
  return Array.from({ length: channelsOf(output) }, (_, channel) => {
    const unit = { layer: name, channel };
    const weights = weightsOf(unit);
    const found = expandedInput(weights, from, { measure, total: totalOf(weights, measure) });
    return { ...found, unit, kind: producerOf(net, unit).kind };
  });
}

/** A kernel with its strength and sign. */
function inputOf(
  kernel: Kernel,
  measure: (w: Float32Array) => number,
  total: number,
): Pick<Input, "kernel" | "strength" | "share" | "sign" | "positiveShare"> {
  const strength = measure(kernel.data);
  return {
    kernel,
    strength,
    share: total === 0 ? 0 : Math.abs(strength) / total,
    sign: signOf(kernel.data),
    positiveShare: positiveShareOf(kernel.data),
  };
}

/**
 * The units that read a unit, strongest first, over every layer it feeds, and the sums it is a term of. Each one's `share` is
 * the part this unit has in that reader's total. With `to`, the units of one layer further up.
 *
 * @throws LensError `unknown-layer`, `bad-unit`, `bad-argument`, or `unsupported` where a way to the layer `to` leads round the
 * unit's layer.
 * @public
 */
export function outputs(net: Network, unit: UnitLike | string, options: OutputsToOptions = {}): Input[] {
  checkOptions(outputsOptions, options);
  const resolved = resolveUnit(net, unit);
  const measure = strengthFunction(options.strength ?? "l2");
  if (options.to !== undefined) {
    if (options.weights === "stored")
      throw new LensError("bad-argument", "weights over a layer further down are folded; leave weights or to out");
    return strongest(expandedOutputs(net, resolved, options.to, measure), options.count);
  }
  const key = formatUnit(producerOf(net, resolved).unit);
  const found: Input[] = [];
  for (const layer of readingLayers(net)) {
    const reader = layerWeights(net, layer, options.weights ?? "folded");
    reader.sources.forEach((source, i) => {
      if (formatUnit(source.unit) !== key) return;
      for (let o = 0; o < reader.outputs; o++) {
        const [first, end] = reader.range(o);
        if (i < first || i >= end) continue;
        const total = totalStrength(reader, o, measure);
        const unit = { layer: reader.layer, channel: o };
        found.push({ ...inputAt(reader, o, i, measure, total), unit, kind: outputOp(net, layer).kind });
      }
    });
  }
  for (const merged of mergesOf(net)) {
    if (merged.by !== "sum") continue;
    const { kind } = outputOp(net, merged.unit.layer);
    const own = termsOf(merged, measure).filter(({ unit }) => formatUnit(unit) === key);
    found.push(...own.map((term) => ({ ...term, unit: merged.unit, kind })));
  }
  return strongest(found, options.count);
}

/** Every input of one output channel, in channel order. */
function inputsOf(reader: LayerWeights, channel: number, strength: Strength): Input[] {
  const measure = strengthFunction(strength);
  const total = totalStrength(reader, channel, measure);
  const [first, end] = reader.range(channel);
  return Array.from({ length: end - first }, (_, i) => inputAt(reader, channel, first + i, measure, total));
}

function inputAt(
  reader: LayerWeights,
  o: number,
  i: number,
  measure: (w: Float32Array) => number,
  total: number,
): Input {
  const { unit, via, kind } = reader.sources[i]!;
  const { height, width } = reader;
  const kernel = { from: unit, to: { layer: reader.layer, channel: o }, height, width, data: reader.kernel(o, i) };
  return { ...inputOf(kernel, measure, total), unit, kind, via };
}

function totalStrength(reader: LayerWeights, o: number, measure: (w: Float32Array) => number): number {
  const [first, end] = reader.range(o);
  let total = 0;
  for (let i = first; i < end; i++) total += Math.abs(measure(reader.kernel(o, i)));
  return total;
}

function strongest(found: Input[], count = found.length): Input[] {
  if (!Number.isInteger(count) || count < 1) {
    if (found.length === 0 && count === 0) return found;
    throw new LensError("bad-argument", `count is a whole number from 1; got ${count}`);
  }
  return found.sort((a, b) => Math.abs(b.strength) - Math.abs(a.strength)).slice(0, count);
}

/** Layers with weights, once each, whose inputs can be traced to units. */
function readingLayers(net: Network): string[] {
  const weighted = net.ops.filter((op) => isWeighted(op) && canTrace(net, op));
  return [...new Set(weighted.map(({ layer }) => layer))];
}
