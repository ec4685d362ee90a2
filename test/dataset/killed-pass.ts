/**
 * A pass that is going to be killed: `killed-pass.ts MODEL FOLDER SHARD PART`. It keeps what it found so far in a file, after
 * every four pictures, and goes on from that file when it is there.
 */
import { readFile } from "node:fs/promises";
import { examples } from "../../src/dataset/examples.js";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import { open } from "../../src/node/open.js";
import { photos } from "../../src/node/photos.js";
import { save } from "../../src/node/save.js";
import { parse, stringify } from "../../src/results/codec.js";

const [model, folder, shard, part] = process.argv.slice(2) as [string, string, string, string];

async function main(): Promise<void> {
  const kept = await readFile(part, "utf8").catch(() => undefined);
  const found = await examples(
    await open(model),
    ["conv_1_2", "conv_2_1:3"],
    photos(folder, { shard: { index: Number(shard), of: 2 } }),
    {
      ...{ count: 4, bottom: 2, random: 5, preActivation: true, engine: cpuEngine() },
      every: 4,
      from: kept === undefined ? undefined : parse("examples", kept),
      onPart: (now) => save(part, stringify(now)),
    },
  );
  await save(part, stringify(found));
  process.stdout.write("done");
}

void main();
