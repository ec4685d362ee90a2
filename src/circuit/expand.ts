/**
 * Expanded weights: what a unit looks for several layers down, as a kernel for every channel of that layer. Where the way is
 * linear that is exact, the kernels composed; a rectifier is let through, a maximum becomes a mean, and the result says so:
 *
 *     W[r, c, i] = ∂ unit at the centre / ∂ channel i at (r, c)        of the network with those stand-ins
 *
 * The positive and the negative ways are also added up apart, because strong ways of both signs may cancel in the sum:
 * `cancellation` is 1 where they do, and 0 where all agree.
 */
import { LensError } from "../core/errors.js";
import type { Kernel } from "../core/kernel.js";
import { channelsOf } from "../core/shape.js";
import { formatUnit, type Unit, type UnitLike } from "../core/unit.js";
import { tailFrom } from "../dataset/tail.js";
import { cpuEngine } from "../engine/cpu/cpu.js";
import type { Engine } from "../engine/engine.js";
import { compile } from "../engine/plan.js";
import { createNetwork, type Network, resolveUnit } from "../network/network.js";
import { linear, type Op } from "../network/ops.js";

/**
 * The kernels from a layer to a unit further on.
 *
 * @public
 */
export interface Expanded {
  /** The unit. */
  readonly to: Unit;
  /** The layer the kernels are over. */
  readonly layer: string;
  /** Rows of every kernel: the part of the layer the unit sees. */
  readonly height: number;
  /** Columns. */
  readonly width: number;
  /** Channels of the layer. */
  readonly channels: number;
  /** `[height, width, channels]`. */
  readonly data: Float32Array;
  /** Sum of the positive ways. */
  readonly positive: Float32Array;
  /** Sum of the negative ways; `data` is the sum of both. */
  readonly negative: Float32Array;
  /** Of each channel: 1 − |Σ ways| / Σ |ways|, taken over the kernel. */
  readonly cancellation: readonly number[];
  /** `"exact"`, or what was put in the place of what. */
  readonly status: string;
}

/**
 * The expanded weights of a unit over a layer further down. Activations and biases at the layers in between play no part.
 *
 * @throws LensError `unknown-layer`, `bad-unit`, or `unsupported`, where a way leads round the layer or through what has no
 * linear stand-in.
 * @public
 */
export async function expand(
  net: Network,
  to: UnitLike | string,
  from: string,
  { engine: own }: { readonly engine?: Engine | undefined } = {},
): Promise<Expanded> {
  const unit = resolveUnit(net, to);
  const layer = net.layer(from).name;
  const tail = tailFrom(net, layer, unit.layer);
  const changes = new Set<string>();
  const engine = own ?? cpuEngine();
  try {
    const of = (weights: (w: number) => number): Promise<Window> =>
      windowOf(engine, linearized(tail, weights, changes), unit);
    const whole = await of((w) => w);
    // |ways| = the same network with the sizes of its weights; then positive = (|ways| + ways) / 2.
    const sizes = await of(Math.abs);
    const { height, width, data } = cropped(whole, sizes);
    const size = cropped(sizes, sizes).data;
    const channels = channelsOf(net.layer(layer).output);
    const positive = data.map((w, i) => (size[i]! + w) / 2);
    const negative = data.map((w, i) => (w - size[i]!) / 2);
    const cancellation = Array.from({ length: channels }, (_, c) => {
      let [sum, total] = [0, 0];
      for (let i = c; i < data.length; i += channels) {
        sum += Math.abs(data[i]!);
        total += size[i]!;
      }
      return total > 0 ? 1 - sum / total : 0;
    });
    const status = changes.size === 0 ? "exact" : `approximate: ${[...changes].join("; ")}`;
    return { to: unit, layer, height, width, channels, data, positive, negative, cancellation, status };
  } finally {
    if (!own) engine.dispose();
  }
}

/**
 * The expanded kernel of one channel.
 *
 * @throws LensError `bad-unit`, when the layer has no such channel.
 * @public
 */
