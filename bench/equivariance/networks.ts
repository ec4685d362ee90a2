/** The networks whose first layers are described, with how each was fed: red and blue are where that says. */
import type { OpenOptions } from "../../src/load/open.js";
import { resnet50, shared } from "../../test/load/shared.js";

/** A network on this machine. */
export interface FirstLayerOf {
  readonly path: string;
  readonly options: OpenOptions;
}

const caffe: OpenOptions = { preprocessing: "caffe" };

/** By name. */
export const networks: Readonly<
  Record<"vgg19-block1to3" | "squeezenet1.0" | "resnet20-cifar10" | "tinyvgg" | "resnet50", FirstLayerOf>
> = {
  "vgg19-block1to3": { path: shared("models", "vgg19-block1to3", "model.json"), options: caffe },
  "squeezenet1.0": { path: shared("models", "squeezenet1.0", "model.json"), options: {} },
  "resnet20-cifar10": { path: shared("models", "resnet20-cifar10", "model.json"), options: { preprocessing: "torch" } },
  tinyvgg: { path: shared("models", "tinyvgg", "model.json"), options: {} },
  resnet50: { path: resnet50, options: caffe },
};
