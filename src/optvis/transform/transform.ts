/**
 * Transformation robustness: the picture is moved, scaled and turned a little before each step, so that only what survives
 * is drawn. Each transform draws its chance once per step, the same for all pictures of a batch, and is then a linear map (plus
 * a constant) with its exact adjoint.
 */
import { checkArgument, listOf, objectWith } from "../../core/check.js";
import type { Random } from "../../core/random.js";
import type { Pictures } from "../param/param.js";

/**
 * One drawn transform.
 *
 * @public
 */
export interface DrawnTransform {
  /** The transformed pictures. */
  readonly output: Pictures;
  /** Gradient of the pictures from the gradient of the output. */
  adjoint(gradient: Float64Array): Float64Array;
}

/**
 * Draws and applies a transform.
 *
 * @public
 */
export interface Transform {
  /** Name and numbers, for the record: `jitter(8)`. */
  readonly name: string;
  /** Applies it to a stack of pictures, with chance from `random`; `progress` goes from 0 at the first step to 1 at the last. */
  readonly apply: (pictures: Pictures, random: Random, progress?: number) => DrawnTransform;
}

const transformsSchema = listOf(
  objectWith<Transform>(["apply"], "a transform such as transform.jitter(8)"),
  "a list of transforms",
);

/**
 * Several transforms, one after the other.
 *
 * @public
 */
export function compose(transforms: readonly Transform[]): Transform {
  checkArgument("transforms", transformsSchema, transforms);
  return {
    name: transforms.map((t) => t.name).join(" → ") || "none",
    apply: (pictures, random, progress) => {
      const drawn: DrawnTransform[] = [];
      for (const t of transforms) drawn.push(t.apply(drawn.at(-1)?.output ?? pictures, random, progress));
      return {
        output: drawn.at(-1)?.output ?? pictures,
        adjoint: (gradient) => drawn.reduceRight((g, t) => t.adjoint(g), gradient),
      };
    },
  };
}
