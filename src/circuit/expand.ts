/**
 * Expanded weights: what a unit looks for several layers down, as a kernel for every channel of that layer. Where the way is
 * linear that is exact, the kernels composed; elsewhere stand-ins take the place of what is not, and the result says which:
 *
 *     W[r, c, i] = ∂ unit at the centre / ∂ channel i at (r, c)        of the network with those stand-ins
 *
 * The positive and the negative ways are also added up apart, because strong ways of both signs may cancel in the sum:
 * `cancellation` is 1 where they do, and 0 where all agree.
 */
import { optional } from "valibot";
import { checkOptions, type OptionSchemas, oneOf, optionsSchema } from "../core/check.js";
import { LensError } from "../core/errors.js";
import { runSchemas, throwIfAborted } from "../core/run.js";
import { channelsOf } from "../core/shape.js";

import { type Unit, type UnitLike } from "../core/unit.js";
import { type Yield, yieldEvery } from "../core/yield.js";

import { type Dataset, datasetSchema } from "../dataset/dataset.js";
import { statistics } from "../dataset/statistics.js";
import { cpuEngine } from "../engine/cpu/cpu.js";
import { type Engine, engineSchema } from "../engine/engine.js";
import { compile } from "../engine/plan.js";
import { checkNetwork, type Network, resolveUnit } from "../network/network.js";
import type { Span } from "../network/ops/field.js";
import { createResult } from "../network/result.js";
import { composeInSteps, type Window } from "../network/transform/compose.js";
import { type Gates, gatedLayers, linearize, withSizes } from "../network/transform/linearize.js";
import { subnetwork } from "../network/transform/subnetwork.js";
import { expandedWeights } from "../weights/expanded-weights.js";
import { valueUnit } from "../weights/layer-weights.js";
import type { Expanded } from "./expanded.js";

/**
 * Options of `expand`.
 *
 * @public
 */
export interface ExpandOptions {
  /**
   * Photographs that say how often each unit on the way fires; its rectifier is then open that much of the time.
   *
   * @defaultValue rectifiers are let through
   */
  readonly photos?: Dataset | undefined;
  /**
   * `"adjoint"`: the gradient of the unit, by an engine; `"composition"`: kernels put into each other, in plain loops. They
   * agree.
   *
   * @defaultValue "adjoint"
   */
  readonly method?: "adjoint" | "composition" | undefined;
  /**
   * Runs the network, where something has to.
   *
   * @defaultValue the `cpu` engine
   */
  readonly engine?: Engine | undefined;
  /** Stops it. */
  readonly signal?: AbortSignal | undefined;
}

const expandOptions = optionsSchema<OptionSchemas<ExpandOptions>>({
  photos: optional(datasetSchema),
  method: optional(oneOf("adjoint", "composition")),
  engine: engineSchema,
  signal: runSchemas.signal,
});

/**
 * The expanded weights of a unit over a layer further down, the batch norm behind the unit taken in, as in `slice`. Biases in
 * between play no part. A unit of a concatenation is the unit of the branch, which `to` names.
 *
 * @throws LensError `unknown-layer`, `bad-unit`, or `unsupported`, where a way leads round the layer or through what has no
 * linear stand-in.
 * @public
 */
export async function expand(
  net: Network,
  to: UnitLike | string,
  from: string,
  options: ExpandOptions = {},
): Promise<Expanded> {
  checkNetwork(net);
  checkOptions(expandOptions, options);
  const { photos, method = "adjoint", engine: own, signal } = options;
  const unit = valueUnit(net, resolveUnit(net, to));
  const layer = net.layer(from).name;
  const tail = subnetwork(net, layer, unit.layer);
  const engine = own ?? cpuEngine();
  try {
    const gates = photos ? await gatesOf(net, gatedLayers(tail), photos, { engine, signal }) : null;
    const { net: linear, standIns } = linearize(tail, { gates, size: seesAll(tail) ? "own" : "free" });
    const breathe = yieldEvery(signal);
    const windowOf = async (of: Network): Promise<Window> => {
      throwIfAborted(signal);
      return method === "composition"
        ? composeInSteps(of, unit.channel, breathe)
        : adjointWindow(engine, of, unit, breathe);
    };
    const whole = await windowOf(linear);
    // |ways| = the same network with the sizes of its weights; then positive = (|ways| + ways) / 2.
    const sizes = await windowOf(withSizes(linear));
    const found = { to: unit, layer, ...expandedWeights(whole, sizes, standIns) };
    return createResult("expanded", net, { engine, settings: { method, gated: gates !== null } }, found);
  } finally {
    if (!own) engine.dispose();
  }
}

