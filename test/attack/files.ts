/** Damaged files: of models, pictures, arrays of pictures and results. Each is read or refused by one clear error. */
import { gzipSync, zipSync } from "fflate";
import { isLensError } from "../../src/core/errors.js";
import type { Random } from "../../src/core/random.js";
import { cifarPictures } from "../../src/dataset/cifar.js";
import type { DatasetItem } from "../../src/dataset/dataset.js";
import { mnistPictures } from "../../src/dataset/mnist.js";
import { npyPictures } from "../../src/dataset/npy.js";
import { encodePNG } from "../../src/figure/picture.js";
import { createImage } from "../../src/index.js";
import { decodePicture } from "../../src/node/decode-picture.js";
import { stringify } from "../../src/results/codec.js";
import { type ResultKind, type Results, resultSchemas } from "../../src/results/kinds.js";
import { damagedBytes, filesOf, formats, tryOpen, variantOf } from "../load/fuzz.js";
import { damaged, outcomeOf } from "../results/damage.js";
import { samples } from "../results/samples.js";
import type { Case } from "./suite.js";

/** A model of each format in turn, damaged. */
export async function damagedModel(_: Random, number: number): Promise<Case> {
  const names = Object.keys(formats);
  const paths = formats[names[number % names.length]!]!;
  const original = filesOf(paths[Math.floor(number / names.length) % paths.length]!);
  const { result, fault } = await tryOpen(variantOf(original, number + 1));
  return { outcome: result, fault };
}

/** What reading comes to. */
async function reading(read: () => Promise<unknown>): Promise<Case> {
  try {
    await read();
    return { outcome: "read", fault: null };
  } catch (error) {
    if (!isLensError(error)) return { outcome: "raw error", fault: String((error as Error).stack ?? error) };
    return { outcome: "refused", fault: error.message.length > 500 ? "its message is too long" : null };
  }
}

let pictures: Promise<readonly Uint8Array[]> | undefined;

/** Picture files: all formats where sharp is installed, else PNG. */
async function pictureFiles(): Promise<readonly Uint8Array[]> {
  const noise = Float32Array.from({ length: 96 * 64 * 3 }, (_, i) => ((i * i) % 251) / 255);
  const png = encodePNG(createImage(64, 96, 3, noise));
  const sharp = await import("sharp").then(
    (module) => module.default,
    () => null,
  );
  if (!sharp) return [png];
  const made = [
    sharp(png).jpeg(),
    sharp(png).jpeg({ progressive: true }),
    sharp(png).png({ palette: true }),
    sharp(png).png({ progressive: true }),
    sharp(png).webp(),
    sharp(png).gif(),
    sharp(png).tiff({ compression: "lzw" }),
    sharp(png).avif(),
  ];
  return [png, ...(await Promise.all(made.map((one) => one.toBuffer())))];
}

/** A picture of each format in turn, damaged, read by each decoder. */
export async function damagedPicture(random: Random, number: number): Promise<Case> {
  pictures ??= pictureFiles();
  const all = await pictures;
  const bytes = damagedBytes(all[Math.floor(number / 2) % all.length]!, random);
  return reading(() => decodePicture(bytes, { decoder: number % 2 === 0 ? "builtin" : "auto" }));
}

/** Twelve pictures of 8 × 8, in the files that datasets come in. */
const arrays = ((): readonly ((random: Random) => Promise<readonly DatasetItem[]>)[] => {
  const idx = new Uint8Array(16 + 12 * 64).map((_, i) => i % 251);
  idx.set([0, 0, 8, 3, 0, 0, 0, 12, 0, 0, 0, 8, 0, 0, 0, 8]);
  const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (12, 8, 8), }\n";
  const npy = new Uint8Array(10 + header.length + 4 * 12 * 64);
  npy.set([0x93, ...Buffer.from("NUMPY"), 1, 0, header.length, 0, ...Buffer.from(header)]);
  const npz = zipSync({ "pictures.npy": npy });
  const cifar = new Uint8Array(3 * 3073);
  return [
    (random) => mnistPictures(damagedBytes(idx, random)),
    (random) => mnistPictures(damagedBytes(gzipSync(idx), random)),
    (random) => npyPictures(damagedBytes(npy, random)),
    (random) => npyPictures(damagedBytes(npz, random)),
    async (random) => cifarPictures(damagedBytes(cifar, random)),
  ];
})();

/** A file of each data format in turn, damaged; what is read of it gives its first and last picture. */
export async function damagedData(random: Random, number: number): Promise<Case> {
  return reading(async () => {
    const items = await arrays[number % arrays.length]!(random);
    for (const item of [items[0], items.at(-1)]) if (typeof item?.image === "function") await item.image();
  });
}

let results: Promise<Results> | undefined;

/** A result of each kind in turn, damaged. */
export async function damagedResult(random: Random, number: number): Promise<Case> {
  results ??= samples();
  const kinds = Object.keys(resultSchemas) as ResultKind[];
  const kind = kinds[number % kinds.length]!;
  const outcome = outcomeOf(kind, damaged(stringify((await results)[kind]), random));
  const isGood = outcome === "refused" || outcome === "drawn";
  return { outcome: isGood ? outcome : "raw error", fault: isGood ? null : `${kind}: ${outcome}` };
}
