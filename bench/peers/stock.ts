/** Stock TensorFlow.js on its wasm backend: plain operations, and the gradient by its tape. `stock.ts SCRIPT`. */
import { readFileSync } from "node:fs";
import "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
// Registers the gradients.
import "@tensorflow/tfjs-layers";
import type { Script } from "../script.js";
import { serve } from "./serve.js";

const script = JSON.parse(readFileSync(process.argv[2]!, "utf8")) as Script;
const bytes = readFileSync(script.file);
const floats = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
await tf.setBackend("wasm");
const tensor = (offset: number, shape: readonly number[]): tf.Tensor => {
  const length = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(floats.slice(offset, offset + length), [...shape]);
};
const weights = script.steps.map(({ kernel, bias }) => ({
  kernel: kernel && (tensor(kernel.offset, kernel.shape) as tf.Tensor4D),
  bias: bias && tensor(bias.offset, [kernel!.shape[3]!]),
}));

function run(image: tf.Tensor4D): tf.Tensor4D {
  const values: tf.Tensor4D[] = [image];
  script.steps.forEach((step, i) => {
    const inputs = step.inputs.map((value) => values[value]!);
    const { kernel, bias } = weights[i]!;
    const [top, bottom, left, right] = step.pads!;
    const pads: [[number, number], [number, number], [number, number], [number, number]] = [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ];
    let value: tf.Tensor4D;
    if (step.kind === "conv") {
      value = tf.conv2d(inputs[0]!, kernel!, [...step.strides!], pads);
      if (bias) value = tf.add(value, bias);
    } else if (step.kind === "pool") {
      const pool = step.mode === "max" ? tf.maxPool : tf.avgPool;
      value = pool(inputs[0]!, [...step.size!], [...step.strides!], top + bottom + left + right > 0 ? "same" : "valid");
    } else if (step.kind === "add") value = tf.addN(inputs);
    else if (step.kind === "pad") value = tf.pad(inputs[0]!, pads);
    else if (step.kind === "concat") value = tf.concat(inputs, 3);
    else value = inputs[0]!;
    values[step.output] = step.relu ? tf.relu(value) : value;
  });
  return values[script.target]!;
}

const image = tensor(0, script.input) as tf.Tensor4D;
const objective = tf.grad((x: tf.Tensor) => tf.mul(tf.mean(run(x as tf.Tensor4D)), script.input[0]));
const started = performance.now();
await serve(
  async () => {
    const gradient = tf.tidy(() => objective(image));
    const data = await gradient.data();
    gradient.dispose();
    return data as Float32Array;
  },
  { start: performance.now() - started },
);