/** Whether the last operation of a network sees its whole input, so that its size counts. */
function seesAll({ layers }: Network): boolean {
  return layers.at(-1)!.receptiveField?.whole ?? false;
}

/** How often each unit of some layers is above zero on photographs. */
async function gatesOf(
  net: Network,
  layers: readonly string[],
  photos: Dataset,
  options: { readonly engine: Engine; readonly signal: AbortSignal | undefined },
): Promise<Gates> {
  if (layers.length === 0) return new Map();
  const { units } = await statistics(net, layers, photos, options);
  const ofLayer = (layer: string): number[] =>
    units.filter(({ unit }) => unit.layer === layer).map(({ firingRate }) => firingRate);
  return new Map(layers.map((layer) => [layer, Float64Array.from(ofLayer(layer))]));
}

/** The gradient of a linear network's unit with respect to its input, at a place that sees no border. */
async function adjointWindow(engine: Engine, net: Network, unit: Unit, breathe: Yield): Promise<Window> {
  const [height, width] = roomFor(net);
  const channels = channelsOf(net.input.shape);
  const input = { count: 1, height, width, channels, data: new Float32Array(height * width * channels) };
  const executable = await engine.load(
    compile(net, [{ layer: unit.layer, channels: [unit.channel], preActivation: true }]),
  );
  try {
    await breathe();
    const [map] = await executable.forward(input);
    await breathe();
    const gradient = new Float32Array(map!.data.length);
    const [row, column] = [Math.floor(map!.height / 2), Math.floor(map!.width / 2)];
    gradient[row * map!.width + column] = 1;
    const { data } = await executable.backward([gradient]);
    if (!seesAll(net)) {
      const { rows, columns } = net.layers.at(-1)!.receptiveField!;
      const isSeen = (pixel: number): boolean =>
        contains(rows, row, Math.floor(pixel / width)) && contains(columns, column, pixel % width);
      // Engines that convolve by transforms leave rounding outside of the field, where nothing is.
      for (let i = 0; i < data.length; i++) if (!isSeen(Math.floor(i / channels))) data[i] = 0;
    }
    return { top: 0, left: 0, height, width, channels, data };
  } finally {
    executable.dispose();
  }
}

/** Whether a value at a position sees a pixel. */
function contains({ size, stride, start }: Span, position: number, pixel: number): boolean {
  const first = start + position * stride;
  return pixel > first - 1 && pixel < first + size;
}

/** Size of an input whose middle sees no border; where the unit sees all, the input's own. */
function roomFor(net: Network): readonly [height: number, width: number] {
  const { rows, columns } = net.layers.at(-1)!.receptiveField!;
  if (!seesAll(net)) {
    // Whole strides, so that "same" padding puts its odd zero where it does at a free size.
    const stride = Math.max(rows.stride, columns.stride);
    const room = stride * Math.ceil((2 * Math.max(rows.size, columns.size)) / stride + 2);
    return [room, room];
  }
  const [height, width] = net.input.shape.length === 3 ? net.input.shape : [1, 1];
  if (height && width) return [height, width];
  throw new LensError(
    "unsupported",
    `"${net.layers.at(-1)!.name}" sees all of "${net.layers[0]!.name}", whose size is free; open the model with a fixed input size`,
  );
}
