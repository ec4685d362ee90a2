/** One image as a network is given it, the way datasets are shown. */
import { optional } from "valibot";
import { checkOptions, optionsSchema } from "../core/check.js";
import { checkImage, type Image } from "../core/image.js";
import { checkNetwork, type Network } from "../network/network.js";
import { fitPicture, fitSchema } from "./fit.js";
import { type FitToInputOptions, shownAs, shownSizeSchema } from "./stream-activations.js";

const fitOptions = optionsSchema({ size: shownSizeSchema, fit: optional(fitSchema) });

/**
 * An image brought to a network's size and channels, as `examples` and `statistics` bring theirs.
 *
 * @throws LensError `bad-argument` for a size or fit that is none; `bad-size` when its channels cannot become the network's.
 * @public
 */
export function fitToInput(net: Network, image: Image, options: Pick<FitToInputOptions, "size" | "fit"> = {}): Image {
  checkNetwork(net);
  checkImage(image);
  checkOptions(fitOptions, options);
  return fitPicture(image, shownAs(net, options));
}
