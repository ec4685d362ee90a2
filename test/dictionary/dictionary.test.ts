/** Dictionaries: worked out by hand, put into networks that compute what they did, planted directions, and what is refused. */
import { describe, expect, it } from "vitest";
import { grow } from "../../src/circuit/grow.js";
import { verify } from "../../src/circuit/verify.js";
import { createImage, type Image } from "../../src/core/image.js";
import { createRandom } from "../../src/core/random.js";
import { formatUnit } from "../../src/core/unit.js";
import { activations } from "../../src/dataset/activations.js";
import { type Dictionary, dictionary } from "../../src/dictionary/dictionary.js";
import { withDictionary } from "../../src/dictionary/with-dictionary.js";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import type { Network } from "../../src/network/network.js";
import { parse, stringify } from "../../src/results/codec.js";
import { inputs } from "../../src/weights/inputs.js";
import { slice } from "../../src/weights/slice.js";
import { conv, type Draft, network } from "../network/ops.js";

const engine = cpuEngine();
const relu = { name: "relu" } as const;
const random = createRandom(5);
const noise = (n: number): Float32Array => Float32Array.from({ length: n }, () => random.normal());
const photo = (height: number, width: number, channels: number): Image =>
  createImage(
    height,
    width,
    channels,
    Float32Array.from({ length: height * width * channels }, () => random.uniform()),
  );
const photosOf = (images: readonly Image[]) => images.map((image, i) => ({ id: `${i}`, image }));
const sharesOf = ({ features, errorShare }: Dictionary): number =>
  features.reduce((sum, { share }) => sum + share, errorShare);

describe("by hand", () => {
  /** Two copies of the image, x and 2x; a unit that reads 3·x − 1·2x. */
  const net = network(
    [1, 2, 1],
    [
      conv("a", "image", [1, 1, 1, 2], { kernel: Float32Array.of(1, 2) }),
      conv("b", "a", [1, 1, 2, 1], { kernel: Float32Array.of(3, -1) }),
    ],
  );
  const images = [createImage(1, 2, 1, Float32Array.of(0.5, 1))];

  it("parts the layer into its directions and an error", async () => {
    // Along (1, 0) lies 1 of the 5 parts of energy of (1, 2); the rest, (0, 2), is the error.
    const found = await dictionary(net, "a", photosOf(images), { engine, vectors: [[7, 0]] });
    expect([...found.features[0]!.writes]).toEqual([1, 0]);
    expect(found.features[0]!.share).toBeCloseTo(0.2, 12);
    expect(found.errorShare).toBeCloseTo(0.8, 12);
    expect(found).toMatchObject({ active: 1, sampled: 2, settings: { method: "given", rectified: false } });
    expect(found.features[0]).toMatchObject({ firingRate: 1, largest: 1 });
    const changed = withDictionary(net, found);
    expect(slice(changed, "b:0", "a/features:0").data).toEqual(Float32Array.of(3));
    expect(slice(changed, "b:0", "a/error:1").data).toEqual(Float32Array.of(-1));
    const maps = await activations(changed, ["a/features:0", "a/error:0", "a/error:1", "b:0"], images[0]!, { engine });
    expect(maps.map(({ data }) => [...data])).toEqual([
      [0.5, 1],
      [0, 0],
      [1, 2],
      [0.5, 1],
    ]);
  });

  it("has a rectifier that the error makes good", async () => {
    // The code of (1, −1)/√2 is −x/√2: cut to 0, so that all is error.
    const found = await dictionary(net, "a", photosOf(images), { engine, vectors: [[1, -1]], rectified: true });
    expect(found).toMatchObject({ errorShare: 1, active: 0 });
    const maps = await activations(withDictionary(net, found), "b", images[0]!, { engine });
    expect([...maps[0]!.data]).toEqual([0.5, 1]);
  });
});

