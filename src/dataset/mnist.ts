/**
 * MNIST's files (idx): two zeros, the type of the values, the number of axes, each axis as a big-endian whole number, then
 * bytes. Pictures have three axes, labels one.
 */
import { checkOptions, type OptionSchemas, optionsSchema } from "../core/check.js";
import { LensError } from "../core/errors.js";
import { type Limits, limitsSchema } from "../core/limits.js";
import { checkBytes, checkShape } from "./array-file.js";
import type { DatasetItem } from "./dataset.js";
import { gunzip } from "./gunzip.js";
import { numbered, pixelItems } from "./pixels.js";

/**
 * Options of `mnistPictures`.
 *
 * @public
 */
export interface MnistPicturesOptions {
  /** What a file may hold at most; `bytes` and `count` count here. */
  readonly limits?: Limits | undefined;
}

const mnistOptions = optionsSchema<OptionSchemas<MnistPicturesOptions>>({ limits: limitsSchema });

/**
 * The pictures in an idx file of MNIST, Fashion-MNIST or the like, with the labels of a second one; either may be gzipped.
 * They are named by their number.
 *
 * @throws LensError `file` when one is no such file, or there is not a label for each picture.
 * @public
 */
export async function mnistPictures(
  pictures: Uint8Array,
  labels?: Uint8Array,
  options: MnistPicturesOptions = {},
): Promise<readonly DatasetItem[]> {
  const { limits = {} } = checkOptions(mnistOptions, options);
  const { shape, values } = await readIdx(pictures, 3, limits);
  const [count = 0, height = 0, width = 0] = shape;
  const classes = labels && (await readIdx(labels, 1, limits));
  if (classes && classes.shape[0] !== count) {
    throw new LensError("file", `${count} pictures have a label each; the labels' file has ${classes.shape[0]}`);
  }
  const name = numbered(count);
  return pixelItems(
    values,
    { height, width, channels: 1, planes: false, scale: 1 / 255 },
    Array.from({ length: count }, (_, n) => ({
      id: name(n),
      at: n * height * width,
      label: classes && String(classes.values[n]),
    })),
  );
}

async function readIdx(
  file: Uint8Array,
  axes: number,
  limits: Limits,
): Promise<{ shape: readonly number[]; values: Uint8Array }> {
  checkBytes(file);
  const bytes = file[0] === 0x1f && file[1] === 0x8b ? gunzip(file, limits) : file;
  if (bytes.length < 4 + 4 * axes || bytes[0] !== 0 || bytes[1] !== 0 || bytes[2] !== 8 || bytes[3] !== axes) {
    throw new LensError(
      "file",
      `an idx file of bytes with ${axes} ${axes === 1 ? "axis" : "axes"} was expected (${axes === 1 ? "labels" : "pictures"}); its first bytes are ${bytes.slice(0, 4).join(" ")}`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: axes }, (_, i) => view.getUint32(4 + 4 * i));
  const count = checkShape(shape, limits);
  const start = 4 + 4 * axes;
  if (bytes.length < start + count) {
    throw new LensError("file", `the idx file ends too early: ${shape.join("×")} bytes were announced`);
  }
  return { shape, values: bytes.subarray(start, start + count) };
}
