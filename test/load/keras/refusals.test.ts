/** Keras files that are not what they say, and weights that need to be told what they belong to. */
import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync, zipSync } from "fflate";
import { beforeAll, describe, expect, it } from "vitest";
import type { Architecture } from "../../../src/load/architecture.js";
import type { Hdf5 } from "../../../src/load/keras/hdf5.js";
import { listedWeights } from "../../../src/load/keras/saved-weights.js";
import { createNetwork } from "../../../src/network/network.js";
import { open } from "../../../src/node/open.js";
import { golden } from "../golden.js";

/** An HDF5 file that lists weights for one nested model, each holding its own name. */
function listing(names: readonly string[]): Hdf5 {
  const texts = (path: string, attribute: string): readonly string[] =>
    attribute === "layer_names" ? ["outer"] : path === "outer" ? names : [];
  const dataset = (name: string) => ({ name, shape: [], values: () => new Float32Array(1) });
  return { name: "nested.h5", texts, dataset, members: () => [], patiently: async (read) => read() };
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "convlens-keras-"));
});

const entries = (): Record<string, Uint8Array> =>
  unzipSync(new Uint8Array(readFileSync(golden("keras", "plain-3.keras"))));
function saved(name: string, files: Record<string, Uint8Array>, level: 0 | 6 = 0): string {
  const path = join(folder, name);
  writeFileSync(path, zipSync(files, { level }));
  return path;
}

describe("a .keras archive", () => {
  it("opens packed as well as stored", async () => {
    const [stored, packed] = [
      await open(golden("keras", "plain-3.keras")),
      await open(saved("packed.keras", entries(), 6)),
    ];
    expect(packed.layers).toEqual(stored.layers);
  });

  it("is refused by name of what it lacks", async () => {
    const { "config.json": _, ...without } = entries();
    await expect(open(saved("no-config.keras", without))).rejects.toThrow("zip archive without config.json");
    const { "model.weights.h5": __, ...empty } = entries();
    await expect(open(saved("no-weights.keras", empty))).rejects.toThrow("zip archive without model.weights.h5");
  });

  it.each([
    "QuantizedDTypePolicy",
    "QuantizedFloat8DTypePolicy",
    "Int4DTypePolicy",
    "Int8DTypePolicy",
    "GPTQDTypePolicy",
    "AWQDTypePolicy",
  ])("is refused with a layer whose numbers are quantised: %s", async (policy) => {
    const { "config.json": config, ...rest } = entries();
    const text = new TextDecoder().decode(config).replace('"DTypePolicy"', `"${policy}"`);
    expect(text).toContain(policy);
    await expect(
      open(saved("small.keras", { ...rest, "config.json": new TextEncoder().encode(text) })),
    ).rejects.toThrow("is quantised by Keras; save the model before it is quantised");
  });

  it("is refused with its weights as objects of Python", async () => {
    const { "model.weights.h5": _, ...rest } = entries();
    await expect(open(saved("npz.keras", { ...rest, "model.weights.npz": new Uint8Array(4) }))).rejects.toThrow(
      '"npz.keras" keeps its weights as objects of Python, in model.weights.npz; load it in Keras and save it again',
    );
  });

  it("is refused where its description is no JSON, or its weights are no HDF5", async () => {
    const text = new TextEncoder().encode("{");
    await expect(open(saved("bad-config.keras", { ...entries(), "config.json": text }))).rejects.toThrow(
      'the description in "config.json of bad-config.keras" is not JSON',
    );
    await expect(open(saved("bad-weights.keras", { ...entries(), "model.weights.h5": text }))).rejects.toThrow(
      '"model.weights.h5 of bad-weights.keras" is damaged, or no HDF5 file',
    );
  });
});

