/** Whether a layer answers through a rectifier: 0 or more, and 0 wherever nothing excites it. */
import { type Network, opsByName, outputOp } from "./network.js";
import type { Op } from "./ops.js";

/** Whether what a layer puts out comes from rectifiers, on whatever ways that keep the sign of values. */
export function isRectified(net: Network, layer: string): boolean {
  const ops = opsByName(net);
  const rectified = (op: Op): boolean => {
    switch (op.kind) {
      case "conv":
      case "depthwise":
      case "dense":
      case "activation": {
        const { name } = op.activation;
        if (op.kind === "activation" && name === "linear") return reads(op);
        return name === "relu" || name === "thresholdedRelu";
      }
      case "pool":
      case "globalPool":
      case "pad":
      case "upsample":
      case "reshape":
      case "identity":
      case "concat":
      case "add":
      case "multiply":
      case "lrn":
        return reads(op);
      default:
        return false;
    }
  };
  const reads = (op: Op): boolean => op.inputs.length > 0 && op.inputs.every((name) => rectified(ops.get(name)!));
  return rectified(outputOp(net, layer));
}
