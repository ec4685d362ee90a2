/**
 * A hash of 64 bits for telling things apart by a short name: two lanes of 32 bits after MurmurHash3 (Appleby). Good against mix-ups,
 * not against forgery.
 */

/** A running hash: start with `startHash`, take in words with `addToHash`, read it with `hashText`. */
export interface Hash {
  a: number;
  b: number;
}

/** A hash that has taken in nothing. */
export function startHash(): Hash {
  return { a: 0x9747b28c, b: 0x3c6ef372 };
}

/** Takes words of 32 bits into a hash. */
export function addToHash(hash: Hash, words: Uint32Array): void {
  let { a, b } = hash;
  a ^= words.length;
  for (let i = 0; i < words.length; i++) {
    const k = Math.imul(words[i]!, 0xcc9e2d51);
    const turned = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    a ^= turned;
    a = (Math.imul((a << 13) | (a >>> 19), 5) + 0xe6546b64) | 0;
    b ^= Math.imul(turned, 0x85ebca6b) ^ a;
    b = (Math.imul((b << 17) | (b >>> 15), 5) + 0x52dce729) | 0;
  }
  hash.a = a;
  hash.b = b;
}

/** The code units of a text as words. */
export function wordsOf(text: string): Uint32Array {
  return Uint32Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
}

/** A hash as 16 hexadecimal digits. */
export function hashText({ a, b }: Hash): string {
  return hex(finish(a)) + hex(finish(b));
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