describe("a network with a dictionary", () => {
  /** A layer that is read by a convolution, a pool, a sum and a grouped convolution. */
  const made = (): Network => {
    const drafts: Draft[] = [
      conv("a", "image", [3, 3, 3, 8], { kernel: noise(216), bias: noise(8), padding: "same", activation: relu }),
      conv("b", "a", [3, 3, 8, 6], { kernel: noise(432), bias: noise(6), strides: [2, 2], activation: relu }),
      { kind: "pool", name: "p", inputs: ["a"], mode: "max", size: [2, 2], strides: [2, 2], padding: "valid" },
      conv("g", "a", [1, 1, 4, 8], { kernel: noise(32), groups: 2 }),
      { kind: "add", name: "s", inputs: ["a", "g"] },
    ];
    return network([9, 8, 3], drafts);
  };

  it("computes what it did, and its shares sum to one, for any directions", async () => {
    for (const [count, rectified] of [
      [1, false],
      [3, true],
      [8, false],
      [12, true],
    ] as const) {
      const net = made();
      const images = [photo(9, 8, 3), photo(9, 8, 3)];
      const vectors = Array.from({ length: count }, () => noise(8));
      const found = await dictionary(net, "a", photosOf(images), { engine, vectors, rectified });
      expect(Math.abs(sharesOf(found) - 1)).toBeLessThan(1e-9);
      if (!rectified && count >= 8) expect(Math.abs(found.errorShare)).toBeLessThan(1e-9);
      const changed = withDictionary(net, found);
      for (const layer of ["b", "p", "g", "s"]) {
        const [before, after] = [
          await activations(net, layer, images[0]!, { engine }),
          await activations(changed, layer, images[0]!, { engine }),
        ];
        before.forEach(({ data }, c) => {
          const largest = data.reduce((most, v) => Math.max(most, Math.abs(v)), 1);
          data.forEach((v, p) => expect(Math.abs(after[c]!.data[p]! - v) / largest).toBeLessThan(1e-5));
        });
      }
    }
  });

  it("has kernels for its directions that interventions bear out", async () => {
    const net = made();
    const images = photosOf([photo(9, 8, 3), photo(9, 8, 3)]);
    const found = await dictionary(net, "a", images, { engine, count: 4 });
    const changed = withDictionary(net, found);
    // W d, worked out from the layer's own kernels.
    const direct = slice(changed, "b:2", "a/features:1").data;
    const own = Array.from({ length: 8 }, (_, c) => slice(net, "b:2", `a:${c}`).data);
    direct.forEach((w, tap) => {
      const expected = own.reduce((sum, kernel, c) => sum + kernel[tap]! * found.features[1]!.writes[c]!, 0);
      expect(w).toBeCloseTo(expected, 5);
    });
    const edges = inputs(changed, "b:2", { count: 20 }).filter(({ unit }) => unit.layer === "a/features");
    expect(edges).toHaveLength(4);
    const { r2, edges: tested } = await verify(changed, { edges: edges.map(({ kernel }) => kernel) }, images, {
      engine,
      size: [9, 8],
    });
    expect(tested.filter(({ reason }) => reason === null).length).toBeGreaterThan(0);
    expect(r2).toBeGreaterThan(1 - 1e-9);
    const { nodes } = grow(changed, "b:2", { depth: 1, width: 8 });
    expect(nodes.map(({ unit }) => formatUnit(unit))).toContain("a/features:1");
  });

  it("holds for vectors too: a dense layer behind a dense layer", async () => {
    const dense = (name: string, input: string, shape: [number, number]): Draft => ({
      kind: "dense",
      name,
      inputs: [input],
      kernel: noise(shape[0] * shape[1]),
      kernelShape: shape,
      bias: null,
      activation: relu,
    });
    const net = network(
      [2, 2, 1],
      [
        { kind: "reshape", name: "flat", inputs: ["image"], output: [4] },
        dense("h", "flat", [4, 6]),
        dense("o", "h", [6, 3]),
      ],
    );
    const images = photosOf(Array.from({ length: 30 }, () => photo(2, 2, 1)));
    const changed = withDictionary(net, await dictionary(net, "h", images, { engine, count: 2 }));
    const [before, after] = [
      await activations(net, "o", images[0]!.image, { engine }),
      await activations(changed, "o", images[0]!.image, { engine }),
    ];
    before.forEach(({ data }, o) => expect(after[o]!.data[0]!).toBeCloseTo(data[0]!, 5));
    expect(changed.layer("h/features").output).toEqual([2]);
  });
});

