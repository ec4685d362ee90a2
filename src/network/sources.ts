/**
 * Which unit makes which channel: the one walk backwards through a network. It follows how each operation passes its
 * channels on (`ops/semantics.ts`): straight through activation, normalisation, pooling and padding, into the branch that
 * owns the channel at a concatenation, to the channel of a flattened map. It stops at whatever makes channels of its own:
 * a convolution, a dense layer, a sum, a product, the image.
 */
import { LensError } from "../core/errors.js";
import { channelsOf } from "../core/shape.js";
import type { Unit } from "../core/unit.js";
import { type Network, opsByName, outputOp } from "./network.js";
import type { ChannelFlow } from "./ops/semantics.js";
import { semanticsOf } from "./ops/table.js";
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
  const found = known.get(opName) ?? tracesOf(net).get(opName)!.map(sourceOf);
  known.set(opName, found);
  return found;
}
const cache = new WeakMap<Network, Map<string, readonly Source[]>>();

/** The unit that makes one channel of a layer's output. */
export function producerOf(net: Network, { layer, channel }: Unit): Source {
  return sourceOf(tracesOf(net).get(outputOp(net, layer).name)![channel]!);
}

/** A source whose passed layers are a linked list, outermost first: traces share its tail, so that a long chain takes little memory. */
interface Trace extends Pick<Source, "unit" | "kind"> {
  readonly via: Passed | null;
}

interface Passed {
  readonly layer: string;
  readonly before: Passed | null;
}

/** Traces of the channels of every operation, in the order of the operations, so that those an operation reads come before. */
function tracesOf(net: Network): ReadonlyMap<string, readonly Trace[]> {
  const known = traces.get(net);
  if (known) return known;
  const found = new Map<string, readonly Trace[]>();
  for (const op of net.ops) {
    const reads = op.inputs.map((name) => found.get(name)!);
    found.set(op.name, tracesThrough(op, reads));
  }
  traces.set(net, found);
  return found;
}
const traces = new WeakMap<Network, ReadonlyMap<string, readonly Trace[]>>();

function sourceOf({ unit, kind, via }: Trace): Source {
  const layers: string[] = [];
  for (let at = via; at; at = at.before) layers.push(at.layer);
  return { unit, via: layers.reverse(), kind };
}

/** Source of every channel an operation reads, in the order of its input. */
export function inputSources(net: Network, op: Op): readonly Source[] {
  const input = op.inputs[0];
  if (input === undefined) return [];
  if (!canTrace(net, op)) {
    const reads = semanticsOf(op).channelsRead(op);
    throw new LensError("unsupported", `the ${reads} inputs of "${op.layer}" cannot be traced to units`);
  }
  return channelSources(net, input);
}

/** Whether the channels an operation reads are as many as its weights are made for. */
export function canTrace(net: Network, op: Op): boolean {
  const reads = semanticsOf(op).channelsRead(op);
  return op.inputs[0] !== undefined && (reads === null || tracesOf(net).get(op.inputs[0])!.length === reads);
}

function tracesThrough(op: Op, inputs: readonly (readonly Trace[])[]): readonly Trace[] {
  const flow = flowOf(
    op,
    inputs.map((sources) => sources.length),
  );
  const [first = []] = inputs;
  switch (flow.kind) {
    case "kept":
      return first.map((source) => passed(source, op.layer));
    case "permuted":
      // A channel of zeros comes from nowhere else.
      return flow.from.map((from, channel) => {
        const source = first[from];
        return source ? passed(source, op.layer) : { unit: { layer: op.layer, channel }, via: null, kind: op.kind };
      });
    case "flattened":
      return Array.from({ length: channelsOf(op.output) }, (_, i) => passed(first[i % flow.period]!, op.layer));
    case "concatenated":
      return inputs.flatMap((sources) => sources.map((source) => passed(source, op.layer)));
    case "merged":
    case "mixed":
      return Array.from({ length: channelsOf(op.output) }, (_, channel) => ({
        unit: { layer: op.layer, channel },
        via: null,
        kind: op.kind,
      }));
  }
}

function flowOf(op: Op, channels: readonly number[]): ChannelFlow {
  return semanticsOf(op).channels(op, channels);
}

function passed(source: Trace, layer: string): Trace {
  return { ...source, via: { layer, before: source.via } };
}

/**
 * The map whose flattening makes a vector of features, also through what keeps channels apart behind the flattening.
 * Feature `(y · width + x) · channels + c` belongs to channel `c` at row `y` and column `x`. `null`: there is none.
 */
export function flattenedMap(
  net: Network,
  opName: string,
): { readonly height: number; readonly width: number; readonly channels: number } | null {
  const ops = opsByName(net);
  let op = ops.get(opName)!;
  const features = channelsOf(op.output);
  for (;;) {
    const input = ops.get(op.inputs[0] ?? "");
    if (!input) return null;
    const { kind } = flowOf(op, [channelsOf(input.output)]);
    if (kind !== "kept" && kind !== "flattened") return null;
    const [height, width, channels] = input.output;
    if (kind === "flattened" && height && width && channels && height * width * channels === features) {
      return { height, width, channels };
    }
    op = input;
  }
}

/** The operation whose values another hands on unchanged: through flattening, dropout and linear activations. */
export function valuesBehind(net: Network, opName: string): Op {
  const ops = opsByName(net);
  let op = ops.get(opName)!;
  while (semanticsOf(op).keepsValues(op)) op = ops.get(op.inputs[0]!)!;
  return op;
}

/** What a sum or product makes a unit of. */
export interface Merged {
  /** The function that joins the terms. */
  readonly by: "sum" | "product" | "other";
  /** The unit merged. */
  readonly unit: Unit;
  /** Its terms: the unit that makes each, the channel as it is read, and how often it is one of the terms. */
  readonly terms: readonly { readonly source: Source; readonly read: Unit; readonly count: number }[];
}

/** The terms or factors of the unit that makes a channel; `null` where no sum or product makes it. */
export function mergedOf(net: Network, channel: Unit): Merged | null {
  const { unit } = producerOf(net, channel);
  const op = outputOp(net, unit.layer);
  const ops = opsByName(net);
  const inputs = op.inputs.map((name) => ops.get(name)!);
  const flow = flowOf(
    op,
    inputs.map(({ output }) => channelsOf(output)),
  );
  if (flow.kind !== "merged") return null;
  const terms = [...new Set(inputs)].map((input) => {
    // A map of one channel joins every channel.
    const channel = channelsOf(input.output) === 1 ? 0 : unit.channel;
    return {
      source: channelSources(net, input.name)[channel]!,
      read: { layer: input.layer, channel },
      count: inputs.filter((other) => other === input).length,
    };
  });
  return { by: flow.by, unit, terms };
}

/** Every unit that a sum or product of the network makes. */
export function mergesOf(net: Network): readonly Merged[] {
  const known = merges.get(net);
  if (known) return known;
  const found = net.layers.flatMap(({ name, output }) => {
    const first = mergedOf(net, { layer: name, channel: 0 });
    if (first?.unit.layer !== name) return [];
    return Array.from({ length: channelsOf(output) }, (_, channel) => mergedOf(net, { layer: name, channel })!);
  });
  merges.set(net, found);
  return found;
}
const merges = new WeakMap<Network, readonly Merged[]>();
