/** What a file is, by its first bytes: a name may lie. */

/** Kinds of picture files. */
export type PictureKind = "JPEG" | "PNG" | "WebP" | "GIF" | "AVIF" | "HEIC" | "TIFF" | "BMP";

/** The kind of a file's bytes; `null` when it is none of them. */
export function pictureKind(bytes: Uint8Array): PictureKind | null {
  const text = String.fromCharCode(...bytes.subarray(0, 16));
  if (text.startsWith("\xff\xd8\xff")) return "JPEG";
  if (text.startsWith("\x89PNG\r\n\x1a\n")) return "PNG";
  if (text.startsWith("RIFF") && text.startsWith("WEBP", 8)) return "WebP";
  if (/^GIF8[79]a/.test(text)) return "GIF";
  if (/^.{4}ftyp(avif|avis)/s.test(text)) return "AVIF";
  if (/^.{4}ftyp(heic|heix|mif1|hevc)/s.test(text)) return "HEIC";
  if (text.startsWith("II*\0") || text.startsWith("MM\0*")) return "TIFF";
  if (text.startsWith("BM")) return "BMP";
  return null;
}
