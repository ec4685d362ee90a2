/**
 * Local response normalisation as PyTorch exports it: squares, laid out with an axis more, zeros around the channels, a mean
 * over windows of channels, and a quotient by a power,
 *
 *     x / (bias + alpha · mean over neighbours of x²)^beta
 *
 * which together are the one operation that they were.
 */
import type { NodeToRead } from "../graph/node.js";
import { addLrn } from "../graph/simple.js";
import { fileShape, type GraphMap, numberOf, settingsOf } from "../graph/value.js";
import { padsOf } from "./arrange.js";

/** The normalisation that a quotient of maps amounts to; `null` for any other quotient. */
export function localResponse(node: NodeToRead): GraphMap | null {
  const [x] = node.inputs;
  const power = node.maker(1);
  if (x?.kind !== "map" || power?.node.type !== "Pow") return null;
  const beta = numberOf(power.inputs[1]);
  const sum = termOf(power.maker(0), "Add");
  const scaled = termOf(sum?.node, "Mul");
  const mean = scaled && meanOf(scaled.node, x);
  if (beta === null || !sum || !scaled || !mean) return null;
  const { size } = mean;
  // The mean is the sum over the number of neighbours.
  const settings = { radius: (size - 1) / 2, alpha: scaled.constant / size, beta, bias: sum.constant };
  return addLrn(node, x, 1, settings);
}

/** The node that makes one term of a sum or product, whose other term is a number. */
function termOf(
  node: NodeToRead | undefined,
  type: string,
): { readonly constant: number; readonly node: NodeToRead | undefined } | null {
  if (node?.node.type !== type) return null;
  const at = node.inputs.findIndex((value) => numberOf(value) !== null);
  return at < 0 ? null : { constant: numberOf(node.inputs[at])!, node: node.maker(1 - at) };
}

/** Nodes that hand on what they read, or, for the condition of an `If`, lead to it. */
const passing = new Set(["Reshape", "Squeeze", "Unsqueeze", "Identity", "If", "Equal", "Gather", "Shape"]);

/** The window of channels, of an odd size, over which a mean of the squares of `x` is taken. */
function meanOf(last: NodeToRead | undefined, x: GraphMap): { readonly size: number } | null {
  const pool = walk(last);
  if (pool?.node.type !== "AveragePool" || !isBackInShape(last!, x)) return null;
  const window = pool.list("kernel_shape") ?? [];
  const [size = 0, ...others] = window;
  const plain = others.every((n) => n === 1) && (pool.list("strides") ?? []).every((n) => n === 1);
  if (window.length < 2 || !plain || size % 2 === 0 || (pool.list("pads") ?? []).some((n) => n !== 0)) return null;
  const pad = pool.maker(0);
  if (pad?.node.type !== "Pad" || pad.inputs[0]?.kind !== "map") return null;
  const { mode, value, sides } = padsOf(pad);
  const half = (size - 1) / 2;
  const isCentred = sides.filter(([a, b]) => a !== 0 || b !== 0).join() === `${half},${half}`;
  const channels = fileShape(x)[1];
  const padded = sides.findIndex(([a]) => a !== 0);
  if (mode !== "constant" || value !== 0 || !isCentred || fileShape(pad.inputs[0])[padded] !== channels) return null;
  if (padded !== sides.length - window.length) return null;
  return isSquare(walk(pad.maker(0)), x) ? { size } : null;
}

/** Back along nodes that change no number. */
function walk(node: NodeToRead | undefined): NodeToRead | undefined {
  let here = node;
  while (here && passing.has(here.node.type)) here = here.maker(0);
  return here;
}

/** Whether the last node lays the means out as `x` is. */
function isBackInShape(last: NodeToRead, x: GraphMap): boolean {
  if (last.node.type !== "Reshape") return last.node.type === "Squeeze";
  const target = last.constant(1);
  return target !== undefined && settingsOf(target).join() === fileShape(x).join();
}

function isSquare(node: NodeToRead | undefined, x: GraphMap): boolean {
  if (node?.inputs[0] !== x) return false;
  if (node.node.type === "Mul") return node.inputs[1] === x;
  return node.node.type === "Pow" && numberOf(node.inputs[1]) === 2;
}
