/** Operators between a map and a number, or a number for each channel, as `x * 2.0` and `1 - x`: a scale and a shift. */
import type { Activation } from "../../network/ops.js";
import type { Operand } from "../calls.js";
import { fieldOf } from "../config.js";
import { identity } from "./arrange.js";
import { affine, base, inputChannels, type LayerReader, type LayerToRead, type OpDraft, opaque } from "./reader.js";

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

/** The larger or smaller of a map and a number. */
const cut: Readonly<Record<string, (n: number) => Activation>> = {
  Maximum: (n) => (n === 0 ? { name: "relu" } : { name: "clip", min: n }),
  Minimum: (n) => ({ name: "clip", max: n }),
};

/** The operation of a layer that is given numbers beside its maps. */
export function readOperator(layer: LayerToRead, operands: readonly Operand[]): readonly OpDraft[] {
  const { className } = layer.config;
  const numbers = operands.flatMap((operand) => (typeof operand === "string" ? [] : operand));
  const channels = inputChannels(layer);
  const isPair = operands.length === 2 && operands.includes("tensor") && numbers.length > 0;
  const mapFirst = operands[0] === "tensor";
  if (isPair && numbers.length === 1 && Object.hasOwn(cut, className)) {
    return [{ ...base(layer), kind: "activation", activation: cut[className]!(numbers[0]!) }];
  }
  const line = isPair && Object.hasOwn(lines, className) ? numbers.map((n) => lines[className]!(n, mapFirst)) : [];
  const [scale, shift] = [line.map((one) => one?.[0]), line.map((one) => one?.[1])];
  if (channels === null || line.length === 0 || line.includes(undefined)) {
    return opaque(layer, "it is given numbers beside its inputs");
  }
  if (line.length !== 1 && line.length !== channels) {
    return opaque(layer, `it is given ${line.length} numbers beside a map of ${channels} channels`);
  }
  return [{ ...base(layer), ...affine(channels, scale as number[], shift as number[]) }];
}

/** `Negative`, `−x`. */
export const negative: LayerReader = (layer) => {
  const channels = inputChannels(layer);
  return channels === null
    ? opaque(layer, "its number of channels is not known")
    : [{ ...base(layer), ...affine(channels, [-1], [0]) }];
};

/** `Cast`: this library computes in floats. */
export const cast: LayerReader = (layer) => {
  const type = fieldOf(layer.config, "dtype");
  return typeof type === "string" && /^b?float/.test(type)
    ? identity(layer)
    : opaque(layer, `it makes ${String(type)} of floats`);
};
