/**
 * The layer whose units a person looks at to understand a unit. Networks are built of modules, whose outputs carry the features
 * that can be recognised: concatenations of branches, residual sums. Inside of a module, a 1 × 1 convolution (a bottleneck) mixes
 * them into few channels that nobody recognises. So a unit that reads a bottleneck is read over the layer that the bottleneck
 * reads, and a unit of a residual sum over the input of its block.
 */
import { channelsOf } from "../core/shape.js";
import type { Unit } from "../core/unit.js";
import { type Network, opsByName, outputOp } from "../network/network.js";
import { semanticsOf } from "../network/ops/table.js";
import type { Op } from "../network/ops.js";
import { channelSources, mergedOf, producerOf } from "../network/sources.js";
import { subnetwork } from "../network/transform/subnetwork.js";
import { kernelsOf } from "../network/weighted-op.js";
import { valueUnit } from "./layer-weights.js";

/** A layer over which a unit is read. */
export interface ReadLayer {
  /** The layer that names its units. */
  readonly named: string;
  /** The layer whose map is read: behind pools, normalisations and activations, which keep the channels. */
  readonly read: string;
  /** The layers from the first to the second, the second included. */
  readonly passed: readonly string[];
}

/**
 * The layer before the bottleneck or the residual block of a unit; `null` for a unit whose own weights read units that can be
 * recognised, and for a sum that only the image comes before.
 */
export function moduleInput(net: Network, unit: Unit): ReadLayer | null {
  const merged = mergedOf(net, unit);
  if (merged) return merged.by === "sum" ? named(net, blockInput(net, merged.unit)) : null;
  const { unit: made } = producerOf(net, unit);
  const bottleneck = bottleneckBefore(net, outputOp(net, made.layer));
  return bottleneck && named(net, layerOf(net, bottleneck.inputs[0]!));
}

/**
 * A layer as a unit further up reads it: behind the pools, normalisations and activations that every way from the layer to the
 * unit passes first.
 *
 * @throws LensError `unsupported` where a way leads round the layer.
 */
export function readLayer(net: Network, layer: string, unit: Unit): ReadLayer {
  const { ops } = subnetwork(net, layer, valueUnit(net, unit).layer);
  const passed: string[] = [];
  let op = outputOp(net, layer);
  for (;;) {
    const readers = ops.filter(({ inputs }) => inputs.includes(op.name));
    const [only] = readers;
    if (readers.length !== 1 || only === ops.at(-1) || !keepsChannels(net, only!)) break;
    op = only!;
    passed.push(op.layer);
  }
  return { named: layer, read: op.layer, passed };
}

/** The 1 × 1 convolution, no wider than what it reads, that makes all channels an operation reads; `null` where there is none. */
function bottleneckBefore(net: Network, { inputs: [read] }: Op): Op | null {
  if (read === undefined) return null;
  const makers = new Set(channelSources(net, read).map((source) => source.unit.layer));
  if (makers.size !== 1) return null;
  const op = outputOp(net, [...makers][0]!);
  if (op.kind !== "conv") return null;
  const { size, inputs, outputs, range } = kernelsOf(op);
  const [first, end] = range(0);
  return size.every((side) => side === 1) && end - first === inputs && outputs <= inputs ? op : null;
}

/** The last layer that every way from the image to a sum passes. */
function blockInput(net: Network, sum: Unit): string | null {
  const ops = opsByName(net);
  const end = outputOp(net, sum.layer);
  // All operations a sum depends on, and of each those that every way to it passes.
  const passed = new Map<string, ReadonlySet<string>>();
  for (const op of net.ops) {
    const sets = op.inputs.map((name) => passed.get(name)!);
    const common = sets.length === 0 ? [] : [...sets[0]!].filter((name) => sets.every((set) => set.has(name)));
    passed.set(op.name, new Set([...common, op.name]));
    if (op === end) break;
  }
  const last = [...passed.get(end.name)!].filter((name) => name !== end.name).at(-1);
  return last === undefined || ops.get(last)!.kind === "input" ? null : layerOf(net, last);
}

/** The layer whose output an operation makes; `null` inside of a layer, where values have no name. */
function layerOf(net: Network, name: string): string | null {
  const { layer } = opsByName(net).get(name)!;
  return outputOp(net, layer).name === name ? layer : null;
}

/**
 * A layer with the name of its units: that of the concatenation, sum or convolution that makes its channels, behind pools,
 * normalisations and activations.
 */
function named(net: Network, read: string | null): ReadLayer | null {
  if (read === null) return null;
  const ops = opsByName(net);
  const passed: string[] = [];
  let op = outputOp(net, read);
  while (keepsChannels(net, op)) {
    const before = ops.get(op.inputs[0]!)!;
    if (before.kind === "input") break;
    passed.unshift(op.layer);
    op = before;
  }
  return { named: op.layer, read, passed };
}

/** Whether an operation hands on the channels of the one map it reads, and both maps have names. */
function keepsChannels(net: Network, op: Op): boolean {
  if (op.inputs.length !== 1 || op.output.length !== 3) return false;
  const isNamed = [op.name, op.inputs[0]!].every((name) => layerOf(net, name) !== null);
  return isNamed && semanticsOf(op).channels(op, [channelsOf(op.output)]).kind === "kept";
}
