/**
 * `node --import tsx bench/quality/main.ts [STEPS] [--save]`: for the judged units, the objective that the preset `lucid` ends
 * with beside that of the plain implementation (test/optvis/plain) with the same seed, and how soon 95 % of it is reached.
 * Ends are means over the last tenth of the steps, in which transforms still change from step to step.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatTable } from "../../src/core/print.js";
import { parseUnit } from "../../src/core/unit.js";
import { wasmEngine } from "../../src/engine/wasm/wasm.js";
import { open } from "../../src/node/open.js";
import { visualize } from "../../src/optvis/visualize.js";
import { resnet50, shared } from "../../test/load/shared.js";
import { plainLucid } from "../../test/optvis/plain/lucid.js";
import { judged } from "./units.js";

const steps = Number(process.argv[2] ?? 512);
const size = 128;
const seed = 1;
const engine = await wasmEngine({ relaxed: true });
const networks = {
  "VGG-19": await open(shared("models", "vgg19-block1to3"), { preprocessing: "caffe" }),
  "ResNet-50": await open(resnet50, { preprocessing: "caffe" }),
};

const end = (history: readonly number[]): number => {
  const last = history.slice(-Math.max(1, Math.round(history.length / 10)));
  return last.reduce((sum, value) => sum + value, 0) / last.length;
};
/** The first step from which the mean over a tenth of the steps is at 95 % of the end. */
const reach = (history: readonly number[]): number => {
  const window = Math.max(1, Math.round(history.length / 32));
  const goal = 0.95 * end(history);
  for (let step = window; step <= history.length; step++) {
    if (history.slice(step - window, step).reduce((sum, value) => sum + value, 0) / window >= goal) return step;
  }
  return history.length;
};

const rows = [];
for (const { network, unit } of judged) {
  const net = networks[network];
  const start = performance.now();
  const { history } = await visualize(net, unit, { seed, steps, size, engine });
  const ours = (performance.now() - start) / 1000;
  const plainStart = performance.now();
  const plain = await plainLucid(net, parseUnit(unit), { engine, size, steps, seed });
  const plainSeconds = (performance.now() - plainStart) / 1000;
  const row = {
    unit: `${network} ${unit}`,
    ours: end(history),
    plain: end(plain),
    apart: end(history) / end(plain) - 1,
    reached: reach(history),
    seconds: (ours * reach(history)) / steps,
    all: ours,
    plainSeconds,
  };
  rows.push(row);
  console.log(JSON.stringify(row));
}
engine.dispose();
const header = ["unit", "ours", "plain", "apart", "95 % at step", "seconds", `seconds of ${steps} steps`];
console.log(
  formatTable(
    header,
    rows.map((row) => [
      row.unit,
      row.ours.toFixed(1),
      row.plain.toFixed(1),
      `${(100 * row.apart).toFixed(3)} %`,
      String(row.reached),
      row.seconds.toFixed(1),
      row.all.toFixed(1),
    ]),
  ),
);
if (process.argv.includes("--save")) {
  const file = join(import.meta.dirname, "../results/quality.json");
  writeFileSync(file, `${JSON.stringify({ steps, size, seed, rows }, null, 1)}\n`);
}
