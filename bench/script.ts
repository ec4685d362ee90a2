/**
 * A plan at a size as a script that a peer can follow: one JSON line of steps, and the weights and the image in one file of
 * floats. So that every peer computes the same, batch norm folded for all of them.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Volume } from "../src/engine/engine.js";
import { layout } from "../src/engine/layout.js";
import type { Plan } from "../src/engine/plan.js";
import type { Activation } from "../src/network/ops.js";

/** A step for peers; `offset`s count floats in the file. */
export interface ScriptStep {
  readonly kind: "conv" | "pool" | "pad" | "add" | "concat" | "activation";
  readonly inputs: readonly number[];
  readonly output: number;
  readonly relu: boolean;
  readonly kernel?: { readonly offset: number; readonly shape: readonly number[] };
  readonly bias?: { readonly offset: number } | undefined;
  readonly strides?: readonly [number, number];
  /** Zeros at the top, bottom, left and right. */
  readonly pads?: readonly [number, number, number, number];
  readonly mode?: "max" | "average";
  readonly size?: readonly [number, number];
}

/** What a peer gets. */
export interface Script {
  /** `[count, height, width, channels]` of the image. */
  readonly input: readonly [number, number, number, number];
  /** Floats: the image, then the weights. */
  readonly file: string;
  readonly steps: readonly ScriptStep[];
  /** The value that is the target. */
  readonly target: number;
  /** Multiply–adds of the convolutions, forward, all images. */
  readonly macs: number;
}

/** Writes a plan for an image into a folder. */
export function writeScript(plan: Plan, image: Volume, folder: string): Script {
  const { count, height, width, channels } = image;
  const floats = [image.data];
  let length = image.data.length;
  const put = (data: Float32Array): { offset: number } => {
    const offset = length;
    floats.push(data);
    length += data.length;
    return { offset };
  };
  let macs = 0;
  const steps = layout(plan, height, width).steps.map(({ step, output, pads, size, inputs }): ScriptStep => {
    const { kind } = step;
    const base = {
      inputs: step.inputs,
      output: step.output,
      pads: [pads.top, pads.bottom, pads.left, pads.right] as const,
    };
    switch (kind) {
      case "conv": {
        if (step.groups !== 1 || step.dilation.some((d) => d !== 1))
          throw new Error(`${step.name}: groups or dilation`);
        const { kernel, shape, bias } = step.weights;
        macs += count * output[0] * output[1] * kernel.length;
        return {
          ...base,
          kind,
          relu: isRelu(step.activation),
          kernel: { ...put(kernel), shape },
          bias: bias ? put(bias) : undefined,
          strides: step.strides,
        };
      }
      case "pool":
        if (inputs[0]![2] !== output[2]) throw new Error("a pool keeps channels");
        return { ...base, kind, relu: false, mode: step.mode, size, strides: step.strides };
      case "add":
        return { ...base, kind, relu: isRelu(step.activation) };
      case "activation":
        return { ...base, kind, relu: isRelu(step.activation) };
      case "pad":
      case "concat":
        return { ...base, kind, relu: false };
      default:
        throw new Error(`${step.name}: peers have no ${kind}`);
    }
  });
  const file = join(folder, "floats.bin");
  const all = new Float32Array(length);
  let at = 0;
  for (const part of floats) {
    all.set(part, at);
    at += part.length;
  }
  writeFileSync(file, all);
  return { input: [count, height, width, channels], file, steps, target: plan.targets[0]!.value, macs };
}

function isRelu({ name, max }: Activation): boolean {
  if (name === "linear") return false;
  if (name === "relu" && max === undefined) return true;
  throw new Error(`peers have no ${name}`);
}
