/** Bytes as text and back, in Node and in browsers. */

/** Bytes that a `Blob` or a `Response` takes: `Uint8Array<ArrayBuffer>`, and `Uint8Array` up to TypeScript 5.6, where it has no parameter. */
export type Bytes = ReturnType<typeof Uint8Array.of>;

/** Base64 of bytes. */
export function toBase64(bytes: Uint8Array): string {
  const step = 0x8000;
  let text = "";
  for (let at = 0; at < bytes.length; at += step) text += String.fromCharCode(...bytes.subarray(at, at + step));
  return btoa(text);
}

/** Bytes of base64. */
export function fromBase64(text: string): Bytes {
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}
