/**
 * Which unit feeds which input channel of a layer. Activation, normalisation, pooling, padding, dropout and enlarging keep
 * channels apart, so the walk goes straight through them; concatenation puts channels side by side, so it goes into the
 * branch that owns the channel. It stops at whatever makes channels of its own: a convolution, a dense layer, a sum, a
 * product, the image.
 */
import { LensError } from "../core/errors.js";
import { channelsOf } from "../core/shape.js";
import type { Unit } from "../core/unit.js";
import { type Network, opsByName } from "./network.js";
import type { Op } from "./ops.js";

/**
 * Where one input channel comes from.
 *
 * @public
 */
export interface Source {
  /** The unit that makes this channel. */
  readonly unit: Unit;
  /** Layers passed between it and the reader, from the unit outwards: `["pool1"]`. */
  readonly via: readonly string[];
  /** Kind of the operation that makes it: `conv`, `input`, `add` … A sum or product mixes units of several layers. */
  readonly kind: Op["kind"];
}

/** Source of every channel of an operation's output. */
export function channelSources(net: Network, opName: string): readonly Source[] {
  const known = cache.get(net) ?? new Map<string, readonly Source[]>();
  cache.set(net, known);
  const ops = opsByName(net);
  const walk = (name: string): readonly Source[] => {
    const found = known.get(name);
    if (found) return found;
    const sources = sourcesThrough(ops.get(name)!, walk);
    known.set(name, sources);
    return sources;
  };
  return walk(opName);
}
const cache = new WeakMap<Network, Map<string, readonly Source[]>>();

/** Source of every channel an operation reads, in the order of its input. */
export function inputSources(net: Network, op: Op): readonly Source[] {
  const input = op.inputs[0];
  if (input === undefined) return [];
  const sources = channelSources(net, input);
  const reads = op.kind === "dense" ? op.kernelShape[0] : sources.length;
  if (sources.length !== reads) {
    throw new LensError("unsupported", `the ${reads} inputs of "${op.layer}" cannot be traced to units`);
  }
  return sources;
}

/** Operations that hand each channel on by itself. */
const transparent = new Set<Op["kind"]>([
  "norm",
  "lrn",
  "activation",
  "pool",
  "globalPool",
  "pad",
  "upsample",
  "identity",
]);

function sourcesThrough(op: Op, walk: (name: string) => readonly Source[]): readonly Source[] {
  if (op.kind === "concat") return op.inputs.flatMap((input) => walk(input).map((s) => passed(s, op.layer)));
  if (transparent.has(op.kind)) return walk(op.inputs[0]!).map((s) => passed(s, op.layer));
  if (op.kind === "reshape" && keepsChannelsLast(op, walk)) {
    const inner = walk(op.inputs[0]!);
    return Array.from({ length: channelsOf(op.output) }, (_, i) => passed(inner[i % inner.length]!, op.layer));
  }
  return Array.from({ length: channelsOf(op.output) }, (_, channel) => ({
    unit: { layer: op.layer, channel },
    via: [],
    kind: op.kind,
  }));
}

/** The channel is the fastest index, so that value `i` of a last axis that `c` divides belongs to channel `i mod c`. */
function keepsChannelsLast(op: Op, walk: (name: string) => readonly Source[]): boolean {
  const inner = walk(op.inputs[0]!).length;
  return inner > 0 && channelsOf(op.output) % inner === 0;
}

function passed(source: Source, layer: string): Source {
  return { ...source, via: [...source.via, layer] };
}
