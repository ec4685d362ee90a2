/** Caricatures: what a layer made of an image, exaggerated. */
import type { Image } from "../../core/image.js";
import { along, type DirectionOptions, given, powerOf } from "./directions.js";
import { byName, eachPicture, type Objective } from "./objective.js";
import { type Activations, mapOf, referenceFrom } from "./reference.js";

/**
 * A caricature of an image: mean over positions of how far the activation goes along that of the image at the same place,
 * `x·v · max(0.1, cos(x, v))^p`. The image has the picture's size, and goes through the same transforms as the picture does before
 * it is read. A layer's activations may stand for it, where transforms keep the size of the map. The cosine divides
 * by both norms; Lucid's divides by one, so that its power also asks for large activations.
 *
 * @throws LensError `bad-argument`, for values that are no numbers; while climbing, when sizes differ.
 * @public
 */
export function caricature(layer: string, of: Image | Activations, options: DirectionOptions = {}): Objective {
  const power = powerOf(options);
  const { stored, reference, values, size: own } = referenceFrom(of);
  return byName("caricature", [layer, stored, given(options)], { layer }, { reference }, (volume, image) =>
    eachPicture(volume, (data, size, gradient, n) => {
      const goal = mapOf(layer, size, { image, n, values, size: own });
      const share = 1 / (size.height * size.width);
      let sum = 0;
      for (let at = 0; at < data.length; at += size.channels) {
        sum += share * along(data, goal.subarray(at, at + size.channels), { power, at, gradient, share });
      }
      return sum;
    }),
  );
}
