/** Which format a file is, from its first bytes; its name decides only where bytes cannot. */

/** A format that models come in. */
export type Format = "json" | "onnx" | "safetensors" | "numpy" | "zip" | "hdf5" | "pickle";

/** The format of a file. */
export function formatOf(bytes: Uint8Array, name: string): Format {
  const starts = (text: string, at = 0): boolean =>
    [...text].every((letter, i) => bytes[at + i] === letter.charCodeAt(0));
  const ends = (ending: string): boolean => new RegExp(`\\.${ending}(?:[?#].*)?$`, "i").test(name);
  if (starts("HDF\r\n", 1)) return "hdf5";
  if (starts("NUMPY", 1)) return "numpy";
  if (starts("PK")) return "zip";
  // Eight bytes of length, then JSON.
  if (ends("safetensors") || (starts("{", 8) && bytes[7] === 0)) return "safetensors";
  // A protocol buffer whose first field is a small version number.
  if (ends("onnx") || (bytes[0] === 0x08 && bytes[1]! < 0x20)) return "onnx";
  // The version of a pickle's language, 2 to 5.
  if (bytes[0] === 0x80 && bytes[1]! >= 2 && bytes[1]! <= 5) return "pickle";
  return "json";
}
