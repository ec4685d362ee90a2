/**
 * One question asked in two ways that share nothing but the network: which orientation does a unit prefer? Once from
 * synthetic gratings, as the peak of its tuning curve; once from photographs, as the main orientation of what excites it
 * most: the structure tensor of each example, J = Σ w ∇I ∇Iᵀ under a Gaussian w about the middle of the receptive field,
 *
 *     anisotropy vector (Jxx − Jyy, 2 Jxy) / (Jxx + Jyy) = strength · (cos 2φ, sin 2φ),    orientation = φ + 90°
 *
 * averaged over the examples, weighted by activation. A unit prefers an orientation when its curve over gratings has a
 * selectivity of at least 0.3 and repeats after 180° only. Prints the tables of `docs/stimuli.md`:
 * all of them in numbers, and sixteen units evenly through the list by name.
 *
 *     npx tsx bench/orientation.ts MODEL FOLDER LAYER… [--every N]
 */
import { parseArgs } from "node:util";
import type { Image } from "../src/core/image.js";
import { formatUnit } from "../src/core/unit.js";
import { defaultSweep } from "../src/dataset/default-sweep.js";
import type { UnitExamples } from "../src/dataset/example.js";
import { examples } from "../src/dataset/examples.js";
import type { Sweep } from "../src/dataset/sweep.js";
import { tune, type UnitTuning } from "../src/dataset/tune.js";
import { angleBetween } from "../src/dataset/tuning-curve.js";
import { chooseEngine } from "../src/engine/choose.js";
import { open } from "../src/node/open.js";
import { photos } from "../src/node/photos.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { every: { type: "string", default: "1" }, least: { type: "string", default: "0.3" } },
});
const [model = "", folder = "", ...layers] = positionals;

/** The same parameters for every layer; only the size of the stimuli differs. */
let gratings: Sweep;

interface Compared {
  readonly name: string;
  readonly tuning: UnitTuning;
  readonly photographs: number;
  readonly apart: number;
}

async function main(): Promise<void> {
  const net = await open(model, { preprocessing: "caffe" });
  const { engine } = await chooseEngine(net);
  const shown = photos(folder, { shard: { index: 0, of: Number(values.every) } });
  console.log("| layer | units | prefer an orientation | median | mean | within 15° | within 30° |");
  console.log("| --- | --- | --- | --- | --- | --- | --- |");
  const found = await examples(net, layers, shown, { count: 16, engine });
  const all: Compared[] = [];
  for (const layer of layers) {
    gratings = defaultSweep(net, `${layer}:0`, "grating");
    const tuned = await tune(net, layer, gratings, { engine });
    const compared = tuned.units.flatMap((unit) => {
      const own = found.units.find((other) => formatUnit(other.unit) === formatUnit(unit.unit))!;
      return prefersOrientation(unit) ? [compare(unit, own)] : [];
    });
    console.log(rowOf(layer, tuned.units.length, compared));
    all.push(...compared);
  }
  if (layers.length > 1) console.log(rowOf("all", found.units.length, all));
  const [fine, coarse] = [all.filter(isFine), all.filter((each) => !isFine(each))];
  console.log(rowOf("wavelength up to 4 px", fine.length, fine));
  console.log(rowOf("wavelength from 6 px", coarse.length, coarse));
  const again = fine.flatMap((each) => {
    const preferred = coarsePreferred(each.tuning);
    return preferred === null ? [] : [{ ...each, apart: angleBetween(preferred, each.photographs, 180) }];
  });
  console.log(rowOf("up to 4 px, by their answers from 6 px on", fine.length, again));
  console.log(`\n${found.seen.length} photographs, ${found.broken.length} unreadable, engine ${engine.name}\n`);
  console.log("| unit | from gratings | wavelength | selectivity | from photographs | apart |");
  console.log("| --- | --- | --- | --- | --- | --- |");
  const sample = Array.from({ length: Math.min(16, all.length) }, (_, i) => all[Math.floor((i * all.length) / 16)]!);
  for (const { name, tuning, photographs, apart } of sample) {
    const { preferred, selectivity } = tuning.curve!;
    console.log(
      `| \`${name}\` | ${preferred.toFixed(0)}° | ${tuning.best[0]} px | ${selectivity.toFixed(2)} | ${photographs.toFixed(0)}° | ${apart.toFixed(0)}° |`,
    );
  }
  engine.dispose();
}

