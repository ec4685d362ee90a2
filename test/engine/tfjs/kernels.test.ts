/** Parts of the tfjs engine that Node's backends do not reach, or that the suite sees only through their sum. */
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { cpuEngine } from "../../../src/engine/cpu/cpu.js";
import { layout, type PlacedStep } from "../../../src/engine/layout.js";
import type { PoolStep } from "../../../src/engine/steps.js";
import { adjointKernels, forwardKernels } from "../../../src/engine/tfjs/conv-kernels.js";
import { spread } from "../../../src/engine/tfjs/phases.js";
import { maximaByWindow } from "../../../src/engine/tfjs/pool.js";
import { tfjsEngine } from "../../../src/engine/tfjs/tfjs.js";
import { poolScene } from "../../conformance/arbitrary.js";
import { gradientsFor } from "../../conformance/compare.js";

beforeAll(async () => {
  await tfjsEngine({ backend: "cpu" });
  await tf.setBackend("cpu");
});

describe("the maximum's adjoint in operations of a GPU", () => {
  it("is that of cpu, ties and overlapping windows included", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(poolScene("max"), poolScene("max", true)), async ({ plan, input }) => {
        const reference = await cpuEngine().load(plan);
        const outputs = await reference.forward(input);
        const [gradient] = gradientsFor(outputs, 4);
        const wanted = await reference.backward([gradient!]);
        const placed = layout(plan, input.height, input.width).steps[0] as PlacedStep<PoolStep>;
        const [x, output, given] = [input, outputs[0]!, { ...outputs[0]!, data: gradient! }].map(
          ({ data, count, height, width, channels }) => tf.tensor4d(data, [count, height, width, channels]),
        );
        const got = await maximaByWindow(tf, placed, {
          inputs: [x!],
          output: output!,
          gradient: given!,
          redirect: false,
        }).data();
        expect([...got].map(Math.fround)).toEqual([...wanted.data].map((value) => expect.closeTo(value, 5)));
      }),
      { seed: 1, numRuns: 60 },
    );
  });
});

describe("spreading a map", () => {
  const rows = (map: tf.Tensor4D): unknown =>
    (map.arraySync() as number[][][][])[0]!.map((row) => row.map((pixel) => (pixel.length === 1 ? pixel[0] : pixel)));

  it("puts zeros between pixels", () => {
    expect(rows(spread(tf, tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]), { strides: [2, 3] }))).toEqual([
      [1, 0, 0, 2, 0, 0],
      [0, 0, 0, 0, 0, 0],
      [3, 0, 0, 4, 0, 0],
      [0, 0, 0, 0, 0, 0],
    ]);
  });

  it("puts phases held in channels between pixels", () => {
    const map = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 2, 4]);
    expect(rows(spread(tf, map, { strides: [2, 2], phases: [2, 2] }))).toEqual([
      [1, 2, 5, 6],
      [3, 4, 7, 8],
    ]);
    expect(rows(spread(tf, map, { strides: [3, 2], phases: [2, 2] }))).toEqual([
      [1, 2, 5, 6],
      [3, 4, 7, 8],
      [0, 0, 0, 0],
    ]);
  });
});

describe("kernels of a convolution", () => {
  const weights = { kernel: Float32Array.of(1, 2, 3), shape: [1, 3, 1, 1] as const, bias: null };

  it("are turned round for the adjoint", () => {
    const [kernel] = adjointKernels({ weights, strides: [1, 1], dilation: [1, 2] });
    expect(kernel).toEqual({ values: Float32Array.of(3, 2, 1), shape: [1, 3, 1, 1], dilation: [1, 2], phases: [1, 1] });
  });

  it("are sorted by the phases of a stride for the adjoint", () => {
    const [kernel] = adjointKernels({ weights, strides: [1, 2], dilation: [1, 1] });
    // Phase 0 has taps 1 and 3, phase 1 has tap 2; later taps meet earlier outputs.
    expect(kernel).toEqual({
      values: Float32Array.of(3, 0, 1, 2),
      shape: [1, 2, 1, 2],
      dilation: [1, 1],
      phases: [1, 2],
    });
  });

  it("have one phase only where the stride is wider than the kernel", () => {
    const [kernel] = adjointKernels({
      weights: { ...weights, kernel: Float32Array.of(5), shape: [1, 1, 1, 1] },
      strides: [2, 2],
      dilation: [1, 1],
    });
    expect(kernel).toMatchObject({ shape: [1, 1, 1, 1], phases: [1, 1] });
  });

  it("get zeros between their taps where they stride and dilate at once", () => {
    const [kernel] = forwardKernels({ weights, strides: [2, 2], dilation: [1, 2] });
    expect(kernel).toEqual({ values: Float32Array.of(1, 0, 2, 0, 3), shape: [1, 5, 1, 1], dilation: [1, 1] });
  });
});
