/** `ConvTranspose` of two axes; kernel `[in, out / groups, height, width]`. */
import { CannotRead } from "../graph/cannot-read.js";
import type { NodeReader, NodeToRead } from "../graph/node.js";
import { addConvTranspose, type ConvTransposeParts } from "../graph/transposed.js";
import { fileShape, freeSize, type GraphMap } from "../graph/value.js";

/** The reader of the node. */
export const convTranspose: NodeReader = (node) => {
  const map = node.map(0);
  const weight = node.weight(1, 4);
  const [read, perGroup, height, width] = weight.shape as [number, number, number, number];
  const [groups] = node.whole("group", 1, { fallback: [1], least: 1 });
  if (read % groups! !== 0) throw new CannotRead(`it has ${groups} groups of ${read} channels`);
  const within = read / groups!;
  const outputs = perGroup * groups!;
  const stored = node.numbers(1);
  const kernel = new Float32Array(stored.length);
  for (let i = 0; i < read; i++) {
    for (let o = 0; o < perGroup; o++) {
      const out = Math.floor(i / within) * perGroup + o;
      for (let tap = 0; tap < height * width; tap++) {
        kernel[(tap * within + (i % within)) * outputs + out] = stored[(i * perGroup + o) * height * width + tap]!;
      }
    }
  }
  return addConvTranspose(node, map, "NCHW", {
    layer: node.layer(weight, node.constant(2)),
    kernel,
    shape: [height, width, within, outputs],
    bias: node.constant(2) ? node.numbers(2) : null,
    groups: groups!,
    ...marginsOf(node, map, [height, width]),
  });
};

type Margins = Pick<ConvTransposeParts, "strides" | "dilation" | "padding" | "outputPadding">;

/** What is cut off and added: as listed, or so that the output has a size that is given or a multiple of the input's. */
function marginsOf(node: NodeToRead, map: GraphMap, size: readonly [number, number]): Margins {
  const [strides, dilation] = [pairOf(node, "strides", 1), pairOf(node, "dilations", 1)];
  const outputPadding = pairOf(node, "output_padding", 0);
  const auto = node.word("auto_pad", "NOTSET");
  const wanted = node.list("output_shape")?.slice(-2);
  if (!["NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"].includes(auto)) throw new CannotRead(`its auto_pad is ${auto}`);
  if (!wanted && !auto.startsWith("SAME")) {
    const listed = auto === "VALID" ? [0, 0, 0, 0] : node.whole("pads", 4, { fallback: [0, 0, 0, 0] });
    const [top, left, bottom, right] = listed as [number, number, number, number];
    return { strides, dilation, padding: { top, bottom, left, right }, outputPadding };
  }
  const axis = (i: 0 | 1): { start: number; end: number; more: number } => {
    const reach = (size[i] - 1) * dilation[i] + 1;
    const total = wanted ? cutTo(wanted[i]!, i) : Math.max(0, reach + outputPadding[i] - strides[i]);
    function cutTo(length: number, at: 0 | 1): number {
      const n = fileShape(map)[2 + at];
      if (n === null || n === undefined) throw new CannotRead(freeSize);
      return (n - 1) * strides[at] + outputPadding[at] + reach - length;
    }
    const cut = Math.max(0, total);
    const start = auto === "SAME_UPPER" ? Math.floor(cut / 2) : Math.ceil(cut / 2);
    return { start, end: cut - start, more: cut - total };
  };
  const [rows, columns] = [axis(0), axis(1)];
  return {
    strides,
    dilation,
    padding: { top: rows.start, bottom: rows.end, left: columns.start, right: columns.end },
    outputPadding: [outputPadding[0] + rows.more, outputPadding[1] + columns.more],
  };
}

function pairOf(node: NodeToRead, name: string, fallback: number): readonly [number, number] {
  return node.whole(name, 2, { fallback: [fallback, fallback], least: fallback }) as [number, number];
}
