/** A small network with everything that real ones have: batch norms, a residual sum, branches, strides, a rectifier each. */
import { createNetwork, type Network } from "../../src/network/network.js";
import { type ConvOp, linear, type NormOp, type Op } from "../../src/network/ops.js";
import { preprocessing } from "../../src/network/preprocessing.js";
import { weightsOf } from "./arbitrary.js";
import { drawsOf } from "./values.js";

const relu = { name: "relu" } as const;

/** The network; its layers are `conv1` … `sum`, `mixed`. */
export function resnet(seed: number): Network {
  const conv = (name: string, from: string, shape: ConvOp["kernelShape"], more: Partial<ConvOp> = {}): ConvOp => {
    const { kernel, bias } = weightsOf(shape, shape[3], seed + name.length);
    return {
      kind: "conv",
      name,
      layer: name,
      inputs: [from],
      output: [null, null, shape[3]],
      kernel,
      kernelShape: shape,
      bias,
      strides: [1, 1],
      dilation: [1, 1],
      padding: "same",
      groups: 1,
      activation: linear,
      ...more,
    };
  };
  const map = (name: string, channels: number): { name: string; layer: string; output: Op["output"] } => ({
    name,
    layer: name,
    output: [null, null, channels],
  });
  const norm = (name: string, from: string, channels: number): NormOp => {
    const random = drawsOf(seed + 5);
    const draw = (offset: number): Float32Array =>
      Float32Array.from({ length: channels }, () => offset + random.uniform());
    return {
      kind: "norm",
      ...map(name, channels),
      inputs: [from],
      gamma: draw(0.5),
      beta: draw(-0.5),
      mean: draw(-0.5),
      variance: draw(0.5),
      epsilon: 1e-3,
    };
  };
  const act = (name: string, from: string, channels: number): Op => ({
    kind: "activation",
    ...map(name, channels),
    inputs: [from],
    activation: relu,
  });
  const ops: Op[] = [
    { kind: "input", ...map("image", 3), inputs: [] },
    { kind: "pad", ...map("zeros", 3), inputs: ["image"], padding: { top: 1, bottom: 1, left: 1, right: 1 } },
    conv("conv1", "zeros", [3, 3, 3, 6], { strides: [2, 2], padding: "valid", activation: relu }),
    conv("conv2", "conv1", [3, 3, 6, 6]),
    norm("norm2", "conv2", 6),
    act("relu2", "norm2", 6),
    conv("conv3", "relu2", [1, 3, 3, 6], { groups: 2, bias: null }),
    norm("norm3", "conv3", 6),
    { kind: "add", ...map("sum", 6), inputs: ["conv1", "norm3"] },
    act("relu3", "sum", 6),
    { kind: "pool", ...map("pool", 6), inputs: ["relu3"], mode: "max", size: [3, 3], strides: [2, 2], padding: "same" },
    {
      kind: "pool",
      ...map("mean", 6),
      inputs: ["pool"],
      mode: "average",
      size: [3, 3],
      strides: [1, 1],
      padding: "same",
    },
    conv("branch", "pool", [3, 3, 6, 3], { dilation: [2, 2] }),
    { kind: "concat", ...map("both", 9), inputs: ["mean", "branch"] },
    norm("norm4", "both", 9),
    conv("mixed", "norm4", [1, 1, 9, 5], { activation: { name: "tanh" } }),
  ];
  const image = { shape: [null, null, 3], preprocessing: preprocessing("unit"), stated: true };
  return createNetwork("resnet", ops, image);
}
