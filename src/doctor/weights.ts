/** What weights alone tell: numbers that are none, units that are nothing or twins, layers stored in few bits. */
import { channelsOf } from "../core/shape.js";
import type { Network } from "../network/network.js";
import type { NormOp, Op } from "../network/ops.js";
import { isWeighted, type WeightedOp } from "../network/weighted-op.js";
import { type Finding, finding, listUnits } from "./finding.js";

/** Findings about the weights of every layer. */
export function weightFindings(net: Network): Finding[] {
  return net.ops.flatMap((op) => {
    const damaged = notFinite(op);
    if (damaged.length > 0) return damaged;
    if (op.kind === "norm") return untrained(op);
    if (!isWeighted(op)) return [];
    return [...constant(op), ...twins(op), ...quantised(op), ...tooLarge(op)];
  });
}

/** The arrays of an operation, by name. */
function arraysOf(op: Op): [string, Float32Array][] {
  const fields = Object.entries(op).filter(([, value]) => value instanceof Float32Array) as [string, Float32Array][];
  const slopes = "activation" in op ? op.activation.slopes : undefined;
  return slopes ? [...fields, ["slopes", slopes]] : fields;
}

function notFinite(op: Op): Finding[] {
  return arraysOf(op).flatMap(([name, values]) => {
    const bad = values.reduce((count, value) => count + (Number.isFinite(value) ? 0 : 1), 0);
    if (bad === 0) return [];
    const message = `${bad} of the ${values.length} numbers in the ${name} of "${op.layer}" are not finite; get the model again`;
    return [finding("not-finite", message, { severity: "error", layer: op.layer })];
  });
}

function constant(op: WeightedOp): Finding[] {
  const first = op.kernel[0];
  if (op.kernel.length > 1 && op.kernel.every((value) => value === first)) {
    const message = `all ${op.kernel.length} weights of "${op.layer}" are ${Number(first!.toPrecision(3))}: the layer was never trained or its weights were lost`;
    return [finding("constant-weights", message, { severity: "error", layer: op.layer })];
  }
  const outputs = channelsOf(op.output);
  const largest = new Float32Array(outputs);
  op.kernel.forEach((value, i) => {
    largest[i % outputs] = Math.max(largest[i % outputs]!, Math.abs(value));
  });
  const empty = [...largest.keys()].filter((unit) => largest[unit] === 0);
  if (empty.length === 0) return [];
  const message = `units ${listUnits(empty)} of "${op.layer}" have no weight other than 0: they answer to nothing`;
  return [finding("constant-weights", message, { layer: op.layer, units: empty })];
}

/** Two units are twins where their weights differ by less than this share of their length. */
const twinDistance = 1e-4;

/**
 * Units with the same weights and bias. Twins have the same projection on any direction: units are sorted by one, and only
 * neighbours compared.
 */
function twins(op: WeightedOp): Finding[] {
  const outputs = channelsOf(op.output);
  const rows = op.kernel.length / outputs;
  const projection = new Float64Array(outputs);
  const norm = new Float64Array(outputs);
  for (let row = 0; row < rows; row++) {
    const share = Math.sin(row * 12.9898 + 1) * 43758.5453;
    const direction = share - Math.floor(share) - 0.5;
    for (let unit = 0; unit < outputs; unit++) {
      const weight = op.kernel[row * outputs + unit]!;
      projection[unit]! += weight * direction;
      norm[unit]! += weight * weight;
    }
  }
  const distance = (a: number, b: number): number => {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += (op.kernel[row * outputs + a]! - op.kernel[row * outputs + b]!) ** 2;
    const bias = (op.bias?.[a] ?? 0) - (op.bias?.[b] ?? 0);
    return Math.sqrt(sum + bias * bias);
  };
  const order = [...norm.keys()].filter((unit) => norm[unit]! > 0).sort((a, b) => projection[a]! - projection[b]!);
  const pairs: [number, number][] = [];
  order.forEach((unit, i) => {
    const near = twinDistance * Math.sqrt(norm[unit]!);
    for (let j = i + 1; j < order.length; j++) {
      const other = order[j]!;
      // A direction's share of a difference is at most its length.
      if (projection[other]! - projection[unit]! > near * Math.sqrt(rows)) break;
      if (distance(unit, other) <= near) pairs.push(unit < other ? [unit, other] : [other, unit]);
    }
  });
  if (pairs.length === 0 || op.kind === "depthwise") return [];
  const units = [...new Set(pairs.flat())].sort((a, b) => a - b);
  const shown = pairs.slice(0, 4).map(([a, b]) => `${a} and ${b}`);
  const more = pairs.length > 4 ? `, and ${pairs.length - 4} pairs more` : "";
  const message = `units of "${op.layer}" have the same weights: ${shown.join(", ")}${more}`;
  return [finding("duplicated-units", message, { layer: op.layer, units })];
}

/** Layers of fewer weights say nothing about how they were stored: of weights that were not rounded, no two need be alike. */
const enough = 512;

function quantised(op: WeightedOp): Finding[] {
  if (op.kernel.length < enough) return [];
  const levels = new Set(op.kernel).size;
  // Fewer still are no rounding but a choice: zeros and ones.
  if (levels <= 16) return [];
  if (levels <= 256) {
    const message = `the ${op.kernel.length} weights of "${op.layer}" take ${levels} values: they were stored in 8 bits or fewer, and are rounded`;
    return [finding("quantised", message, { severity: "note", layer: op.layer })];
  }
  const bits = new Uint32Array(op.kernel.buffer, op.kernel.byteOffset, op.kernel.length);
  if (bits.every((word) => (word & 0x1fff) === 0)) {
    const message = `the weights of "${op.layer}" were stored in 16 bits: they have three significant digits`;
    return [finding("quantised", message, { severity: "note", layer: op.layer })];
  }
  return [];
}

/** Weights of trained networks stay far below this. */
const largestWeight = 1e4;

function tooLarge(op: WeightedOp): Finding[] {
  const top = op.kernel.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (top <= largestWeight) return [];
  const message = `the weights of "${op.layer}" reach ${top.toPrecision(3)}; trained ones stay far below ${largestWeight}`;
  return [finding("value-range", message, { layer: op.layer })];
}

/** A batch norm that still holds what it was made with. One that a loader made of a scale has no epsilon. */
function untrained(op: NormOp): Finding[] {
  const isNew = op.epsilon > 0 && op.mean.every((m) => m === 0) && op.variance.every((v) => v === 1);
  if (!isNew) return [];
  const message = `batch norm "${op.layer}" holds the statistics it was made with, mean 0 and variance 1: it was saved before training, or only worked in training mode`;
  return [finding("training-mode", message, { layer: op.layer })];
}
