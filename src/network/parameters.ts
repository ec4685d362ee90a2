/** How many weights an operation holds. */
import type { Op } from "./ops.js";

/** Number of weights of an operation, counted as the frameworks do (a batch norm's statistics included). */
export function parametersOf(op: Op): number {
  switch (op.kind) {
    case "conv":
    case "depthwise":
    case "dense":
      return op.kernel.length + (op.bias?.length ?? 0) + (op.activation.slopes?.length ?? 0);
    case "norm":
      return (op.gamma?.length ?? 0) + (op.beta?.length ?? 0) + op.mean.length + op.variance.length;
    case "activation":
      return op.activation.slopes?.length ?? 0;
    case "opaque":
      return op.parameters;
    default:
      return 0;
  }
}
