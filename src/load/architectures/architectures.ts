/** The architectures known by name. */
import { densenet121 } from "./densenet.js";
import { efficientnetB0 } from "./efficientnet.js";
import { googlenet } from "./googlenet.js";
import { inceptionV3 } from "./inception-v3.js";
import { mobilenet, mobilenetV2 } from "./mobilenet.js";
import type { Recipe } from "./recipe.js";
import { resnet, resnetV2 } from "./resnet.js";
import { vgg } from "./vgg.js";
import { xception } from "./xception.js";

/** A recipe with or without its last layers, for a number of classes. */
export type ArchitectureRecipe = (top: boolean, classes: number) => Recipe;

/**
 * Name of an architecture.
 *
 * @public
 */
export type ArchitectureName =
  | "vgg16"
  | "vgg19"
  | "resnet50"
  | "resnet101"
  | "resnet152"
  | "resnet50v2"
  | "resnet101v2"
  | "resnet152v2"
  | "inceptionv3"
  | "xception"
  | "mobilenet"
  | "mobilenetv2"
  | "densenet121"
  | "efficientnetb0"
  | "googlenet";

/** Recipes by name, layers called as `keras.applications` calls them; `googlenet` as Lucid and the Circuits articles do. */
export const architectures: Readonly<Record<ArchitectureName, ArchitectureRecipe>> = {
  vgg16: (top, classes) => vgg("vgg16", top, classes),
  vgg19: (top, classes) => vgg("vgg19", top, classes),
  resnet50: (top, classes) => resnet(50, top, classes),
  resnet101: (top, classes) => resnet(101, top, classes),
  resnet152: (top, classes) => resnet(152, top, classes),
  resnet50v2: (top, classes) => resnetV2(50, top, classes),
  resnet101v2: (top, classes) => resnetV2(101, top, classes),
  resnet152v2: (top, classes) => resnetV2(152, top, classes),
  inceptionv3: inceptionV3,
  xception,
  mobilenet,
  mobilenetv2: mobilenetV2,
  densenet121,
  efficientnetb0: efficientnetB0,
  googlenet,
};
