/** How far activations are from given ones. Subtracted, the picture comes to look like the image that those are of. */
import { LensError } from "../../core/errors.js";
import type { Image } from "../../core/image.js";
import { shown } from "../../core/numbers.js";
import { byName, eachPicture, type Objective } from "./objective.js";
import { mapOf, referenceFrom } from "./reference.js";

/**
 * How far a layer's activations are from wanted ones: mean of |h − wanted| (`l1`) or of its square (`l2`). Subtracted, the picture
 * comes to look like what the wanted ones are of (inversion). Wanted is an image of the picture's size, which goes through the
 * same transforms as the picture does before it is read, or a layer's activations as they are, for a run whose transforms
 * keep the size.
 *
 * @throws LensError `bad-argument`, for another norm; while climbing, when sizes differ.
 * @public
 */
export function activationDifference(
  layer: string,
  wanted: Image | ArrayLike<number>,
  { norm = "l1" }: { readonly norm?: "l1" | "l2" | undefined } = {},
): Objective {
  if (norm !== "l1" && norm !== "l2") throw new LensError("bad-argument", `norm is "l1" or "l2"; got ${shown(norm)}`);
  const { stored, reference, values } = referenceFrom(wanted);
  const from = [layer, stored, norm === "l1" ? undefined : { norm }];
  return byName("activationDifference", from, { layer }, { reference }, (volume, image) =>
    eachPicture(volume, (data, size, gradient, n) => {
      const goal = mapOf(layer, size, { image, n, values });
      let sum = 0;
      for (let i = 0; i < data.length; i++) {
        const gap = data[i]! - goal[i]!;
        sum += norm === "l1" ? Math.abs(gap) : gap * gap;
        gradient[i] = (norm === "l1" ? Math.sign(gap) : 2 * gap) / data.length;
      }
      return sum / data.length;
    }),
  );
}