function prefersOrientation({ curve }: UnitTuning): boolean {
  return curve !== null && curve.peak > 0 && curve.selectivity >= Number(values.least) && curve.period === 180;
}

/** Whether a unit answers most to waves of 3 or 4 pixels, finer than maps 4 pixels apart can hold. */
function isFine({ tuning }: Compared): boolean {
  return tuning.best[0]! <= 4;
}

/** The angle a unit answers to most among the coarser waves; `null` where it answers to none of them. */
function coarsePreferred({ responses }: UnitTuning): number | null {
  const { axes, point } = gratings;
  const angle = axes.findIndex((axis) => axis.name === "angle");
  let [most, at] = [0, null as number | null];
  responses.forEach((response, i) => {
    if (point(i)[0]! > 4 && response > most) [most, at] = [response, point(i)[angle]!];
  });
  return at;
}

function compare(tuning: UnitTuning, own: UnitExamples): Compared {
  const angle = orientationOf(own);
  const apart = angleBetween(tuning.curve!.preferred, angle, 180);
  return { name: formatUnit(tuning.unit), tuning, photographs: angle, apart };
}

function rowOf(layer: string, units: number, compared: readonly Compared[]): string {
  const gaps = compared.map(({ apart }) => apart).sort((a, b) => a - b);
  const share = (most: number): string => `${Math.round((100 * gaps.filter((g) => g <= most).length) / gaps.length)} %`;
  const mean = gaps.reduce((a, b) => a + b, 0) / gaps.length;
  return `| ${layer} | ${units} | ${compared.length} | ${gaps[Math.floor(gaps.length / 2)]?.toFixed(1)}° | ${mean.toFixed(1)}° | ${share(15)} | ${share(30)} |`;
}

/** The orientation of a unit's examples, 0…180°. */
function orientationOf({ top }: UnitExamples): number {
  let [x, y] = [0, 0];
  for (const { crop, value } of top) {
    const [vx, vy] = anisotropy(crop!);
    x += Math.max(0, value) * vx;
    y += Math.max(0, value) * vy;
  }
  const across = (Math.atan2(y, x) * 90) / Math.PI;
  return (across + 270) % 180;
}

/** The anisotropy vector of the brightness gradient about the middle of a crop; what lies outside the photograph does not count. */
function anisotropy({ height, width, data }: Image): readonly [number, number] {
  const at = (row: number, column: number): number => {
    const p = 4 * (row * width + column);
    return data[p + 3]! < 1 ? Number.NaN : (data[p]! + data[p + 1]! + data[p + 2]!) / 3;
  };
  const sigma = Math.min(height, width) / 6;
  let [xx, xy, yy] = [0, 0, 0];
  for (let row = 1; row < height - 1; row++) {
    for (let column = 1; column < width - 1; column++) {
      const [gx, gy] = [at(row, column + 1) - at(row, column - 1), at(row + 1, column) - at(row - 1, column)];
      if (Number.isNaN(gx) || Number.isNaN(gy)) continue;
      const [dy, dx] = [row - (height - 1) / 2, column - (width - 1) / 2];
      const w = Math.exp(-(dx * dx + dy * dy) / (2 * sigma * sigma));
      xx += w * gx * gx;
      xy += w * gx * gy;
      yy += w * gy * gy;
    }
  }
  return xx + yy > 0 ? [(xx - yy) / (xx + yy), (2 * xy) / (xx + yy)] : [0, 0];
}

void main();
