/** The groups one picks from, under one name. */
import { dihedral } from "./dihedral.js";
import { flip } from "./flip.js";
import { hue } from "./hue.js";
import { polarity } from "./polarity.js";
import { product } from "./product.js";
import { rotations } from "./rotations.js";
import { scale } from "./scale.js";

/**
 * Groups of image transformations; a user's own object of type `Group` works wherever these do.
 *
 * @public
 */
export const group: {
  readonly rotations: typeof rotations;
  readonly dihedral: typeof dihedral;
  readonly flip: typeof flip;
  readonly hue: typeof hue;
  readonly scale: typeof scale;
  readonly polarity: typeof polarity;
  readonly product: typeof product;
} = { rotations, dihedral, flip, hue, scale, polarity, product };
