/**
 * From an image in 0…1 to the values a network was trained on. A wrong choice ruins everything downstream without an
 * error, so a network always states which one it uses and whether somebody chose it.
 *
 * `x[k] = (image[order[k]] · scale − mean[k]) / std[k]` for each input channel `k`.
 */
import { checkArgument, oneOf, type Schema, textSchema, wholeSchema } from "../core/check.js";
import { LensError } from "../core/errors.js";
import { shown } from "../core/numbers.js";
import { anyNumber, numbersSchema, objectOf } from "../core/schemas.js";

/**
 * The map from an image in 0…1 to the network's input: `x[k] = (image[order[k]] · scale − mean[k]) / std[k]`.
 *
 * @public
 */
export interface Preprocessing {
  /** Name of the preset, or `"custom"`. */
  readonly name: string;
  /** `"bgr"` reverses the channels. */
  readonly order: "rgb" | "bgr";
  /** Applied first: 255 for networks trained on bytes. */
  readonly scale: number;
  /** Subtracted, one per input channel in the network's order; one value serves all. */
  readonly mean: readonly number[];
  /** Divided by, one per input channel in the network's order; one value serves all. */
  readonly std: readonly number[];
}

/**
 * Names of the ready-made preprocessings.
 *
 * @public
 */
export type PreprocessingName = "unit" | "tf" | "caffe" | "torch" | "bytes";

/**
 * A preprocessing by name, or in numbers: `order` is `"rgb"`, `scale` 1, `mean` 0 and `std` 1 where they are left out.
 *
 * @public
 */
export type PreprocessingLike = PreprocessingName | Partial<Preprocessing>;

/** A preprocessing. */
export const preprocessingSchema: Schema<Preprocessing> = objectOf<Preprocessing>(
  { name: textSchema, order: oneOf("rgb", "bgr"), scale: anyNumber, mean: numbersSchema, std: numbersSchema },
  "a preprocessing { name, order, scale, mean, std }",
);
const channelsSchema = wholeSchema(1);

const presets: Record<PreprocessingName, Preprocessing> = {
  unit: { name: "unit", order: "rgb", scale: 1, mean: [0], std: [1] },
  tf: { name: "tf", order: "rgb", scale: 2, mean: [1], std: [1] },
  caffe: { name: "caffe", order: "bgr", scale: 255, mean: [103.939, 116.779, 123.68], std: [1] },
  torch: { name: "torch", order: "rgb", scale: 1, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  bytes: { name: "bytes", order: "rgb", scale: 255, mean: [0], std: [1] },
};

const defaults = { order: "rgb", scale: 1, mean: [0], std: [1] } as const;

/**
 * The preprocessing of a name, or a checked one of your own.
 *
 * - `unit`: 0…1 as it is.
 * - `tf`: −1…1 (Inception, MobileNet, Xception).
 * - `caffe`: 0…255, BGR, minus the ImageNet means (VGG, ResNet v1 of Keras).
 * - `torch`: 0…1, minus mean, over standard deviation (torchvision).
 * - `bytes`: 0…255 (networks that rescale by themselves).
 *
 * @throws LensError `bad-argument` for an unknown name or numbers that cannot be used.
 * @public
 */
export function preprocessing(choice: PreprocessingLike, channels = 3): Preprocessing {
  checkArgument("channels", channelsSchema, channels);
  if (typeof choice === "string") {
    const preset = Object.hasOwn(presets, choice) ? presets[choice] : undefined;
    if (!preset) {
      throw new LensError(
        "bad-argument",
        `preprocessing is one of ${Object.keys(presets).join(", ")} or { order, scale, mean, std }; got "${String(choice)}"`,
      );
    }
    if (preset.mean.length > 1 && preset.mean.length !== channels) {
      throw new LensError(
        "bad-argument",
        `preprocessing "${choice}" is for ${preset.mean.length} channels but the network reads ${channels}; give { order, scale, mean, std } of your own`,
      );
    }
    return preset;
  }
  if (Object.prototype.toString.call(choice) !== "[object Object]") {
    throw new LensError(
      "bad-argument",
      `a preprocessing is a name or { order, scale, mean, std }; got ${shown(choice)}`,
    );
  }
  const unknown = Object.keys(choice).find((key) => key !== "name" && !Object.hasOwn(defaults, key));
  if (unknown !== undefined) {
    throw new LensError("bad-argument", `a preprocessing has order, scale, mean and std; got ${shown(unknown)} too`);
  }
  const { order, scale, mean, std } = { ...defaults, ...choice };
  const fits = (list: readonly number[]): boolean =>
    Array.isArray(list) && (list.length === 1 || list.length === channels) && list.every(Number.isFinite);
  if (
    (order !== "rgb" && order !== "bgr") ||
    !Number.isFinite(scale) ||
    scale === 0 ||
    !fits(mean) ||
    !fits(std) ||
    std.includes(0)
  ) {
    throw new LensError(
      "bad-argument",
      `a preprocessing has order "rgb" or "bgr", a finite scale other than 0, and mean and std of 1 or ${channels} finite numbers (std not 0); got ${shown(choice)}`,
    );
  }
  return { name: "custom", order, scale, mean, std };
}

/** Gain and offset of each input channel, and the image channel it reads: `x[k] = image[from] · gain + offset`. */
export function channelMap(p: Preprocessing, channels: number): { from: number; gain: number; offset: number }[] {
  return Array.from({ length: channels }, (_, k) => {
    const mean = p.mean[p.mean.length === 1 ? 0 : k]!;
    const std = p.std[p.std.length === 1 ? 0 : k]!;
    return { from: p.order === "bgr" ? channels - 1 - k : k, gain: p.scale / std, offset: -mean / std };
  });
}

/**
 * One sentence part for people: `BGR 0…255 minus 103.939, 116.779, 123.68`. Only networks of three channels read RGB or BGR; of
 * others it says `0…1`, or `bands in reverse order, 0…1`.
 *
 * @public
 */
export function describePreprocessing(p: Preprocessing, channels = 3): string {
  checkArgument("preprocessing", preprocessingSchema, p);
  checkArgument("channels", channelsSchema, channels);
  const range = p.scale === 1 ? "0…1" : p.scale === 255 ? "0…255" : `0…${p.scale}`;
  const mean = p.mean.some((m) => m !== 0) ? ` minus ${p.mean.join(", ")}` : "";
  const std = p.std.some((s) => s !== 1) ? ` over ${p.std.join(", ")}` : "";
  const reversed = p.order === "bgr" && channels > 1 ? "bands in reverse order, " : "";
  return `${channels === 3 ? `${p.order.toUpperCase()} ` : reversed}${range}${mean}${std}`;
}