describe("weights listed for a model that is a layer of another", () => {
  const found = (names: readonly string[], ...path: string[]): string[] =>
    listedWeights(listing(names), "")(["outer", ...path]).map(({ name }) => name);

  it("are those whose place ends as the layer's path does, for longest", () => {
    const names = ["a/conv/kernel", "b/conv/kernel", "outer/conv/kernel"];
    expect(found(names, "a", "conv")).toEqual(["a/conv/kernel"]);
    expect(found(names, "b", "conv")).toEqual(["b/conv/kernel"]);
    expect(found(names, "conv")).toEqual(["outer/conv/kernel"]);
    expect(found(["conv/kernel", "conv/bias", "b/conv/kernel"], "a", "conv")).toEqual(["conv/kernel", "conv/bias"]);
    expect(found(names, "dense")).toEqual([]);
  });

  it("are refused where two layers could have them", () => {
    expect(() => found(["a/conv/kernel", "b/conv/kernel"], "conv")).toThrow(
      '"nested.h5" lists "a/conv/kernel", "b/conv/kernel", and which of them layer "outer/conv" has cannot be told',
    );
    expect(() => found(["conv/kernel", "conv/kernel"], "a", "conv")).toThrow(
      "cannot be told; give the layers different",
    );
  });
});

describe("an HDF5 file", () => {
  it("opens up to a layer, with the layers it needs and no other", async () => {
    const net = await open(golden("keras", "branches-3.h5"), { upTo: "deep" });
    expect(net.layers.map(({ name }) => name)).toEqual(["image", "standard", "padded", "stem", "deep"]);
    await expect(open(golden("keras", "branches-3.h5"), { upTo: "dep" })).rejects.toThrow(
      'no layer "dep" to be opened up to; the nearest are deep',
    );
  });

  it.each(["plain-2.weights.h5", "plain-3.weights.h5", "plain-2.listed.h5"])(
    "of weights alone, %s, hands them to an architecture by layer",
    async (file) => {
      const seen: string[] = [];
      const architecture: Architecture = async ({ tensors }) => {
        for (const [name, tensor] of tensors) {
          const values = await tensor.read();
          seen.push(`${name} ${tensor.shape.join("×")} ${values.length}`);
        }
        const shape = [8, 8, 3];
        const preprocessing = { name: "unit", order: "rgb", scale: 1, mean: [0], std: [1] } as const;
        return createNetwork("weights", [], { shape, preprocessing, stated: false });
      };
      await open(golden("keras", file), { architecture });
      const named = file.includes("listed") || file.includes("-3");
      if (named) expect(seen).toContain("oblong/0 3×2×6×6 216");
      else expect(seen).toContain("conv2d_1/0 3×2×6×6 216");
      if (file.includes("listed")) expect(seen).toContain("oblong/kernel 3×2×6×6 216");
    },
  );

  it("of weights alone may be cut into several, a layer's name apart from its weights", async () => {
    const read = async (file: string): Promise<Record<string, number[]>> => {
      const all: Record<string, number[]> = {};
      const architecture: Architecture = async ({ tensors }) => {
        for (const [name, tensor] of tensors) all[name] = [...(await tensor.read())];
        return createNetwork("weights", [], {
          shape: [8, 8, 3],
          preprocessing: { name: "unit", order: "rgb", scale: 1, mean: [0], std: [1] },
          stated: false,
        });
      };
      await open(golden("keras", file), { architecture });
      return all;
    };
    const cut = await read("sharded/plain-3.weights.json");
    expect(Object.keys(cut)).toContain("dilated/1");
    expect(cut).toEqual(await read("plain-3.weights.h5"));
  });

  it("of weights alone is refused without an architecture, which it names", async () => {
    await expect(open(golden("keras", "sharded/plain-3.weights.json"))).rejects.toThrow(
      '"plain-3.weights.json" holds 15 tensors but not the network they belong to; give { architecture }',
    );
    await expect(open(golden("keras", "plain-3.weights.h5"))).rejects.toThrow(
      "tensors but not the network they belong to; give { architecture }, one of alexnet",
    );
  });

  it("cut short, or of another kind, is refused in a sentence", async () => {
    const bytes = readFileSync(golden("keras", "plain-3.h5"));
    const cut = join(folder, "cut.h5");
    writeFileSync(cut, bytes.subarray(0, 5000));
    await expect(open(cut)).rejects.toThrow(/^"cut\.h5" is damaged, or no HDF5 file: [^\n]+; get it again$/);
    const text = join(folder, "text.h5");
    writeFileSync(text, "not a model");
    await expect(open(text)).rejects.toThrow('text.h5" is not JSON');
  });
});