describe("non-negative directions", () => {
  it("are those that were planted, whatever the seed", async () => {
    // Four directions of 12 channels, each with a few channels of its own; the codes are drawn, many of them 0.
    const planted = Array.from({ length: 4 }, (_, k) =>
      Float64Array.from({ length: 12 }, (_, c) =>
        c % 4 === k ? 1 + random.uniform() : c % 4 === (k + 1) % 4 ? 0.3 * random.uniform() : 0,
      ),
    );
    const kernel = Float32Array.from({ length: 48 }, (_, i) => planted[Math.floor(i / 12)]![i % 12]!);
    const net = network([6, 6, 4], [conv("a", "image", [1, 1, 4, 12], { kernel, activation: relu })]);
    const images = Array.from({ length: 20 }, () => {
      const image = photo(6, 6, 4);
      return { ...image, alpha: false, data: image.data.map((v) => Math.max(0, v - 0.6)) };
    });
    for (const seed of [0, 1, 2]) {
      const found = await dictionary(net, "a", photosOf(images), { engine, count: 4, seed });
      for (const direction of planted) {
        const length = Math.hypot(...direction);
        const cosines = found.features.map(({ writes }) =>
          writes.reduce((sum, w, c) => sum + (w * direction[c]!) / length, 0),
        );
        expect(Math.max(...cosines)).toBeGreaterThan(0.98);
      }
      expect(found.unexplained).toBeLessThan(0.02);
      expect(Math.abs(sharesOf(found) - 1)).toBeLessThan(1e-9);
      expect(found.features.every(({ share }, k, all) => k === 0 || share <= all[k - 1]!.share)).toBe(true);
    }
  });
});

describe("a dictionary", () => {
  const net = network(
    [4, 4, 3],
    [conv("a", "image", [1, 1, 3, 4], { kernel: noise(12), activation: relu }), conv("b", "a", [1, 1, 4, 2])],
  );
  const images = photosOf([photo(4, 4, 3)]);

  it("comes back from its text and goes into the network as before", async () => {
    const found = await dictionary(net, "a", images, { engine, count: 2 });
    const back = parse("dictionary", stringify(found), net);
    expect(withDictionary(net, back).layers).toEqual(withDictionary(net, found).layers);
  });

  it("is refused in a sentence", async () => {
    const refused = async (layer: string, options: object, words: string): Promise<void> => {
      await expect(dictionary(net, layer, images, { engine, ...options })).rejects.toThrow(words);
    };
    await refused("a", { count: 5 }, 'count is at most the 4 channels of "a"');
    await refused("a", { vectors: [[1, 2]] }, 'vector 0 has a number for each of the 4 channels of "a"; got 2');
    await refused("a", { vectors: [[0, 0, 0, 0]] }, "vector 0 has no direction");
    await refused("a", { vectors: [] }, "vectors are at least one direction");
    await refused("nowhere", {}, 'no layer is called "nowhere"');
    await refused("image", { count: 1, positions: 0 }, "positions is a whole number from 1");
    const signed = network(
      [4, 4, 3],
      [conv("c", "image", [1, 1, 3, 2], { kernel: noise(6).map((w) => -Math.abs(w)) })],
    );
    await expect(dictionary(signed, "c", images, { engine })).rejects.toThrow("negative activations");
    const found = await dictionary(net, "a", images, { engine, count: 2 });
    expect(() => withDictionary(signed, found)).toThrow('this dictionary is of the model "by hand"');
    const changed = withDictionary(net, found);
    expect(() => withDictionary(changed, found)).toThrow("the model given is");
    const again = await dictionary(changed, "a", images, { engine, count: 1 });
    expect(() => withDictionary(changed, again)).toThrow('there is a layer "a/features" already');
    await expect(dictionary(net, "a", images, { engine, signal: AbortSignal.abort("no") })).rejects.toBe("no");
  });
});
