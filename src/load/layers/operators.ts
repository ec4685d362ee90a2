/** Operators of Keras 3 between a map and a number, as `x * 2.0` and `1 - x`: a scale and a shift, the same for every channel. */
import type { Operand } from "../calls.js";
import { affine, base, inputChannels, type LayerToRead, type OpDraft, opaque } from "./reader.js";

/** A factor and what is added. */
type Line = readonly [scale: number, shift: number];

/** What an operator makes of a map, given the number beside it; of `2 / x` nothing. */
const lines: Readonly<Record<string, (n: number, mapFirst: boolean) => Line | undefined>> = {
  Add: (n) => [1, n],
  Subtract: (n, mapFirst) => (mapFirst ? [1, -n] : [-1, n]),
  Multiply: (n) => [n, 0],
  Divide: (n, mapFirst) => (mapFirst && n !== 0 ? [1 / n, 0] : undefined),
  TrueDivide: (n, mapFirst) => (mapFirst && n !== 0 ? [1 / n, 0] : undefined),
};

/** The operation of a layer that is given numbers beside its maps. */
export function readOperator(layer: LayerToRead, operands: readonly Operand[]): readonly OpDraft[] {
  const { className } = layer.config;
  const number = operands.find((operand) => typeof operand === "number");
  const channels = inputChannels(layer);
  const isPair = operands.length === 2 && operands.includes("tensor") && number !== undefined;
  const mapFirst = operands[0] === "tensor";
  // The one function of a map and a number that is no line: the larger of it and 0.
  if (isPair && className === "Maximum" && number === 0) {
    return [{ ...base(layer), kind: "activation", activation: { name: "relu" } }];
  }
  const line = isPair && Object.hasOwn(lines, className) ? lines[className]!(number, mapFirst) : undefined;
  if (!line || channels === null) return opaque(layer, "it is given numbers beside its inputs");
  return [{ ...base(layer), ...affine(channels, [line[0]], [line[1]]) }];
}
