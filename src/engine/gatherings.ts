/** Operations that only rearrange a map, as gatherings. */
import type { BlocksOp, CropOp, ExtendOp, PermuteOp, SelectOp } from "../network/ops.js";
import { type Gathering, type Selection, type Transposition, wholeAxis } from "./gather.js";

const everything: Selection = {
  kind: "select",
  rows: wholeAxis,
  columns: wholeAxis,
  border: "constant",
  value: 0,
  channels: null,
};

type Rearranging = ExtendOp | CropOp | SelectOp | BlocksOp | PermuteOp;

const made = new WeakMap<Rearranging, Gathering>();

/** The gathering of an operation; the same object for the same operation, so that its tables are made once. */
export function gatheringOf(op: Rearranging): Gathering {
  const gathering = made.get(op) ?? make(op);
  made.set(op, gathering);
  return gathering;
}

function make(op: Rearranging): Gathering {
  switch (op.kind) {
    case "extend": {
      const { top, bottom, left, right } = op.padding;
      return {
        ...everything,
        rows: { before: top, after: bottom, stride: 1 },
        columns: { before: left, after: right, stride: 1 },
        border: op.border,
        value: op.value,
      };
    }
    case "crop": {
      const { top, bottom, left, right } = op.cropping;
      return {
        ...everything,
        rows: { before: 0 - top, after: 0 - bottom, stride: op.strides[0] },
        columns: { before: 0 - left, after: 0 - right, stride: op.strides[1] },
      };
    }
    case "select":
      return { ...everything, channels: op.channels };
    case "depthToSpace":
      return depthToSpace(op);
    case "spaceToDepth":
      return spaceToDepth(op);
    case "permute":
      return { kind: "transpose", split: [[-1], [-1], [-1]], order: op.axes, join: [1, 1, 1] };
  }
}

/** Axes: rows, columns, and of the channels block row, block column, rest (DCR) or rest, block row, block column (CRD). */
function depthToSpace({ block, order }: BlocksOp): Transposition {
  return {
    kind: "transpose",
    split: [[-1], [-1], order === "DCR" ? [block, block, -1] : [-1, block, block]],
    order: order === "DCR" ? [0, 2, 1, 3, 4] : [0, 3, 1, 4, 2],
    join: [2, 2, 1],
  };
}

/** Axes: row, block row, column, block column, channel. */
function spaceToDepth({ block, order }: BlocksOp): Transposition {
  return {
    kind: "transpose",
    split: [[-1, block], [-1, block], [-1]],
    order: order === "DCR" ? [0, 2, 1, 3, 4] : [0, 2, 4, 1, 3],
    join: [1, 1, 3],
  };
}
