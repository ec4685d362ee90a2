/**
 * What opening costs, whole and in part: `npx tsx bench/open.ts MODEL LAYER` opens a model, then only up to a layer, each in a
 * process of its own, and prints the time and the most memory the process ever held. A VGG-16 of 553 MB to try it on comes from
 * `keras.applications.VGG16(weights=None).save("vgg16.h5")`.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { formatTable } from "../src/core/print.js";
import { open } from "../src/node/open.js";

const [path, layer, part] = process.argv.slice(2);
if (!path || !layer) throw new Error("usage: npx tsx bench/open.ts MODEL LAYER");

if (part) {
  const start = performance.now();
  const net = part === "none" ? null : await open(path, part === "whole" ? {} : { upTo: layer });
  const seconds = (performance.now() - start) / 1000;
  const megabytes = process.resourceUsage().maxRSS / 1024;
  console.log(JSON.stringify({ seconds, megabytes, layers: net?.layers.length ?? 0 }));
} else {
  const self = fileURLToPath(import.meta.url);
  const rows = (["none", "part", "whole"] as const).map((which) => {
    const runs = Array.from({ length: 3 }, () => {
      const { stdout } = spawnSync(process.execPath, ["--import", "tsx", self, path, layer, which], {
        encoding: "utf8",
      });
      return JSON.parse(stdout) as { seconds: number; megabytes: number; layers: number };
    });
    const best = runs.reduce((a, b) => (a.seconds < b.seconds ? a : b));
    const name = { none: "nothing (the process itself)", part: `up to ${layer}`, whole: "all of it" }[which];
    return [name, String(best.layers), best.seconds.toFixed(2), best.megabytes.toFixed(0)];
  });
  console.log(formatTable(["opened", "layers", "seconds", "peak MB"], rows));
}
