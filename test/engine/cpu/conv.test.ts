import { describe, expect, it } from "vitest";
import type { ConvStep, DepthwiseStep } from "../../../src/engine/steps.js";
import { linear } from "../../../src/network/ops.js";
import type { Draft } from "../../conformance/scene.js";
import { ran, upTo } from "../run.js";

const conv = (
  shape: ConvStep["weights"]["shape"],
  kernel: readonly number[],
  more: Partial<ConvStep> = {},
  bias: readonly number[] | null = null,
): Draft<ConvStep> => ({
  kind: "conv",
  weights: { shape, kernel: Float32Array.from(kernel), bias: bias && Float32Array.from(bias) },
  strides: more.strides ?? [1, 1],
  dilation: more.dilation ?? [1, 1],
  padding: more.padding ?? "valid",
  groups: more.groups ?? 1,
  activation: more.activation ?? linear,
});

const depthwise = (
  shape: DepthwiseStep["weights"]["shape"],
  kernel: readonly number[],
  more: Partial<DepthwiseStep> = {},
): Draft<DepthwiseStep> => ({
  kind: "depthwise",
  weights: { shape, kernel: Float32Array.from(kernel), bias: null },
  strides: more.strides ?? [1, 1],
  dilation: more.dilation ?? [1, 1],
  padding: more.padding ?? "valid",
  activation: linear,
});

const threeByThree = { shape: [1, 3, 3, 1] as const, data: upTo(9) };

describe("convolution on cpu", () => {
  it("slides the kernel as stored, without turning it: 2×2 over the numbers 1 to 9", async () => {
    const run = await ran([conv([2, 2, 1, 1], [1, 0, 0, 10])], threeByThree);
    expect(run.shape).toEqual([1, 2, 2, 1]);
    expect(run.values).toEqual([51, 62, 84, 95]);
    expect(run.gradient).toEqual([1, 1, 0, 1, 11, 10, 0, 10, 10]);
  });

  it("adds the bias before the activation", async () => {
    const run = await ran([conv([1, 1, 1, 2], [1, -1], { activation: { name: "relu" } }, [-5, 5])], threeByThree);
    expect(run.values).toEqual([0, 4, 0, 3, 0, 2, 0, 1, 0, 0, 1, 0, 2, 0, 3, 0, 4, 0]);
    expect(run.gradient).toEqual([-1, -1, -1, -1, 0, 1, 1, 1, 1]);
  });

  it("puts the odd zero of same padding at the bottom and right", async () => {
    const run = await ran([conv([2, 2, 1, 1], [0, 0, 0, 1], { padding: "same" })], threeByThree);
    expect(run.values).toEqual([5, 6, 0, 8, 9, 0, 0, 0, 0]);
  });

  it("keeps ⌈n / stride⌉ windows with same padding", async () => {
    const run = await ran(
      [conv([3, 3, 1, 1], [0, 0, 0, 0, 1, 0, 0, 0, 0], { padding: "same", strides: [2, 2] })],
      threeByThree,
    );
    expect(run.values).toEqual([1, 3, 7, 9]);
    expect(run.gradient).toEqual([1, 0, 1, 0, 0, 0, 1, 0, 1]);
  });

  it("spreads the taps of a dilated kernel", async () => {
    const run = await ran([conv([2, 2, 1, 1], [1, 2, 3, 4], { dilation: [2, 2] })], threeByThree);
    expect(run.values).toEqual([1 + 2 * 3 + 3 * 7 + 4 * 9]);
    expect(run.gradient).toEqual([1, 0, 2, 0, 0, 0, 3, 0, 4]);
  });

  it("adds explicit zeros on each side by itself", async () => {
    const run = await ran([conv([1, 1, 1, 1], [1], { padding: { top: 1, bottom: 0, left: 0, right: 2 } })], {
      shape: [1, 1, 2, 1],
      data: [3, 4],
    });
    expect(run.shape).toEqual([1, 2, 4, 1]);
    expect(run.values).toEqual([0, 0, 0, 0, 3, 4, 0, 0]);
  });

  it("lets each group read its own channels", async () => {
    const run = await ran([conv([1, 1, 2, 2], [1, 100, 10, 1000], { groups: 2 })], {
      shape: [1, 1, 1, 4],
      data: [1, 2, 3, 4],
    });
    expect(run.values).toEqual([21, 4300]);
    expect(run.gradient).toEqual([1, 10, 100, 1000]);
  });

  it("treats the maps of a batch alike", async () => {
    const run = await ran([conv([1, 2, 1, 1], [1, 1])], { shape: [2, 1, 2, 1], data: [1, 2, 3, 4] });
    expect(run.values).toEqual([3, 7]);
  });
});

describe("depthwise convolution on cpu", () => {
  it("convolves each channel by itself, multiplier outputs per channel side by side", async () => {
    const run = await ran([depthwise([1, 1, 2, 2], [1, 2, 3, 4])], { shape: [1, 1, 1, 2], data: [10, 100] });
    expect(run.values).toEqual([10, 20, 300, 400]);
    expect(run.gradient).toEqual([3, 7]);
  });

  it("steps and pads like a convolution", async () => {
    const run = await ran(
      [depthwise([3, 3, 1, 1], [0, 0, 0, 0, 1, 0, 0, 0, 0], { padding: "same", strides: [2, 2] })],
      threeByThree,
    );
    expect(run.values).toEqual([1, 3, 7, 9]);
  });
});
