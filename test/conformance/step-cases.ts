/** Every kind of step, forward and backward. */
import { linear } from "../../src/network/ops.js";
import {
  activationScene,
  convScene,
  convTransposeScene,
  depthwiseScene,
  fused,
  linearConvScene,
  linearConvTransposeScene,
  linearDepthwiseScene,
  normalizeScene,
  pointwiseNames,
  poolScene,
  selectScene,
  stepScene,
  transposeScene,
  weightsOf,
} from "./arbitrary.js";
import { type ConformanceCase, property } from "./case.js";
import type { Draft } from "./scene.js";
import { drawsOf, lattice } from "./values.js";

/** Without bias, so that a sum stays off the edge of its rectifier. */
const oneByOne = (channels: number, out: number, from: number, reads: readonly number[]): Draft => ({
  kind: "conv",
  weights: weightsOf([1, 1, channels, out], 0, from),
  strides: [1, 1],
  dilation: [1, 1],
  padding: "valid",
  groups: 1,
  activation: linear,
  reads,
});

const affine = (channels: number, from: number, activation = linear): Draft => ({
  kind: "affine",
  scale: lattice(drawsOf(from + 2), channels),
  shift: lattice(drawsOf(from + 3), channels, { offset: 1 / 32 }),
  activation,
});

/** The cases. */
export const stepCases: readonly ConformanceCase[] = [
  property("convolution, of any size, stride, dilation, padding, groups and fused activation", convScene),
  property("the backward of a convolution is its adjoint", linearConvScene, { linear: true }),
  property("depthwise convolution, of any multiplier", depthwiseScene),
  property("the backward of a depthwise convolution is its adjoint", linearDepthwiseScene, { linear: true }),
  property("transposed convolution, of any output padding too", convTransposeScene),
  property("the backward of a transposed convolution is its adjoint", linearConvTransposeScene, { linear: true }),
  property("a selection of rows, columns and channels, with any border", selectScene(0), { linear: true }),
  property("axes split, permuted and joined", transposeScene, { linear: true }),
  property("normalisation at each pixel", normalizeScene("pixel")),
  property("normalisation over the map", normalizeScene("map")),
  property("a selection with a border of a constant", selectScene(1.5)),
  ...(["maximum", "minimum"] as const).flatMap((kind) => [
    property(
      `the ${kind} of two maps without equal values`,
      stepScene((c, from) => [affine(c, from), { kind, reads: [0, 1] }]),
    ),
    property(
      `the ${kind} of three maps, the gradient to the first of the equals`,
      stepScene((c, from) => [affine(c, from), oneByOne(c, c, from, [0]), { kind, reads: [2, 0, 1, 0] }]),
      { smooth: false },
    ),
  ]),
  property("maximum over windows", poolScene("max")),
  property("of equal maxima the first gets the gradient", poolScene("max", true), { smooth: false }),
  property("mean over windows, padding left out", poolScene("average"), { linear: true }),
  ...pointwiseNames.map((name) => property(`activation ${name}`, activationScene(name))),
  property(
    "softmax over channels",
    stepScene(() => [{ kind: "activation", activation: { name: "softmax" } }]),
  ),
  ...fused.map((activation) =>
    property(
      `scale and shift, then ${activation.name}${activation.max ? ` up to ${activation.max}` : ""}`,
      stepScene((c, from) => [affine(c, from, activation)]),
    ),
  ),
  property(
    "zeros around",
    stepScene((_, from) => [
      { kind: "pad", padding: { top: from % 3, bottom: from % 4, left: from % 2, right: from % 5 } },
    ]),
    { linear: true },
  ),
  ...fused.map((activation) =>
    property(
      `a sum, then ${activation.name}${activation.max ? ` up to ${activation.max}` : ""}`,
      stepScene((c, from) => [
        affine(c, from),
        oneByOne(c, c, from, [0]),
        { kind: "add", activation, reads: [0, 1, 2] },
      ]),
    ),
  ),
  property(
    "a value added to itself",
    stepScene(() => [{ kind: "add", activation: linear, reads: [0, 0] }]),
    { linear: true },
  ),
  property(
    "a product of three",
    stepScene((c, from) => [affine(c, from), oneByOne(c, c, from, [0]), { kind: "multiply", reads: [0, 1, 2] }]),
  ),
  property(
    "a square",
    stepScene(() => [{ kind: "multiply", reads: [0, 0] }]),
  ),
  ...(["multiply", "add"] as const).map((kind) =>
    property(
      `a map of one pixel that joins a larger one: ${kind}`,
      stepScene((c, from) => [
        { kind: "pool", mode: "average", size: null, strides: [1, 1], padding: "valid", reads: [0] },
        oneByOne(c, c, from, [1]),
        { kind: "resize", factor: [1, 1], interpolation: "nearest", like: 0, reads: [2] },
        { kind, ...(kind === "add" && { activation: linear }), reads: [0, 3] } as Draft,
      ]),
    ),
  ),
  property(
    "a power of what is above zero",
    stepScene((c, from) => [
      affine(c, from, { name: "sigmoid" }),
      { kind: "activation", activation: { name: "power", alpha: -0.75 } },
    ]),
  ),
  property(
    "channels side by side",
    stepScene((c, from) => [
      oneByOne(c, 3, from, [0]),
      oneByOne(c, 2, from + 9, [0]),
      { kind: "concat", reads: [2, 0, 1, 0] },
    ]),
  ),
  ...(["nearest", "bilinear"] as const).map((interpolation) =>
    property(
      `enlarging, ${interpolation}`,
      stepScene((_, from) => [{ kind: "resize", factor: [(from % 3) + 1, (from % 4) + 1], interpolation }]),
      { linear: true },
    ),
  ),
];
