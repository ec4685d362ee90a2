/** ONNX activations: constants that the file leaves out have the values of the standard. */
import type { Activation } from "../../network/ops.js";
import { ofMaps } from "../graph/arithmetic.js";
import { CannotRead } from "../graph/cannot-read.js";
import { addClip } from "../graph/extremum.js";
import type { NodeReader, NodeToRead } from "../graph/node.js";
import { slopesOf } from "../graph/per-channel.js";
import { addActivation, addSoftmax } from "../graph/simple.js";
import { axisAt, settingsOf } from "../graph/value.js";

/** A reader for a function without, or with given, constants. */
export function activation(settings: Activation | ((node: NodeToRead) => Activation)): NodeReader {
  return (node) => addActivation(node, node.map(0), typeof settings === "function" ? settings(node) : settings);
}

/** Activations by type of node. */
export const activations: Readonly<Record<string, NodeReader>> = {
  Relu: activation({ name: "relu" }),
  LeakyRelu: activation((node) => ({ name: "leakyRelu", alpha: node.number("alpha", 0.01) })),
  Elu: activation((node) => ({ name: "elu", alpha: node.number("alpha", 1) })),
  Selu: activation((node) => {
    const [alpha, gamma] = [node.number("alpha", 1.6732632), node.number("gamma", 1.0507009)];
    if (Math.abs(alpha - 1.6732632) > 1e-3 || Math.abs(gamma - 1.0507009) > 1e-3) {
      throw new CannotRead(`its constants are ${alpha} and ${gamma}, not those of selu`);
    }
    return { name: "selu" };
  }),
  ThresholdedRelu: activation((node) => ({ name: "thresholdedRelu", threshold: node.number("alpha", 1) })),
  Sigmoid: activation({ name: "sigmoid" }),
  HardSigmoid: activation((node) => {
    if (node.number("beta", 0.5) !== 0.5) throw new CannotRead(`its offset is ${node.number("beta")}, not 0.5`);
    return { name: "hardSigmoid", alpha: node.number("alpha", 0.2) };
  }),
  Tanh: activation({ name: "tanh" }),
  Softplus: activation({ name: "softplus" }),
  Softsign: activation({ name: "softsign" }),
  Mish: activation({ name: "mish" }),
  Gelu: activation((node) => ({ name: node.word("approximate", "none") === "tanh" ? "geluTanh" : "gelu" })),
  PRelu: (node) => {
    const map = node.map(0);
    return addActivation(node, map, { name: "prelu", slopes: slopesOf(map, node.weight(1), node.numbers(1)) });
  },
  Clip: (node) => {
    const limit = (i: number, name: string, fallback: number): number => {
      const input = node.version >= 11 ? node.constant(i) : undefined;
      return (input ? settingsOf(input)[0] : node.list(name)?.[0]) ?? fallback;
    };
    // What a writer means by "no limit" is the largest number there is.
    const [least, most] = [limit(1, "min", Number.NEGATIVE_INFINITY), limit(2, "max", Number.POSITIVE_INFINITY)];
    return addClip(node, node.map(0), {
      ...(least > -3e38 && { min: least }),
      ...(most < 3e38 && { max: most }),
    });
  },
  HardSwish: (node) => {
    const map = node.map(0);
    const gate = addActivation(node, { ...map, readers: 2 }, { name: "hardSigmoid", alpha: 1 / 6 });
    return ofMaps(node, [map, gate], "multiply");
  },
  Softmax: (node) => {
    const map = node.map(0);
    const axis = axisAt(map, node.number("axis", node.version < 13 ? 1 : -1));
    // Before version 13 everything from the axis on is one row.
    const axes = node.version < 13 ? map.axes.map((_, i) => i).slice(axis) : [axis];
    return addSoftmax(node, map, axes);
  },
};
