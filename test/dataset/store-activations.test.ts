import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import * as zarr from "zarrita";
import { storeActivations } from "../../src/dataset/store-activations.js";
import { streamActivations } from "../../src/dataset/stream-activations.js";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import { zarrFolder } from "../../src/node/zarr-folder.js";
import { resnet } from "../conformance/networks.js";
import { noisePictures } from "./scenes.js";

const engine = cpuEngine();
const broken = { id: "broken", image: () => Promise.reject(new Error("gone")) };

it.each(["a map", "a folder"])("stores what the network answered, one chunk per picture: in %s", async (where) => {
  const folder = await mkdtemp(join(tmpdir(), "convlens-"));
  const store = where === "a map" ? new Map<string, Uint8Array>() : zarrFolder(folder);
  try {
    const set = noisePictures(3).toSpliced(1, 0, broken);
    const options = { engine, size: 12 };
    const units = ["sum", "conv1:1"];
    const stored = await storeActivations(resnet(1), { units, dataset: set }, store, options);
    expect(stored.ids).toEqual(["noise/0", "noise/1", "noise/2"]);
    expect(stored.broken).toEqual([{ id: "broken", reason: "gone" }]);
    let picture = 0;
    for await (const { layers } of streamActivations(resnet(1), units, noisePictures(3), options)) {
      for (const { layer, map } of layers) {
        const array = await zarr.open(zarr.root(store as Map<string, Uint8Array>).resolve(layer), { kind: "array" });
        expect(array.shape).toEqual([3, map.height, map.width, map.channels]);
        expect(array.attrs).toMatchObject({ layer, ids: stored.ids, labels: ["three", null, null] });
        const found = await zarr.get(array, [picture, null, null, null]);
        expect(found.data).toEqual(map.data.slice());
      }
      picture++;
    }
    const conv = await zarr.open(zarr.root(store as Map<string, Uint8Array>).resolve("conv1"), { kind: "array" });
    expect(conv.attrs.channels).toEqual([1]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

it("refuses to store nothing", async () => {
  const run = storeActivations(resnet(1), { units: "sum", dataset: [broken] }, new Map(), { engine, size: 12 });
  await expect(run).rejects.toThrow("none of the 1 pictures could be read; nothing was stored");
});
