/** The architectures known by name. */
import { densenet121 } from "./densenet.js";
import { efficientnetB0 } from "./efficientnet.js";
import { bvlcGooglenet, googlenet } from "./googlenet.js";
import { inceptionV3 } from "./inception-v3.js";
import { mobilenet, mobilenetV2 } from "./mobilenet.js";
import type { ArchitectureRecipe } from "./recipe.js";
import { resnet, resnetV2 } from "./resnet.js";
import { bottleneckRecipes } from "./torch/bottleneck-networks.js";
import { convnextTiny } from "./torch/convnext.js";
import { densenet121 as torchDensenet121 } from "./torch/densenet.js";
import { alexnet, squeezenet } from "./torch/early.js";
import { inceptionV3 as torchInceptionV3, googlenet as torchvisionGooglenet } from "./torch/inception.js";
import { resnet as torchResnet } from "./torch/resnet.js";
import { mobilenet as timmMobilenet, resnetV2 as timmResnetV2, xception as timmXception } from "./torch/timm.js";
import { vggOfTimm, vgg as vggOfTorchvision } from "./torch/vgg.js";
import { vgg } from "./vgg.js";
import { xception } from "./xception.js";

/**
 * Name of an architecture; some have several, those of torchvision and timm too.
 *
 * @public
 */
export type ArchitectureName =
  | "alexnet"
  | "vgg11"
  | "vgg11_bn"
  | "vgg13"
  | "vgg13_bn"
  | "vgg16"
  | "vgg16_bn"
  | "vgg19"
  | "vgg19_bn"
  | "googlenet"
  | "squeezenet1_0"
  | "squeezenet1_1"
  | "resnet18"
  | "resnet34"
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
  | "mobilenet_v3_small"
  | "mobilenet_v3_large"
  | "densenet121"
  | "efficientnetb0"
  | "convnext_tiny"
  | "inception_v1"
  | "inceptionv1"
  | "inception_v3"
  | "resnetv2_50"
  | "resnetv2_101"
  | "resnetv2_152"
  | "legacy_xception"
  | "mobilenetv1_100"
  | "mobilenet_v2"
  | "mobilenetv2_100"
  | "mobilenetv3_small_100"
  | "mobilenetv3_large_100"
  | "efficientnet_b0";

/** The one name of an architecture that others stand for. */
export type BuiltName = Exclude<ArchitectureName, keyof typeof otherNames>;

const vggDepths = { 11: [1, 1, 2, 2, 2], 13: [2, 2, 2, 2, 2], 16: [2, 2, 3, 3, 3], 19: [2, 2, 4, 4, 4] } as const;

/** VGG in PyTorch's words: torchvision's, and timm's. */
function torchVgg(depth: keyof typeof vggDepths, norm = false): ArchitectureRecipe[] {
  const network = { name: `vgg${depth}${norm ? "_bn" : ""}`, depths: vggDepths[depth], norm };
  return [vggOfTorchvision(network), vggOfTimm(network)];
}

/**
 * The ways in which libraries build an architecture: keras.applications, torchvision and timm. They differ in more than names: where zeros lie
 * around a map, what a norm adds to its variance, which convolution has the stride. `googlenet` is first that of the Circuits articles.
 */
export const architectures: Readonly<Record<BuiltName, readonly ArchitectureRecipe[]>> = {
  alexnet: [alexnet],
  vgg11: torchVgg(11),
  vgg11_bn: torchVgg(11, true),
  vgg13: torchVgg(13),
  vgg13_bn: torchVgg(13, true),
  vgg16: [(top, classes) => vgg("vgg16", top, classes), ...torchVgg(16)],
  vgg16_bn: torchVgg(16, true),
  vgg19: [(top, classes) => vgg("vgg19", top, classes), ...torchVgg(19)],
  vgg19_bn: torchVgg(19, true),
  googlenet: [googlenet, torchvisionGooglenet, bvlcGooglenet],
  squeezenet1_0: [squeezenet("squeezenet1_0")],
  squeezenet1_1: [squeezenet("squeezenet1_1")],
  resnet18: [torchResnet("resnet18", [2, 2, 2, 2], "basic")],
  resnet34: [torchResnet("resnet34", [3, 4, 6, 3], "basic")],
  resnet50: [(top, classes) => resnet(50, top, classes), torchResnet("resnet50", [3, 4, 6, 3], "bottleneck")],
  resnet101: [(top, classes) => resnet(101, top, classes), torchResnet("resnet101", [3, 4, 23, 3], "bottleneck")],
  resnet152: [(top, classes) => resnet(152, top, classes), torchResnet("resnet152", [3, 8, 36, 3], "bottleneck")],
  resnet50v2: [(top, classes) => resnetV2(50, top, classes), timmResnetV2("resnet50v2", [3, 4, 6, 3])],
  resnet101v2: [(top, classes) => resnetV2(101, top, classes), timmResnetV2("resnet101v2", [3, 4, 23, 3])],
  resnet152v2: [(top, classes) => resnetV2(152, top, classes), timmResnetV2("resnet152v2", [3, 8, 36, 3])],
  inceptionv3: [inceptionV3, torchInceptionV3],
  xception: [xception, timmXception],
  mobilenet: [mobilenet, timmMobilenet],
  mobilenetv2: [mobilenetV2, ...bottleneckRecipes.mobilenetv2],
  mobilenet_v3_small: bottleneckRecipes.mobilenet_v3_small,
  mobilenet_v3_large: bottleneckRecipes.mobilenet_v3_large,
  densenet121: [densenet121, torchDensenet121],
  efficientnetb0: [efficientnetB0, ...bottleneckRecipes.efficientnetb0],
  convnext_tiny: convnextTiny,
};

/** What torchvision, timm and papers call some of them. */
const otherNames = {
  inception_v1: "googlenet",
  inceptionv1: "googlenet",
  inception_v3: "inceptionv3",
  resnetv2_50: "resnet50v2",
  resnetv2_101: "resnet101v2",
  resnetv2_152: "resnet152v2",
  legacy_xception: "xception",
  mobilenetv1_100: "mobilenet",
  mobilenet_v2: "mobilenetv2",
  mobilenetv2_100: "mobilenetv2",
  mobilenetv3_small_100: "mobilenet_v3_small",
  mobilenetv3_large_100: "mobilenet_v3_large",
  efficientnet_b0: "efficientnetb0",
} as const;

/** The architecture of a name, also by the name that another library has for it. */
export function architectureOf(name: string): BuiltName | undefined {
  if (Object.hasOwn(architectures, name)) return name as BuiltName;
  return Object.hasOwn(otherNames, name) ? otherNames[name as keyof typeof otherNames] : undefined;
}
