/**
 * A unit's weights over a layer further down, by putting kernels into each other: what a unit reads of an operation, through what
 * that operation reads of its own inputs, is what the unit reads of those. With stride s and tap distance d
 *
 *     V[s·y + d·r − top, s·x + d·c − left, i] = Σ U[y, x, o] · W[r, c, i, o]
 *
 * summed over all ways, in float64 and without an engine, so that the engine's adjoint has something to be checked against.
 */
import { LensError } from "../../core/errors.js";
import { channelsOf, formatShape } from "../../core/shape.js";
import { type Network, opsByName } from "../network.js";
import type { KernelView } from "../ops/kernel-view.js";
import { poolWindow } from "../ops/pool.js";
import { semanticsOf } from "../ops/table.js";
import { padsOfWindow, type Window as Sliding } from "../ops/window.js";
import type { Op, PoolOp } from "../ops.js";

/** Weights over a part of a map; `top` and `left` are counted from where the unit's own place begins. */
export interface Window {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** `[height, width, channels]`. */
  readonly data: Float32Array | Float64Array;
}

/**
 * The window of a unit of a linear network's last operation over the network's input.
 *
 * @throws LensError `unsupported` for an operation that is no window.
 */
export function compose(net: Network, channel: number): Window {
  const steps = composition(net, channel);
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
}

/** The same with pauses, in which an abort is noticed. */
export async function composeInSteps(net: Network, channel: number, breathe: () => Promise<void>): Promise<Window> {
  const steps = composition(net, channel);
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    await breathe();
  }
}

/** Puts kernels into each other, an operation at a step. */
function* composition(net: Network, channel: number): Generator<void, Window> {
  const windows = new Map<string, Window>();
  const last = net.ops.at(-1)!;
  const channels = channelsOf(last.output);
  const ops = opsByName(net);
  const data = new Float64Array(channels);
  data[channel] = 1;
  windows.set(last.name, { top: 0, left: 0, height: 1, width: 1, channels, data });
  for (const op of net.ops.toReversed()) {
    const window = windows.get(op.name);
    if (!window || op.kind === "input") continue;
    yield;
    const shapes = op.inputs.map((name) => ops.get(name)!.output);
    through(op, window, shapes).forEach((next, i) => {
      const name = op.inputs[i]!;
      const before = windows.get(name);
      windows.set(name, before ? sum(before, next) : next);
    });
  }
  return windows.get(net.ops[0]!.name)!;
}

/** What a window over an operation's output is over each of its inputs. */
function through(op: Op, window: Window, shapes: readonly Op["output"][]): Window[] {
  const { channels, kernels } = semanticsOf(op);
  const view = kernels(op);
  // Where the kernels of a transposed convolution lie depends on the place of what they make.
  if (view && "kernel" in op && op.kind !== "convTranspose")
    return [slideBack(window, view, { shape: shapes[0]!, ...kernelTaps(op.kernel, view) })];
  if (op.kind === "pool") return [slideBack(window, poolWindow(op), { shape: shapes[0]!, ...meanTaps(op, window) })];
  if (op.kind === "norm") return [{ ...window, data: window.data.map((w, i) => w * op.gamma![i % window.channels]!) }];
  if (op.kind === "pad") return [{ ...window, top: window.top - op.padding.top, left: window.left - op.padding.left }];
  const flow = channels(op, shapes.map(channelsOf));
  const isAlike = shapes.every((shape) => formatShape(shape) === formatShape(shapes[0]!));
  if (flow.kind === "merged" && flow.by === "sum" && isAlike) return op.inputs.map(() => window);
  if (flow.kind === "concatenated") return parts(window, shapes.map(channelsOf));
  // A linear activation and a layer that only acts in training.
  if (op.kind === "activation" || op.kind === "identity") return [window];
  throw new LensError("unsupported", `"${op.name}" (${op.kind}) on the way is no window; expand by the adjoint`);
}

/** The weights of a window: which channels output `o` reads, with which weight at a tap, and how many channels there are. */
interface Taps extends Pick<KernelView, "range"> {
  readonly channels: number;
  readonly weight: (tap: number, o: number, i: number) => number;
}

function kernelTaps(kernel: Float32Array, { inputs, range, index }: KernelView): Taps {
  return { channels: inputs, range, weight: (tap, o, i) => kernel[index(o, i, tap)]! };
}

function meanTaps({ size }: PoolOp, { channels }: Window): Taps {
  return { channels, range: (o) => [o, o + 1], weight: () => 1 / (size[0] * size[1]) };
}

function slideBack(
  window: Window,
  sliding: Sliding,
  { shape, channels, range, weight }: Taps & { readonly shape: Op["output"] },
): Window {
  const { size, strides, dilation } = sliding;
  const [rows, columns] = size;
  const pads = padsOfWindow(sliding, shape);
  const height = (window.height - 1) * strides[0] + (rows - 1) * dilation[0] + 1;
  const width = (window.width - 1) * strides[1] + (columns - 1) * dilation[1] + 1;
  const data = new Float64Array(height * width * channels);
  for (let at = 0; at < window.data.length; at++) {
    const factor = window.data[at]!;
    if (factor === 0) continue;
    const [o, pixel] = [at % window.channels, Math.floor(at / window.channels)];
    const [first, end] = range(o);
    const [y, x] = [Math.floor(pixel / window.width), pixel % window.width];
    for (let tap = 0; tap < rows * columns; tap++) {
      const row = y * strides[0] + Math.floor(tap / columns) * dilation[0];
      const column = x * strides[1] + (tap % columns) * dilation[1];
      const place = (row * width + column) * channels;
      for (let i = first; i < end; i++) data[place + i]! += factor * weight(tap, o, i);
    }
  }
  const [top, left] = [window.top * strides[0] - pads.top, window.left * strides[1] - pads.left];
  return { top, left, height, width, channels, data };
}

/** A window over channels side by side, as one over each part. */
function parts(window: Window, sizes: readonly number[]): Window[] {
  let first = 0;
  return sizes.map((channels) => {
    const start = first;
    first += channels;
    const pixels = window.height * window.width;
    const data = Float64Array.from(
      { length: pixels * channels },
      (_, i) => window.data[Math.floor(i / channels) * window.channels + start + (i % channels)]!,
    );
    return { ...window, channels, data };
  });
}

/** Both windows on one that holds them. */
function sum(a: Window, b: Window): Window {
  const { channels } = a;
  const [top, left] = [Math.min(a.top, b.top), Math.min(a.left, b.left)];
  const height = Math.max(a.top + a.height, b.top + b.height) - top;
  const width = Math.max(a.left + a.width, b.left + b.width) - left;
  const data = new Float64Array(height * width * channels);
  for (const part of [a, b]) {
    for (let y = 0; y < part.height; y++) {
      const to = ((part.top - top + y) * width + part.left - left) * channels;
      const from = y * part.width * channels;
      for (let i = 0; i < part.width * channels; i++) data[to + i]! += part.data[from + i]!;
    }
  }
  return { top, left, height, width, channels, data };
}
