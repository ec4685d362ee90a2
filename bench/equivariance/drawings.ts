/**
 * The families of first layers, and a motif between the first two of VGG-19, as `docs/equivariance.md` shows them:
 * `npx tsx bench/equivariance/drawings.ts` draws each family as a strip, the units by their weights, and writes
 * `docs/images/first-<network>-<group>.png` and `motif-vgg19.png` with as few colours as the drawing bears.
 */
import { join } from "node:path";
import sharp from "sharp";
import { findFamilies } from "../../src/equivariance/find-families.js";
import { findMotifs } from "../../src/equivariance/find-motifs.js";
import type { Group } from "../../src/equivariance/group.js";
import { group } from "../../src/equivariance/groups/namespace.js";
import { motifKernels } from "../../src/equivariance/motif-kernels.js";
import { type Figure, moved } from "../../src/figure/mark.js";
import { figure } from "../../src/figure/namespace.js";
import { open } from "../../src/node/open.js";
import { toPNG } from "../../src/node/png.js";
import { filterImages } from "../../src/weights/filter-images.js";
import { type FirstLayerOf, networks } from "./networks.js";

const drawings: readonly (readonly [name: string, of: FirstLayerOf, layer: string, by: Group])[] = [
  ["vgg19-rotations", networks["vgg19-block1to3"], "block1_conv1", group.rotations(8)],
  ["vgg19-hues", networks["vgg19-block1to3"], "block1_conv1", group.hue(6)],
  ["squeezenet-rotations", networks["squeezenet1.0"], "conv1", group.rotations(8)],
  ["resnet50-rotations", networks.resnet50, "conv1", group.rotations(8)],
  ["resnet50-hues", networks.resnet50, "conv1", group.hue(6)],
];

for (const [name, { path, options }, layer, by] of drawings) {
  const net = await open(path, options);
  const { families } = await findFamilies(net, layer, { group: by, nullDraws: 99 });
  const icons = filterImages(net, layer);
  const strips = families.filter(({ members }) => members.length > 1).map((each) => figure.family(each, by, { icons }));
  await print(`first-${name}`, stacked(strips));
}

const vgg19 = networks["vgg19-block1to3"];
const net = await open(vgg19.path, vgg19.options);
const { motifs } = await findMotifs(net, "block1_conv1", "block1_conv2", { group: group.rotations(8) });
const drawn = motifs.find(({ target }) => target.members.some(({ unit }) => unit.channel === 9))!;
await print(
  "motif-vgg19",
  figure.kernelMatrix(drawn, motifKernels(net, drawn), { icons: filterImages(net, "block1_conv1") }),
);

/** Writes a figure into the pictures of the docs. */
async function print(name: string, drawing: Figure): Promise<void> {
  const file = join(import.meta.dirname, "../../docs/images", `${name}.png`);
  const { size } = await sharp(await toPNG(drawing))
    .png({ palette: true, colours: 128, dither: 0, effort: 10, compressionLevel: 9 })
    .toFile(file);
  console.log(`${file}: ${(size / 1024).toFixed(0)} kB`);
}

/** Figures below each other. */
function stacked(figures: readonly Figure[]): Figure {
  const tops = figures.map((_, i) => figures.slice(0, i).reduce((sum, { height }) => sum + height, 0));
  return {
    width: Math.max(...figures.map(({ width }) => width)),
    height: figures.reduce((sum, { height }) => sum + height, 0),
    title: figures.map(({ title }) => title).join("; "),
    description: figures.map(({ description }) => description).join(" "),
    marks: figures.map(({ marks }, i) => moved(0, tops[i]!, ...marks)),
  };
}
