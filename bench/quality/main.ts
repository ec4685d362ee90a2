/**
 * `node --import tsx bench/quality/main.ts [WAY ...]`: how well and how soon pictures of the judged units are made, in four ways:
 *
 * - `plain`: Lucid's settings, 512 steps, by the plain implementation (test/optvis/plain);
 * - `lucid`: the same settings by the library;
 * - `rounded`: `lucid` again with SIMD that rounds otherwise: how far apart rounding alone takes a climb;
 * - `swift`: the library's default.
 *
 * The quality of a step is the objective on the moved picture, as the mean over windows of eight steps, since the moves change from
 * step to step. Every climb is written to `bench/results/quality.json` as soon as it is made, and those that are there are not made
 * again.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseUnit } from "../../src/core/unit.js";
import { wasmEngine } from "../../src/engine/wasm/wasm.js";
import { open } from "../../src/node/open.js";
import { visualize } from "../../src/optvis/visualize.js";
import { resnet50, shared } from "../../test/load/shared.js";
import { plainLucid } from "../../test/optvis/plain/lucid.js";
import { type Climb, table, type Way, windowSteps } from "./table.js";
import { judged } from "./units.js";

const file = join(import.meta.dirname, "../results/quality.json");
const climbs: Climb[] = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : [];
const ways = (process.argv.length > 2 ? process.argv.slice(2) : ["lucid", "swift", "plain", "rounded"]) as Way[];
const [size, steps, seed] = [128, 512, 1];
const engine = await wasmEngine({ relaxed: true });
const otherwise = await wasmEngine({ relaxed: false });
const networks = {
  "VGG-19": await open(shared("models", "vgg19-block1to3"), { preprocessing: "caffe" }),
  "ResNet-50": await open(resnet50, { preprocessing: "caffe" }),
};

const history = async (way: Way, net: (typeof networks)["VGG-19"], unit: string): Promise<readonly number[]> => {
  if (way === "plain") return plainLucid(net, parseUnit(unit), { engine, size, steps, seed });
  if (way === "rounded") {
    return (await visualize(net, unit, { preset: "lucid", size, seed, engine: otherwise })).history;
  }
  return (await visualize(net, unit, { preset: way, size, seed, engine })).history;
};

for (const { network, unit } of judged) {
  for (const way of ways) {
    if (climbs.some((one) => one.unit === unit && one.way === way)) continue;
    const start = performance.now();
    const values = await history(way, networks[network], unit);
    const seconds = Math.round((performance.now() - start) / 100) / 10;
    const means = Array.from({ length: Math.floor(values.length / windowSteps) }, (_, i) => {
      const window = values.slice(i * windowSteps, (i + 1) * windowSteps);
      return Number((window.reduce((sum, value) => sum + value, 0) / windowSteps).toPrecision(6));
    });
    climbs.push({ network, unit, way, seconds, means });
    writeFileSync(file, `[\n${climbs.map((one) => JSON.stringify(one)).join(",\n")}\n]\n`);
    console.error(`${network} ${unit} ${way}: ${seconds} s`);
  }
}
engine.dispose();
otherwise.dispose();
console.log(table(climbs));
