/** One image as a network is given it, the way datasets are shown. */
import type { Image } from "../core/image.js";
import type { Network } from "../network/network.js";
import { fitPicture } from "./fit.js";
import { type FitToInputOptions, shownAs } from "./stream-activations.js";

/**
 * An image brought to a network's size and channels, as `examples` and `statistics` bring theirs.
 *
 * @throws LensError `bad-argument` for a size or fit that is none; `bad-size` when its channels cannot become the network's.
 * @public
 */
export function fitToInput(net: Network, image: Image, options: Pick<FitToInputOptions, "size" | "fit"> = {}): Image {
  return fitPicture(image, shownAs(net, options));
}
