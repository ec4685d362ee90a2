/** Activations in place, and their adjoint with Lucid's redirected ReLU. */
import type { Activation } from "../../network/ops.js";
import { pointwise } from "../activation.js";
import type { BackwardOptions } from "../engine.js";

/** Applies `f` to every value of `count` maps with `channels` channels, in place. */
export function activate(activation: Activation, values: Float32Array, channels: number, count: number): void {
  if (activation.name === "linear") return;
  if (activation.name === "softmax") return softmax(values, channels);
  const { value } = pointwise(activation);
  const perMap = values.length / count;
  for (let i = 0; i < values.length; i++) values[i] = value(values[i]!, i % perMap);
}

/**
 * Turns the gradient of `y = f(x)` into the gradient of `x`, in place. Where the step was fused `x` is not at hand and `y`
 * stands in for it: only activations whose slope follows from `y` are fused.
 */
export function activateAdjoint(
  activation: Activation,
  x: Float32Array,
  y: Float32Array,
  gradient: Float32Array,
  channels: number,
  count: number,
  { redirect = false }: BackwardOptions,
): void {
  if (activation.name === "linear") return;
  if (activation.name === "softmax") return softmaxAdjoint(y, gradient, channels);
  const { slope } = pointwise(activation);
  const perMap = y.length / count;
  for (let n = 0; n < count; n++) {
    const map = gradient.subarray(n * perMap, (n + 1) * perMap);
    const incoming = redirect && activation.name === "relu" ? map.slice() : null;
    let passed = false;
    for (let i = 0; i < perMap; i++) {
      const at = n * perMap + i;
      const passes = map[i]! * slope(x[at]!, y[at]!, i);
      map[i] = passes;
      passed ||= passes !== 0;
    }
    if (incoming && !passed) redirectRelu(activation.max, y.subarray(n * perMap, (n + 1) * perMap), incoming, map);
  }
}

/**
 * Lucid's rule for an example in which no gradient passes a rectifier: a silent unit (`y = 0`) lets through what would
 * raise it, a unit at its ceiling what would lower it, the rest passes as it is.
 */
function redirectRelu(
  max = Number.POSITIVE_INFINITY,
  y: Float32Array,
  incoming: Float32Array,
  out: Float32Array,
): void {
  for (let i = 0; i < out.length; i++) {
    const g = incoming[i]!;
    const blocked = (y[i]! <= 0 && g < 0) || (y[i]! >= max && g > 0);
    out[i] = blocked ? 0 : g;
  }
}

function softmax(values: Float32Array, channels: number): void {
  for (let at = 0; at < values.length; at += channels) {
    const row = values.subarray(at, at + channels);
    const top = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += row[c] = Math.exp(row[c]! - top);
    for (let c = 0; c < channels; c++) row[c]! /= sum;
  }
}

/** `∂L/∂xᵢ = yᵢ (gᵢ − Σⱼ gⱼ yⱼ)`. */
function softmaxAdjoint(y: Float32Array, gradient: Float32Array, channels: number): void {
  for (let at = 0; at < y.length; at += channels) {
    let dot = 0;
    for (let c = 0; c < channels; c++) dot += gradient[at + c]! * y[at + c]!;
    for (let c = 0; c < channels; c++) gradient[at + c] = y[at + c]! * (gradient[at + c]! - dot);
  }
}
