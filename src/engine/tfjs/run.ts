/**
 * Through a plan with tensors, forward and backward. Values go as soon as the last step that reads them is done, except
 * the targets and what the adjoints read again. Steps may hand on a tensor they were given, so one tensor can stand for
 * several values; it goes with the last of them.
 */
import type { Tensor4D } from "@tensorflow/tfjs-core";
import type { Volume } from "../engine.js";
import type { Layout } from "../layout.js";
import type { Device } from "./kernel.js";
import { kernelOf } from "./kernels.js";

/** A forward run whose input can be asked for its gradient. */
export interface Run {
  /** Sizes of the input. */
  readonly input: Omit<Volume, "data">;
  readonly layout: Layout;
  /** The values that are still there. */
  readonly values: readonly (Tensor4D | null)[];
}

/** Computes every value; those in `targets` and those that adjoints reread stay. */
export function forwardRun(
  device: Device,
  layout: Layout,
  { input, targets }: { readonly input: Volume; readonly targets: readonly number[] },
): Run {
  const { tf } = device;
  const { data, ...sizes } = input;
  // A copy, because some backends keep the array itself and the caller may write to it before the backward run.
  const values: (Tensor4D | null)[] = [
    tf.tensor4d(data.slice(), [sizes.count, sizes.height, sizes.width, sizes.channels]),
  ];
  const last = lastReads(layout, targets);
  layout.steps.forEach((placed, i) => {
    const { inputs, output } = placed.step;
    values[output] = tf.tidy(() =>
      kernelOf(placed).forward(
        device,
        placed,
        inputs.map((v) => values[v]!),
      ),
    );
    for (const v of inputs) if (last[v] === i) drop(values, v);
  });
  return { input: sizes, layout, values };
}

/** The number of the last step that reads each value; infinite for values that stay. */
function lastReads({ steps, shapes }: Layout, targets: readonly number[]): number[] {
  const last = shapes.map(() => -1);
  steps.forEach(({ step }, i) => {
    for (const v of step.inputs) last[v] = i;
  });
  const stay = steps.flatMap((placed) => {
    const { inputs = false, output = false } = kernelOf(placed).rereads(placed.step);
    return [...(inputs ? placed.step.inputs : []), ...(output ? [placed.step.output] : [])];
  });
  for (const v of [...targets, ...stay]) last[v] = Number.POSITIVE_INFINITY;
  return last;
}

/** Gradients to start from and how to treat rectifiers. */
export interface BackwardRun {
  /** Gradient of each value that is a target. */
  readonly start: ReadonlyMap<number, Float32Array>;
  readonly redirect: boolean;
}

/** The gradient of the input; `null` where nothing leads to it. */
export function backwardRun(
  device: Device,
  { input, layout, values }: Run,
  { start, redirect }: BackwardRun,
): Tensor4D | null {
  const { tf } = device;
  const gradients: (Tensor4D | null)[] = values.map(() => null);
  for (const [v, gradient] of start) gradients[v] = tf.tensor4d(gradient, [input.count, ...layout.shapes[v]!]);
  for (const placed of layout.steps.toReversed()) {
    const { inputs, output } = placed.step;
    const gradient = gradients[output];
    if (!gradient) continue;
    const around = { inputs: inputs.map((v) => values[v]!), output: values[output]!, gradient, redirect };
    const parts = tf.tidy(() => [...kernelOf(placed).adjoint(device, placed, around)]);
    gradients[output] = null;
    const spent = [gradient, ...parts];
    inputs.forEach((v, i) => {
      const before = gradients[v];
      gradients[v] = before ? tf.add<Tensor4D>(before, parts[i]!) : parts[i]!;
      if (before) spent.push(before);
    });
    for (const tensor of spent) if (!gradients.includes(tensor)) tensor.dispose();
  }
  return gradients[0]!;
}

/** Forgets a value; its tensor goes unless it stands for another one too. */
function drop(values: (Tensor4D | null)[], v: number): void {
  const tensor = values[v];
  values[v] = null;
  if (tensor && !values.includes(tensor)) tensor.dispose();
}
