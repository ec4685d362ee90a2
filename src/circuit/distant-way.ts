/**
 * What a unit gives to a unit further up, through the layers between them. Expanded weights say it with rectifiers let through; but
 * a rectifier stops a part of it, and this part is known too. With z the values a rectifier f reads, of which d changes,
 *
 *     linear: d        with the rectifier acting: f(z) − f(z − d)
 *
 * layer by layer, where all that changes passes the rectified layers one behind another.
 */
import { channelsOf } from "../core/shape.js";
import type { Unit } from "../core/unit.js";
import { pointwise } from "../engine/activation.js";
import type { Engine, Volume } from "../engine/engine.js";
import { compile } from "../engine/plan.js";
import { type Network, opsByName, outputOp } from "../network/network.js";
import type { Activation } from "../network/ops.js";
import { gatedLayers, linearize } from "../network/transform/linearize.js";
import { subnetwork } from "../network/transform/subnetwork.js";
import { valueUnit } from "../weights/layer-weights.js";
import { readLayer } from "../weights/module-input.js";
import type { Plane } from "./contribution.js";

/** The way between two units whose layers are not neighbours. */
export interface DistantWay {
  /** The unit that reads. */
  readonly to: Unit;
  /** Where its value before the activation is found. */
  readonly value: Unit;
  /** The unit read. */
  readonly from: Unit;
  /** The channel as it is read: behind pools, normalisations and activations. */
  readonly read: readonly [Unit];
  /** Layers on the way whose values are rectified. */
  readonly rectified: readonly string[];
  /** Whether the rectified layers lie one behind another, so that what they set to 0 can be measured. */
  readonly isChain: boolean;
  /** The network between the layers, cut at the rectified layers, with linear stand-ins. */
  readonly segments: readonly Network[];
}

/**
 * The way from one unit to another that does not read it by weights of its own.
 *
 * @throws LensError `unsupported` where a way leads round the layer, or through what has no linear stand-in.
 */
export function distantWay(net: Network, to: Unit, from: Unit): DistantWay {
  const value = valueUnit(net, to);
  const { read } = readLayer(net, from.layer, to);
  const tail = subnetwork(net, read, value.layer);
  const rectified = gatedLayers(tail);
  const isChain = rectified.every(
    (layer, i) => isPointwise(net, layer) && passesAll(net, layer, rectified[i + 1] ?? value.layer),
  );
  const cuts = isChain ? [read, ...rectified, value.layer] : [read, value.layer];
  const size = tail.layers.at(-1)!.receptiveField?.whole ? "own" : "free";
  const segments = cuts.slice(1).map((end, i) => linearize(subnetwork(net, cuts[i]!, end), { gates: null, size }).net);
  return { to, value, from, read: [{ layer: read, channel: from.channel }], rectified, isChain, segments };
}

/** What a unit gives to the reader's values, picture by picture. */
export interface DistantEffect {
  /** With rectifiers let through. */
  readonly linear: readonly Float32Array[];
  /** With rectifiers acting; `null` where they do not lie one behind another. */
  readonly acting: readonly Float32Array[] | null;
}

/** The unit's maps and the values before the activation of each rectified layer on pictures, and what is done to the unit. */
export interface Changed {
  readonly maps: readonly Plane[];
  readonly before: readonly (readonly Volume[])[];
  /** The part of the unit that is taken away: 1 is all; negative where it is made stronger. Effects count by one over it. */
  readonly part: number;
}

/** What a unit's maps give to the reader's values. */
export async function distantEffect(
  { segments, rectified, isChain, read: [unit], value }: DistantWay,
  net: Network,
  engine: Engine,
  { maps, before, part }: Changed,
): Promise<DistantEffect> {
  const start = oneChannel(maps, unit.channel, channelsOf(outputOp(net, unit.layer).output));
  let [linear, acting] = [start, start];
  for (const [i, segment] of segments.entries()) {
    const last = i === segments.length - 1;
    const next = (map: Volume): Promise<Volume> => through(segment, engine, map, last ? value.channel : null);
    linear = await next(linear);
    if (!isChain) continue;
    acting = await next(acting);
    if (last) continue;
    const { value: f } = pointwise(activationOf(net, rectified[i]!)!);
    const z = before[i]!.map(({ data }) => data);
    const size = acting.data.length / maps.length;
    const effect = (d: number, at: number): number => {
      const old = z[Math.floor(at / size)]![at % size]!;
      return (f(old, at % size) - f(old - part * d, at % size)) / part;
    };
    acting = { ...acting, data: acting.data.map(effect) };
  }
  return { linear: parted(linear, maps.length), acting: isChain ? parted(acting, maps.length) : null };
}

/** Maps of one channel as maps of all channels, the others zero. */
function oneChannel(maps: readonly Plane[], channel: number, channels: number): Volume {
  const { height, width } = maps[0]!;
  const data = new Float32Array(maps.length * height * width * channels);
  maps.forEach((map, n) => {
    map.data.forEach((h, p) => {
      data[(n * height * width + p) * channels + channel] = h;
    });
  });
  return { count: maps.length, height, width, channels, data };
}

/** The values of each picture. */
function parted({ data }: Volume, count: number): Float32Array[] {
  const size = data.length / count;
  return Array.from({ length: count }, (_, n) => data.slice(n * size, (n + 1) * size));
}

/** A map through a linear network: all channels of its last layer, or one. */
async function through(net: Network, engine: Engine, input: Volume, channel: number | null): Promise<Volume> {
  const { name } = net.layers.at(-1)!;
  const channels = channel === null ? undefined : [channel];
  const executable = await engine.load(compile(net, [{ layer: name, channels, preActivation: true }]));
  try {
    const [map] = await executable.forward(input);
    return map!;
  } finally {
    executable.dispose();
  }
}

/** Whether every way from the image to a layer, from another on, passes that one. */
function passesAll(net: Network, layer: string, end: string): boolean {
  try {
    subnetwork(net, layer, end);
    return true;
  } catch {
    return false;
  }
}

/** The activation of a layer, its own or the layer itself. */
function activationOf(net: Network, layer: string): Activation | null {
  const op = outputOp(net, layer);
  return "activation" in op ? op.activation : null;
}

/** Whether a layer's activation works on each value alone. */
function isPointwise(net: Network, layer: string): boolean {
  const activation = activationOf(net, layer);
  const end = opsByName(net).get(outputOp(net, layer).name);
  return end !== undefined && activation !== null && activation.name !== "softmax";
}
