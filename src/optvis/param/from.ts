/**
 * Pictures that start from a given one: `picture = sigmoid(logit(image) + M · planes)`, with planes that begin at 0. The
 * parameters are what is added, so that an optimizer with weight decay draws the picture back to the image.
 */
import { optional } from "valibot";
import { checkOptions, numberSchema, type OptionSchemas, oneOf, optionsSchema } from "../../core/check.js";
import { checkImage, type Image } from "../../core/image.js";
import { withChannels } from "../../math/channels.js";
import { unmixColors } from "../../math/color.js";
import { resample } from "../../math/resample.js";
import { nameOf } from "../name.js";
import { colored } from "./colors.js";
import { fourierPlanes } from "./fourier.js";
import { type Canvas, type Param, type Prepare, pixelPlanes } from "./param.js";

/**
 * Options of `param.from`.
 *
 * @public
 */
export interface FromOptions {
  /**
   * The numbers that are moved: Fourier coefficients or pixels.
   *
   * @defaultValue "fourier"
   */
  readonly planes?: "fourier" | "pixels" | undefined;
  /**
   * Standard deviation of what is added to the image at the start.
   *
   * @defaultValue 0, the image itself
   */
  readonly std?: number | undefined;
}

const fromOptions = optionsSchema<OptionSchemas<FromOptions>>({
  planes: optional(oneOf("fourier", "pixels")),
  std: optional(numberSchema({ from: 0 })),
});

/** Values nearer to 0 or 1 than this start at this distance: behind a sigmoid, those at the very end could not move. */
const margin = 0.01;
/** Longer side of pictures of an image whose size nobody gives, at most. */
const longest = 256;

/**
 * Pictures that start from an image, resized to the picture's size and brought to the network's channels. Where `visualize` is
 * given no size, the picture has the image's, reduced to 256 pixels of its longer side where it is larger. Values begin at
 * least 0.01 away from 0 and 1.
 *
 * @throws LensError `bad-argument`, for options that are none; `bad-size`, while climbing, when the image has other channels than
 * the network reads.
 * @public
 */
export function from(image: Image, options: FromOptions = {}): Param {
  checkImage(image);
  checkOptions(fromOptions, options);
  const { planes = "fourier", std = 0 } = options;
  const added = planes === "fourier" ? fourierPlanes({ std }) : pixelPlanes(std);
  const scale = Math.min(1, longest / Math.max(image.height, image.width));
  const side = (n: number): number => Math.max(1, Math.round(n * scale));
  return {
    name: nameOf("from", [`image of ${image.height}×${image.width}`], { planes, std }, { planes: "fourier", std: 0 }),
    size: [side(image.height), side(image.width)],
    prepare: colored(aroundImage(image, added), {}),
  };
}

/** Planes that are added to those of an image. */
function aroundImage(image: Image, planes: Prepare): Prepare {
  return (canvas, random) => {
    const inner = planes(canvas, random);
    const start = planesOf(image, canvas);
    return {
      ...inner,
      pictures(parameters) {
        const { data } = inner.pictures(parameters);
        return { ...canvas, data: data.map((value, i) => value + start[i % start.length]!) };
      },
    };
  };
}

/** The planes of which a sigmoid, after the mixing of colours, makes an image. */
function planesOf(image: Image, { height, width, channels }: Canvas): Float64Array {
  const { data } = resample(withChannels(image, channels), height, width);
  const planes = Float64Array.from(data, (value) => {
    const inside = Math.min(1 - margin, Math.max(margin, value));
    return Math.log(inside / (1 - inside));
  });
  if (channels === 3) unmixColors(planes);
  return planes;
}
