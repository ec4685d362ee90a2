/**
 * Activations. Rectifiers are part of the kernels and leave bits behind; leaky ones take a pass of their own. All others are
 * rare, and computed in JavaScript on the memory, by the functions that define them.
 */
import type { Activation } from "../../network/ops.js";
import { pointwise } from "../activation.js";
import { eachPixel, type FeatureMap } from "./feature-map.js";
import { asIs, type Bits, type Finishing } from "./finishing.js";
import type { Heap } from "./heap.js";
import { Finish } from "./kernels.generated.js";
import { combine } from "./pointwise.js";
import type { Schedule } from "./schedule.js";
import type { Workshop } from "./step-kernel.js";

/** What forward leaves behind for the adjoint of an activation. */
export interface ActivationTrace {
  readonly activation: Activation;
  /** Where its slope is one (leaky: where it is not its small one). */
  readonly bits: Bits | null;
  /** Of a rectifier with a ceiling: what is at it. */
  readonly high: Bits | null;
}

/** Whether the adjoint is: pass where the bits say so. */
export function isRectifier({ activation }: ActivationTrace): boolean {
  return activation.name === "relu";
}

/** How a step with this activation finishes its values, and what is left to be done after it. */
export function startActivation(
  shop: Workshop,
  activation: Activation,
  output: FeatureMap,
): ActivationTrace & { finishing: Finishing; complete(): void } {
  const { name, max: ceiling = Number.POSITIVE_INFINITY } = activation;
  const trace = { activation, bits: null, high: null, finishing: asIs, complete: () => {} };
  if (name === "linear") return trace;
  if (name === "relu") {
    const bits = bitsOf(shop.schedule, output);
    const high = ceiling < Number.POSITIVE_INFINITY ? bitsOf(shop.schedule, output) : null;
    const complete = (): void => {
      if (high) combine(shop, "Ceiling", { input: output, output, finishing: { ...asIs, ceiling, bits: high } });
    };
    return { ...trace, bits, high, finishing: { ...asIs, flags: Finish.Relu + Finish.Keep, ceiling, bits }, complete };
  }
  if (name === "leakyRelu") {
    const bits = bitsOf(shop.schedule, output);
    return {
      ...trace,
      bits,
      complete: () =>
        combine(shop, "Leaky", { input: output, output, slope: slopeOf(activation), finishing: { ...asIs, bits } }),
    };
  }
  return {
    ...trace,
    complete: () => shop.schedule.script([output.room], () => activate(shop.heap, activation, output)),
  };
}

const slopeOf = ({ alpha = 0.3 }: Activation): number => alpha;

function bitsOf(schedule: Schedule, map: FeatureMap): Bits {
  const pixel = map.lanes / 8;
  return { room: schedule.room(map.pixels * pixel), pixel };
}

/**
 * Turns the gradient of `y = f(x)` into that of `x`, in place. `x` is `y` where the step was fused: only activations whose
 * slope follows from `y` are.
 */
export function undoActivation(
  shop: Workshop,
  { activation, bits, high }: ActivationTrace,
  { x, y, gradient, redirect }: { x: FeatureMap; y: FeatureMap; gradient: FeatureMap; redirect: boolean },
): void {
  if (activation.name === "linear") return;
  if (activation.name === "relu") {
    const finishing = { ...asIs, flags: Finish.Mask, bits };
    if (redirect) redirectRectifier(shop, gradient, bits!, high);
    else combine(shop, "Copy", { input: gradient, output: gradient, finishing });
  } else if (activation.name === "leakyRelu") {
    combine(shop, "LeakyAdjoint", {
      input: gradient,
      output: gradient,
      slope: slopeOf(activation),
      finishing: { ...asIs, bits },
    });
  } else {
    shop.schedule.script([x.room, y.room, gradient.room], () =>
      activateAdjoint(shop.heap, activation, { x, y, gradient }),
    );
  }
}

function redirectRectifier({ schedule }: Workshop, gradient: FeatureMap, bits: Bits, high: Bits | null): void {
  const passes = schedule.room(4 * gradient.count);
  const fields = () => ({
    gradient: gradient.address,
    gradientPixel: gradient.pixel,
    count: gradient.count,
    pixels: gradient.area,
    lanes: gradient.lanes,
    mask: bits.room.address,
    high: high?.room.address ?? 0,
    maskPixel: bits.pixel,
    passes: passes.address,
  });
  schedule.emit("findPassing", { units: gradient.count }, fields);
  schedule.emit("redirect", { units: gradient.pixels }, fields);
}

function activate({ floats }: Heap, activation: Activation, output: FeatureMap): void {
  const { channels } = output;
  if (activation.name === "softmax")
    return eachPixel([output], ([at]) => softmax(floats.subarray(at!, at! + channels)));
  const { value } = pointwise(activation);
  eachPixel([output], ([at], first) => {
    for (let c = 0; c < channels; c++) floats[at! + c] = value(floats[at! + c]!, first + c);
  });
}

function activateAdjoint(
  { floats }: Heap,
  activation: Activation,
  { x, y, gradient }: { x: FeatureMap; y: FeatureMap; gradient: FeatureMap },
): void {
  const { channels } = y;
  if (activation.name === "softmax") {
    return eachPixel([y, gradient], ([at, slope]) =>
      softmaxAdjoint(floats.subarray(at!, at! + channels), floats.subarray(slope!, slope! + channels)),
    );
  }
  const { slope } = pointwise(activation);
  eachPixel([x, y, gradient], ([before, after, at], first) => {
    for (let c = 0; c < channels; c++) floats[at! + c]! *= slope(floats[before! + c]!, floats[after! + c]!, first + c);
  });
}

function softmax(row: Float32Array): void {
  const top = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  let sum = 0;
  for (let c = 0; c < row.length; c++) sum += row[c] = Math.exp(row[c]! - top);
  for (let c = 0; c < row.length; c++) row[c]! /= sum;
}

/** `∂L/∂xᵢ = yᵢ (gᵢ − Σⱼ gⱼ yⱼ)`. */
function softmaxAdjoint(y: Float32Array, gradient: Float32Array): void {
  const dot = y.reduce((sum, value, c) => sum + value * gradient[c]!, 0);
  for (let c = 0; c < y.length; c++) gradient[c] = y[c]! * (gradient[c]! - dot);
}