export function expandedKernel({ to, layer, height, width, channels, data }: Expanded, channel: number): Kernel {
  if (!Number.isInteger(channel) || channel < 0 || channel >= channels)
    throw new LensError("bad-unit", `layer "${layer}" has units 0 to ${channels - 1}; got ${channel}`);
  const kernel = Float32Array.from({ length: height * width }, (_, p) => data[p * channels + channel]!);
  return { from: { layer, channel }, to, height, width, data: kernel };
}

/** The network with linear stand-ins, without biases, its weights under a function. */
function linearized(tail: Network, weights: (w: number) => number, changes: Set<string>): Network {
  const ops = tail.ops.map((op): Op => {
    const output = op.output.length === 3 ? ([null, null, op.output[2]!] as const) : op.output;
    switch (op.kind) {
      case "conv":
      case "depthwise":
      case "dense":
        if (op.activation.name !== "linear" && op !== tail.ops.at(-1)) changes.add(`${op.activation.name} let through`);
        return { ...op, output, kernel: op.kernel.map(weights), bias: null, activation: linear };
      case "activation":
        if (op !== tail.ops.at(-1)) changes.add(`${op.activation.name} let through`);
        return { ...op, output, activation: linear };
      case "norm": {
        const gamma = op.mean.map((_, c) => weights((op.gamma?.[c] ?? 1) / Math.sqrt(op.variance[c]! + op.epsilon)));
        const [zeros, ones] = [new Float32Array(gamma.length), new Float32Array(gamma.length).fill(1)];
        return { ...op, output, gamma, beta: zeros, mean: zeros, variance: ones, epsilon: 0 };
      }
      case "pool":
        if (op.mode === "max") changes.add("maximum as mean");
        return { ...op, output, mode: "average" };
      case "multiply":
      case "globalPool":
      case "opaque":
        throw new LensError("unsupported", `"${op.name}" (${op.kind}) on the way has no linear stand-in`);
      default:
        return { ...op, output };
    }
  });
  return createNetwork(tail.name, ops, { ...tail.input, shape: ops[0]!.output });
}

interface Window {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly data: Float32Array;
}

/** The gradient of the unit at a centre that sees no border, with respect to the map. */
async function windowOf(engine: Engine, net: Network, unit: Unit): Promise<Window> {
  const field = net.layer(unit.layer).receptiveField;
  const dense = net.ops.some(({ kind }) => kind === "dense");
  if (!field || dense)
    throw new LensError(
      "unsupported",
      `"${formatUnit(unit)}" sees all of the map; expand to a layer before it is flattened`,
    );
  const room =
    2 * Math.max(field.rows.size, field.columns.size) + 2 * Math.max(field.rows.stride, field.columns.stride);
  const channels = channelsOf(net.input.shape);
  const input = { count: 1, height: room, width: room, channels, data: new Float32Array(room * room * channels) };
  const executable = await engine.load(
    compile(net, [{ layer: unit.layer, channels: [unit.channel], preActivation: true }]),
  );
  try {
    const [map] = await executable.forward(input);
    const gradient = new Float32Array(map!.data.length);
    gradient[Math.floor(map!.height / 2) * map!.width + Math.floor(map!.width / 2)] = 1;
    return { height: room, width: room, channels, data: (await executable.backward([gradient])).data };
  } finally {
    executable.dispose();
  }
}

/** The part of a window that another reaches: what lies outside is zero in both. */
function cropped({ height, width, channels, data }: Window, reach: Window): Window {
  let [top, bottom, left, right] = [height, -1, width, -1];
  for (let i = 0; i < reach.data.length; i++) {
    if (reach.data[i] === 0) continue;
    const pixel = Math.floor(i / channels);
    const [y, x] = [Math.floor(pixel / width), pixel % width];
    [top, bottom, left, right] = [Math.min(top, y), Math.max(bottom, y), Math.min(left, x), Math.max(right, x)];
  }
  if (bottom < 0) return { height: 1, width: 1, channels, data: new Float32Array(channels) };
  const [rows, columns] = [bottom - top + 1, right - left + 1];
  const out = new Float32Array(rows * columns * channels);
  for (let y = 0; y < rows; y++) {
    const start = ((top + y) * width + left) * channels;
    out.set(data.subarray(start, start + columns * channels), y * columns * channels);
  }
  return { height: rows, width: columns, channels, data: out };
}
