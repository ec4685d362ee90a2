/**
 * A short name for exactly these operations with exactly these weights, so that a saved result says which model it came
 * from. Two lanes of 32 bits after MurmurHash3 (Appleby), over the description of the operations and the bits of every
 * weight: good against mix-ups, not against forgery.
 */
import type { Network } from "./network.js";

/**
 * The fingerprint of a network: 16 hexadecimal digits. Its name and preprocessing do not count.
 *
 * @public
 */
export function fingerprint(net: Network): string {
  let print = known.get(net);
  if (!print) {
    print = compute(net);
    known.set(net, print);
  }
  return print;
}
const known = new WeakMap<Network, string>();

function compute(net: Network): string {
  const lanes: Lanes = { a: 0x9747b28c, b: 0x3c6ef372 };
  const arrays: Float32Array[] = [];
  const text = JSON.stringify(net.ops, (_, value: unknown) => {
    if (value instanceof Float32Array) return `weights ${arrays.push(value)}`;
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(byKey))
      : value;
  });
  mix(
    lanes,
    Uint32Array.from(text, (letter) => letter.charCodeAt(0)),
  );
  for (const { buffer, byteOffset, length } of arrays) mix(lanes, new Uint32Array(buffer, byteOffset, length));
  return hex(finish(lanes.a)) + hex(finish(lanes.b));
}

interface Lanes {
  a: number;
  b: number;
}

function mix(lanes: Lanes, words: Uint32Array): void {
  let { a, b } = lanes;
  a ^= words.length;
  for (let i = 0; i < words.length; i++) {
    const k = Math.imul(words[i]!, 0xcc9e2d51);
    const turned = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    a ^= turned;
    a = (Math.imul((a << 13) | (a >>> 19), 5) + 0xe6546b64) | 0;
    b ^= Math.imul(turned, 0x85ebca6b) ^ a;
    b = (Math.imul((b << 17) | (b >>> 15), 5) + 0x52dce729) | 0;
  }
  lanes.a = a;
  lanes.b = b;
}

/** Lets every bit reach every other. */
function finish(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function hex(word: number): string {
  return word.toString(16).padStart(8, "0");
}

function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}
