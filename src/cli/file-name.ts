/**
 * Units as file names. No two units of a network share one, on any file system: what is not a letter of ASCII, a digit, `.`, `_`
 * or `-` is written as in a URL, and so are capitals where case alone tells two layers apart.
 */
import { createHash } from "node:crypto";
import { formatUnit, type Network, resolveUnit } from "../index.js";

/** File systems take 255 bytes; endings and the mark of a file being written need some. */
const longest = 200;

/** A unit as a file name without an ending: `first:0` is `first-0`, `block/conv:0` is `block%2Fconv-0`. */
export function fileName(net: Network, unit: string): string {
  const { layer, channel } = resolveUnit(net, unit);
  const name = `${layerName(net, layer)}-${channel}`;
  if (name.length <= longest) return name;
  const print = createHash("sha256").update(formatUnit({ layer, channel })).digest("hex").slice(0, 32);
  return `${name.slice(0, longest - 33)}~${print}`;
}

/** A layer as a part of a file name, by the same rule. */
export function layerName(net: Network, layer: string): string {
  const small = layer.toLowerCase();
  const twin = net.layers.some(({ name }) => name !== layer && name.toLowerCase() === small);
  return layer.replace(twin ? /[^a-z0-9._-]/gu : /[^A-Za-z0-9._-]/gu, escaped);
}

function escaped(letter: string): string {
  return Array.from(
    new TextEncoder().encode(letter),
    (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`,
  ).join("");
}
