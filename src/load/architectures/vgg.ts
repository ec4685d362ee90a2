/** VGG of 16 and 19 layers (Simonyan & Zisserman 2014): stacks of 3 × 3 convolutions, halved five times. */
import { Recipe } from "./recipe.js";

/** Convolutions in each of the five blocks. */
const depths = { vgg16: [2, 2, 3, 3, 3], vgg19: [2, 2, 4, 4, 4] } as const;
const widths = [64, 128, 256, 512, 512];

/** The recipe; its dense layers, kept unless `top` is false, want images of 224 × 224. */
export function vgg(name: keyof typeof depths, top: boolean, classes: number): Recipe {
  const net = new Recipe(name, "caffe");
  let x = net.image(top ? 224 : null);
  depths[name].forEach((count, b) => {
    for (let i = 1; i <= count; i++) {
      x = net.conv(`block${b + 1}_conv${i}`, x, [widths[b]!, 3], { activation: "relu" });
    }
    x = net.pool(`block${b + 1}_pool`, x, "Max", [2, 2, "valid"]);
  });
  if (!top) return net;
  x = net.layer("Flatten", "flatten", [x]);
  x = net.layer("Dense", "fc1", [x], { units: 4096, activation: "relu" });
  x = net.layer("Dense", "fc2", [x], { units: 4096, activation: "relu" });
  net.layer("Dense", "predictions", [x], { units: classes, activation: "softmax" });
  return net;
}
