/**
 * A short name for exactly these operations with exactly these weights, so that a saved result says which model it came
 * from: a hash over the description of the operations and the bits of every weight.
 */
import { addToHash, hashText, startHash } from "../core/hash.js";
import { checkNetwork, type Network } from "./network.js";

/**
 * The fingerprint of a network: 16 hexadecimal digits. Its name and preprocessing do not count.
 *
 * @public
 */
export function fingerprint(net: Network): string {
  checkNetwork(net);
  let print = known.get(net);
  if (!print) {
    print = compute(net);
    known.set(net, print);
  }
  return print;
}
const known = new WeakMap<Network, string>();

function compute(net: Network): string {
  const hash = startHash();
  const arrays: Float32Array[] = [];
  const text = JSON.stringify(net.ops, (_, value: unknown) => {
    if (value instanceof Float32Array) return `weights ${arrays.push(value)}`;
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(byKey))
      : value;
  });
  addToHash(
    hash,
    Uint32Array.from(text, (letter) => letter.charCodeAt(0)),
  );
  for (const { buffer, byteOffset, length } of arrays) addToHash(hash, new Uint32Array(buffer, byteOffset, length));
  return hashText(hash);
}

function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}
