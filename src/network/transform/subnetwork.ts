/**
 * The rest of a network behind a layer, as a network that reads the layer's map instead of an image.
 *
 * Where ways lead round the layer, as skips do, the rest also reads the maps those ways bring. Engines read one map, so
 * that such a rest reads all of them in one vector, the layer's map first, and cuts it up again.
 */
import { LensError } from "../../core/errors.js";
import { channelsOf, type MapShape, type Shape } from "../../core/shape.js";
import { createNetwork, type Network, opsByName, outputOp } from "../network.js";
import type { OpBase } from "../ops/base.js";
import type { Op } from "../ops.js";
import { preprocessing } from "../preprocessing.js";

/** The rest of a network behind a layer. */
export interface Rest {
  /** The layers whose maps it reads: the layer asked for, then those that the ways round it start from. */
  readonly reads: readonly string[];
  /** The rest as a network, once the shapes of those maps are known: it reads their values one after the other. */
  readonly network: (shapes: readonly MapShape[]) => Network;
}

/**
 * The operations from a layer's output to another layer's.
 *
 * @throws LensError `unsupported` when the second layer reads anything that does not pass through the first.
 */
export function subnetwork(net: Network, from: string, to: string): Network {
  const start = outputOp(net, from);
  const needed = opsBehind(net, start, [to]);
  const made = namesOf(needed);
  const round = needed.flatMap(({ inputs }) => inputs).find((name) => name !== start.name && !made.has(name));
  if (round !== undefined) {
    throw new LensError(
      "unsupported",
      `"${to}" does not read the image through "${start.layer}" alone; choose a layer that every way passes, such as the end of a block`,
    );
  }
  return restOf(net, [inputOf(start, start.output), ...needed], start.output);
}

/**
 * What lies between a layer and some others, also where ways lead round it.
 *
 * @throws LensError `unsupported` when none of the others reads the layer.
 */
export function restBehind(net: Network, from: string, to: readonly string[]): Rest {
  const ops = opsByName(net);
  const start = outputOp(net, from);
  const needed = opsBehind(net, start, to);
  const entries = new Set([start.name, ...[...needed].flatMap(({ inputs }) => inputs)]);
  const made = namesOf(needed);
  const read = [...entries].filter((name) => !made.has(name)).map((name) => ops.get(name)!);
  return {
    reads: read.map(({ layer }) => layer),
    network: (shapes) => {
      if (read.length === 1) return restOf(net, [inputOf(start, shapeLike(start, shapes[0]!)), ...needed], shapes[0]!);
      const sizes = shapes.map((shape) => shape.reduce((product, n) => product * n));
      const whole = base("every map read", [1, 1, sizes.reduce((sum, n) => sum + n)]);
      const parts = read.flatMap((op, i): Op[] => {
        const first = sizes.slice(0, i).reduce((sum, n) => sum + n, 0);
        const channels = Array.from({ length: sizes[i]! }, (_, k) => first + k);
        const values = { ...base(`the values of ${op.name}`, [1, 1, sizes[i]!]), inputs: [whole.name] };
        return [
          { ...values, kind: "select", channels },
          { ...base(op.name, shapeLike(op, shapes[i]!), op.layer), kind: "reshape", inputs: [values.name] },
        ];
      });
      return restOf(net, [{ ...whole, kind: "input" }, ...parts, ...needed], whole.output);
    },
  };
}

/**
 * The operations that make some layers from the output of another, in the network's order. Operations that do not depend on that output are
 * left out where the map they make has a name, the layer's, under which it can be read.
 */
function opsBehind(net: Network, start: Op, to: readonly string[]): readonly Op[] {
  const ops = opsByName(net);
  const reached = new Set([start.name]);
  for (const op of net.ops) if (op.inputs.some((input) => reached.has(input))) reached.add(op.name);
  const ends = to.map((layer) => outputOp(net, layer));
  if (ends.some((end) => end.name === start.name))
    throw new LensError("unsupported", `"${start.layer}" is the layer itself; choose a unit of a later layer`);
  if (!ends.some((end) => reached.has(end.name)))
    throw new LensError("unsupported", `"${to[0]}" does not read "${start.layer}"; choose a layer before it`);
  const needed = new Set(ends.map(({ name }) => name));
  // In the reversed order of the network every operation comes after those that read it.
  for (const op of net.ops.toReversed()) {
    if (!needed.has(op.name) || op.name === start.name) continue;
    for (const input of op.inputs.map((name) => ops.get(name)!)) {
      const hasName = input.kind === "input" || outputOp(net, input.layer) === input;
      if (reached.has(input.name) || !hasName) needed.add(input.name);
    }
  }
  needed.delete(start.name);
  return net.ops.filter((op) => needed.has(op.name));
}

function namesOf(ops: readonly Op[]): ReadonlySet<string> {
  return new Set(ops.map(({ name }) => name));
}

function restOf(net: Network, ops: readonly Op[], shape: Shape): Network {
  return createNetwork(`${net.name} behind ${ops[0]!.layer}`, ops, {
    shape,
    preprocessing: preprocessing("unit", channelsOf(shape)),
    stated: true,
  });
}

function inputOf({ name, layer }: Op, output: Shape): Op {
  return { kind: "input", name, layer, inputs: [], output };
}

/** A map's shape with as many axes as the operation's own output: a vector stays one. */
function shapeLike({ output }: Op, shape: MapShape): Shape {
  return output.length === 3 ? shape : output.length === 2 ? shape.slice(1) : shape.slice(2);
}

function base(name: string, output: Shape, layer: string = name): OpBase {
  return { name, layer, output, inputs: [] };
}
