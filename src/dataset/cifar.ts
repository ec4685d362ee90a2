/**
 * CIFAR's binary files: for each picture its label, one byte (CIFAR-100: coarse, then fine), then 32 × 32 bytes of red, of
 * green and of blue.
 */
import { optional, picklist } from "valibot";
import { checkOptions, listOf, type OptionSchemas, optionsSchema, textSchema } from "../core/check.js";
import { LensError } from "../core/errors.js";
import { type Limits, limitsSchema } from "../core/limits.js";
import { checkBytes, checkShape } from "./array-file.js";
import type { DatasetItem } from "./dataset.js";
import { numbered, pixelItems } from "./pixels.js";

/**
 * Options of `cifarPictures`.
 *
 * @public
 */
export interface CifarPicturesOptions {
  /**
   * Bytes of label before each picture: 1 in CIFAR-10, 2 in CIFAR-100, of which the last is taken.
   *
   * @defaultValue 1
   */
  readonly labelBytes?: 1 | 2 | undefined;
  /** Names of the classes; their numbers where absent. */
  readonly names?: readonly string[] | undefined;
  /** What a file may hold at most; `count` counts here. */
  readonly limits?: Limits | undefined;
}

const cifarOptions = optionsSchema<OptionSchemas<CifarPicturesOptions>>({
  labelBytes: optional(picklist([1, 2], "1 or 2")),
  names: optional(listOf(textSchema, "a list of names")),
  limits: limitsSchema,
});

const side = 32;
const pictureBytes = 3 * side * side;

/**
 * The pictures in a binary file of CIFAR-10 or CIFAR-100, named by their number.
 *
 * @throws LensError `file` when the length is not that of whole pictures.
 * @public
 */
export function cifarPictures(bytes: Uint8Array, options: CifarPicturesOptions = {}): readonly DatasetItem[] {
  checkBytes(bytes);
  const { labelBytes = 1, names, limits = {} } = checkOptions(cifarOptions, options);
  const record = labelBytes + pictureBytes;
  const count = bytes.length / record;
  if (!Number.isInteger(count) || count === 0) {
    throw new LensError(
      "file",
      `a CIFAR file with ${labelBytes} label ${labelBytes === 1 ? "byte" : "bytes"} has ${record} bytes per picture; got ${bytes.length} bytes${bytes.length % (pictureBytes + 3 - labelBytes) === 0 && bytes.length > 0 ? `: give { labelBytes: ${3 - labelBytes} }` : ""}`,
    );
  }
  checkShape([count], limits);
  const name = numbered(count);
  return pixelItems(
    bytes,
    { height: side, width: side, channels: 3, planes: true, scale: 1 / 255 },
    Array.from({ length: count }, (_, n) => {
      const label = bytes[n * record + labelBytes - 1]!;
      return { id: name(n), at: n * record + labelBytes, label: names?.[label] ?? String(label) };
    }),
  );
}
