/** Channels that become blocks of pixels, and blocks of pixels that become channels. */
import type { Shape } from "../../core/shape.js";
import type { OpBase } from "./base.js";
import type { Span } from "./field.js";
import { mismatch, type OpSemantics, passesOn } from "./semantics.js";
import { slideField, type Window } from "./window.js";

/**
 * Depth to space (pixel shuffle): with blocks of `b × b` pixels, a pixel with `b · b · c` channels becomes a block of pixels
 * with `c` channels. Space to depth is the inverse. ONNX has names for the order of the channels: `"DCR"` lists them block
 * row, block column, channel, as TensorFlow does; `"CRD"` channel, block row, block column, as PyTorch does.
 *
 * @public
 */
export interface BlocksOp extends OpBase {
  readonly kind: "depthToSpace" | "spaceToDepth";
  /** Rows and columns of a block. */
  readonly block: number;
  /** Order of the channels that are, or become, blocks. */
  readonly order: "DCR" | "CRD";
}

const answers = passesOn<BlocksOp>();
const times = (n: number | null | undefined, factor: number): number | null => (n == null ? null : n * factor);

/** A size divided into blocks; a size that blocks do not fill is refused. */
function divided(op: BlocksOp, input: Shape, axis: 0 | 1 | 2, by: number): number | null {
  const n = input[axis] ?? null;
  if (n !== null && n % by !== 0) {
    throw mismatch(op, axis === 2 ? `a multiple of ${by} channels` : `maps that blocks of ${by} × ${by} fill`, input);
  }
  return n === null ? null : n / by;
}

export const depthToSpace: OpSemantics<BlocksOp> = {
  ...answers,
  shape: (op, [input = []]) => [
    times(input[0], op.block),
    times(input[1], op.block),
    divided(op, input, 2, op.block ** 2),
  ],
  channels: () => ({ kind: "mixed" }),
  // Row y reads row ⌊y / block⌋: since y / block is a fraction, the field is an upper bound.
  field: (op, [field]) => {
    const { rows, columns, whole } = field!;
    const axis = (s: Span): Span => {
      const slack = (s.stride * (op.block - 1)) / op.block;
      return { size: s.size + slack, stride: s.stride / op.block, start: s.start - slack };
    };
    return { rows: axis(rows), columns: axis(columns), whole };
  },
};

export const spaceToDepth: OpSemantics<BlocksOp> = {
  ...answers,
  shape: (op, [input = []]) => [
    divided(op, input, 0, op.block),
    divided(op, input, 1, op.block),
    times(input[2], op.block ** 2),
  ],
  channels: (op, [channels = 0]) => {
    const area = op.block ** 2;
    const from = (c: number): number => (op.order === "DCR" ? c % channels : Math.floor(c / area));
    return { kind: "permuted", from: Array.from({ length: area * channels }, (_, c) => from(c)) };
  },
  field: (op, [field], [input = []]) => {
    const { block } = op;
    const window: Window = { size: [block, block], strides: [block, block], dilation: [1, 1], padding: "valid" };
    return slideField(field!, window, input);
  },
};
