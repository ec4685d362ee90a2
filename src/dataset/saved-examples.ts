/** Examples as JSON text, their pictures as PNG: what is opened again is what was saved, bit for bit. */
import { decode, encode } from "fast-png";
import { fromBase64, toBase64 } from "../core/base64.js";
import { LensError } from "../core/errors.js";
import { createImage, type Image } from "../core/image.js";
import { openResult, saveResult } from "../core/saved.js";
import type { Unit } from "../core/unit.js";
import type { Example, Examples } from "./example.js";

const format = "convlens.examples";
const version = 1;

/**
 * Examples as JSON text.
 *
 * @public
 */
export function saveExamples(examples: Examples): string {
  return saveResult(format, version, { ...examples, units: withImages<Image, SavedImage>(examples.units, toText) });
}

/**
 * Examples from their JSON text.
 *
 * @throws LensError `file` when the text is something else.
 * @public
 */
export function openExamples(text: string): Examples {
  const opened = openResult<Omit<Examples, "units"> & { units: Units<SavedImage> }>(format, version, text);
  if (!Array.isArray(opened.units) || !Array.isArray(opened.seen)) {
    throw new LensError("file", "this saved convlens.examples has no units or names of pictures; make it again");
  }
  return { ...opened, units: withImages<SavedImage, Image>(opened.units, fromText) };
}

/** A picture in JSON: a PNG in base64. */
interface SavedImage {
  readonly png: string;
}

type View<I> = Omit<Example, "crop" | "picture"> & { readonly crop: I | null; readonly picture: I | null };
type Lists<I> = { readonly [list in "top" | "bottom" | "random"]: readonly View<I>[] };
type Units<I> = readonly ({ readonly unit: Unit } & Lists<I>)[];

function withImages<A, B>(units: Units<A>, change: (image: A) => B): Units<B> {
  const view = (each: View<A>): View<B> => ({
    ...each,
    crop: each.crop && change(each.crop),
    picture: each.picture && change(each.picture),
  });
  return units.map(({ unit, top, bottom, random }) => ({
    unit,
    top: top.map(view),
    bottom: bottom.map(view),
    random: random.map(view),
  }));
}

function toText({ height, width, channels, data }: Image): SavedImage {
  const bytes = Uint8Array.from(data, (value) => Math.round(value * 255));
  return { png: toBase64(encode({ width, height, channels, depth: 8, data: bytes })) };
}

function fromText({ png }: SavedImage): Image {
  const { width, height, channels, data } = decode(fromBase64(png));
  return createImage(
    height,
    width,
    channels,
    Float32Array.from(data, (byte) => byte / 255),
  );
}
