/**
 * Architectures known by name, against what Keras computes of the same weights: every layer's output, and the number of
 * parameters. The weights are a formula of their names, so that no file holds them.
 */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compile } from "../../src/engine/plan.js";
import type { WasmEngine } from "../../src/engine/wasm/wasm.js";
import { wasmEngine } from "../../src/engine/wasm/wasm.js";
import { buildArchitecture } from "../../src/load/architecture.js";
import { type ArchitectureName, architectures } from "../../src/load/architectures/architectures.js";
import { inKerasOrder } from "../../src/load/architectures/keras-order.js";
import { fromChannelsFirst } from "../../src/load/architectures/torch/weights.js";
import { snakeCase } from "../../src/load/keras/saved-weights.js";
import { namedWeights } from "../../src/load/save/named-weights.js";
import type { CountedTensors, NamedTensor, NamedTensors } from "../../src/load/tensors.js";
import { fingerprint } from "../../src/network/fingerprint.js";
import type { Network } from "../../src/network/network.js";
import { fixtures, golden } from "./golden.js";

interface Stored {
  readonly parameters: number;
  readonly side: number;
  readonly top: boolean;
  readonly weights: readonly (readonly [layer: string, kind: string, shape: readonly number[]])[];
  readonly layers: Readonly<Record<string, { size: number; largest: number; values: readonly number[] }>>;
}

/** `a + b · u`, u in 0…1: a hash of a name (FNV-1a), and of that and the place. */
function uniform(name: string, count: number, [a, b]: readonly [number, number] = [0, 1]): Float32Array {
  let seed = 2166136261;
  for (const byte of new TextEncoder().encode(name)) seed = Math.imul(seed ^ byte, 16777619);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    let x = (seed + Math.imul(i, 0x9e3779b1)) | 0;
    x = Math.imul(x ^ (x >>> 16), 0x45d9f3b);
    values[i] = a + b * (((x ^ (x >>> 16)) >>> 0) / 2 ** 32);
  }
  return values;
}

function valuesOf(layer: string, kind: string, shape: readonly number[]): Float32Array {
  const product = (sizes: readonly number[]): number => sizes.reduce((all, n) => all * n, 1);
  const around = (reach: number): [number, number] => [-reach, 2 * reach];
  const range = ["gamma", "moving_variance", "variance"].includes(kind)
    ? ([0.75, 0.5] as const)
    : ["beta", "moving_mean", "mean", "bias"].includes(kind)
      ? around(0.2)
      : around(Math.sqrt(6 / product(kind === "depthwise_kernel" ? shape.slice(0, 2) : shape.slice(0, -1))));
  return uniform(`${layer}/${kind}`, product(shape), range);
}

/** A file of weights that are worked out when asked for. `rename` spells layers as another writer would. */
function formulas({ weights }: Stored, rename: (layer: string) => string = (layer) => layer): NamedTensors {
  const tensors = new Map<string, NamedTensor>();
  for (const [layer, kind, shape] of weights) {
    const read = async (): Promise<Float32Array> => {
      const values = valuesOf(layer, kind, shape);
      // Weights of ImageNet come with a layer that divides by the square root of these once more.
      const isB0 = layer === "normalization" && kind === "variance";
      return isB0 ? values.map((v, c) => v / [0.229, 0.224, 0.225][c]!) : values;
    };
    tensors.set(`${rename(layer)}/${kind}`, { shape, read });
  }
  return { file: "formulas.h5", tensors };
}

const stored = (name: string): Stored => JSON.parse(readFileSync(golden("architectures", `${name}.json`), "utf8"));

let engine: WasmEngine;
beforeAll(async () => {
  engine = await wasmEngine({ precision: "exact" });
});
afterAll(() => engine.dispose());

/** Layers whose output is not the framework's, to 1e-4 of its largest value. */
async function wrongLayers(net: Network, { side, layers }: Pick<Stored, "side" | "layers">): Promise<string[]> {
  const compared = Object.keys(layers).filter((layer) => layer !== "normalization" && has(net, layer));
  const executable = await engine.load(
    compile(
      net,
      compared.map((layer) => ({ layer })),
    ),
  );
  const data = uniform("image", side * side * 3);
  const maps = await executable.forward({ count: 1, height: side, width: side, channels: 3, data });
  executable.dispose();
  return compared.filter((layer, k) => {
    const { size, largest, values } = layers[layer]!;
    const { data: got } = maps[k]!;
    if (got.length !== size) return true;
    return values.some((value, i) => Math.abs(value - got[Math.floor((i * (size - 1)) / 5)]!) > 1e-4 * largest);
  });
}

/** Parameters of VGG's dense layers, too large for a golden: from 512 maps of 7 × 7 pixels to 4096, 4096 and 1000 features. */
const denseOfVgg = (512 * 7 * 7 + 1) * 4096 + (4096 + 1) * 4096 + (4096 + 1) * 1000;

const has = (net: Network, layer: string): boolean => net.layers.some(({ name }) => name === layer);

describe("an architecture by name", () => {
  it.each(fixtures("architectures"))("computes what keras.applications computes: %s", async (name) => {
    const wanted = stored(name);
    const net = await buildArchitecture(formulas(wanted), {
      architecture: name.replace("-timm", "") as ArchitectureName,
      preprocessing: "unit",
    });
    const names = Object.keys(wanted.layers).filter((layer) => net.layers.some((one) => one.name === layer));
    // All but what stands in other words here: images come in 0…1 already.
    const missing = Object.keys(wanted.layers).filter((layer) => !names.includes(layer) && layer !== "rescaling");
    expect(missing.filter((layer) => !/^(dropout|.*_drop|top_dropout|.*_reshape)$/.test(layer))).toEqual([]);
    expect(await wrongLayers(net, wanted)).toEqual([]);
    const parameters = net.layers.reduce((sum, layer) => sum + layer.parameters, 0);
    // The Normalization of B0 holds a count, and its mean and variance, that here are one factor and shift each.
    const otherwise = name === "efficientnetb0" ? parametersOfB0(net) - 7 : name.startsWith("vgg") ? -denseOfVgg : 0;
    expect(parameters).toBe(wanted.parameters + otherwise);
  });

  it("has a golden of each", () => {
    expect(fixtures("architectures").sort()).toEqual(Object.keys(architectures).sort());
  });

  it("is found in files whose numbered layers start elsewhere", async () => {
    const wanted = stored("xception");
    const shifted = (layer: string): string =>
      layer.replace(/^(conv2d|batch_normalization)(?:_(\d+))?$/, (_, kind, n) => `${kind}_${Number(n ?? 0) + 94}`);
    const [plain, other] = [
      await buildArchitecture(formulas(wanted), { architecture: "xception" }),
      await buildArchitecture(formulas(wanted, shifted), { architecture: "xception" }),
    ];
    const kernel = (net: typeof plain): Float32Array => {
      const op = net.ops.find(({ name }) => name === "conv2d_2")!;
      return (op as Extract<typeof op, { kind: "conv" }>).kernel;
    };
    expect(kernel(other)).toEqual(kernel(plain));
  });

  it("is opened up to a layer without the weights of the rest, or without the layers a file does not have", async () => {
    const wanted = stored("vgg16");
    const only = { ...wanted, weights: wanted.weights.filter(([layer]) => layer.startsWith("block1")) };
    const net = await buildArchitecture(formulas(only), { architecture: "vgg16", upTo: "block1_conv2" });
    expect(net.layers.map(({ name }) => name)).toEqual(["image", "block1_conv1", "block1_conv2"]);
    expect(net.input.preprocessing.name).toBe("caffe");
    const whole = await buildArchitecture(formulas(wanted), { architecture: "vgg16" });
    expect(whole.layers.at(-1)!.name).toBe("block5_pool");
  });

  it("is refused in a sentence where it is not known, or is another", async () => {
    const tensors = formulas(stored("vgg16"));
    const opened = (architecture: string): Promise<unknown> =>
      buildArchitecture(tensors, { architecture: architecture as ArchitectureName });
    await expect(opened("vgg-16")).rejects.toThrow('there is no architecture "vgg-16"; the nearest are vgg16');
    await expect(opened("mobilenetv2")).rejects.toThrow('"formulas.h5" holds no weights that a mobilenetv2 is made of');
    await expect(opened("vgg19")).rejects.toThrow('holds no kernel for layer "block3_conv4"');
    await expect(buildArchitecture(tensors, {})).rejects.toThrow("give { architecture }, one of vgg16, vgg19");
  });
});

describe("weights whose layers are only counted", () => {
  it.each(fixtures("architectures"))("are counted in the order in which Keras lists layers: %s", (name) => {
    const { weights, top } = stored(name);
    const listed = [...new Set(weights.map(([layer]) => layer))];
    const { calls } = architectures[name as ArchitectureName](top, 1000).topology;
    const order = inKerasOrder(calls).map((call) => call.name);
    expect(order.filter((layer) => listed.includes(layer))).toEqual(listed);
  });

  /** Weights called by class and number, from a file that lists layers in Keras's order. */
  function counted(wanted: Stored): CountedTensors {
    const counts = new Map<string, number>();
    const groups = new Map<string, string>();
    for (const [layer, kind, shape] of wanted.weights) {
      if (groups.has(layer)) continue;
      const group =
        kind === "gamma"
          ? "batch_normalization"
          : shape.length === 2
            ? "dense"
            : shape[3] === 1
              ? "depthwise_conv2d"
              : "conv2d";
      const count = counts.get(group) ?? 0;
      counts.set(group, count + 1);
      groups.set(layer, count === 0 ? group : `${group}_${count}`);
    }
    return { ...formulas(wanted, (layer) => groups.get(layer)!), nameOf: snakeCase };
  }

  it("make the same network", async () => {
    const wanted = stored("mobilenetv2");
    const named = await buildArchitecture(formulas(wanted), { architecture: "mobilenetv2" });
    const net = await buildArchitecture(counted(wanted), { architecture: "mobilenetv2" });
    expect(fingerprint(net)).toBe(fingerprint(named));
    expect(net.notes).toEqual([]);
  });

  it("are refused where they are those of a deeper network", async () => {
    await expect(buildArchitecture(counted(stored("resnet101")), { architecture: "resnet50" })).rejects.toThrow(
      'holds convolutions that a resnet50 does not have: "conv2d_53"',
    );
  });
});

describe("weights that an architecture has no place for", () => {
  it("are refused where they are convolutions, as of a deeper network of the family", async () => {
    await expect(buildArchitecture(formulas(stored("resnet101")), { architecture: "resnet50" })).rejects.toThrow(
      '"formulas.h5" holds convolutions that a resnet50 does not have: "conv4_block7_1_conv", "conv4_block7_2_conv"',
    );
    await expect(
      buildArchitecture(formulas(stored("vgg19")), { architecture: "vgg16", upTo: "block5_pool" }),
    ).rejects.toThrow('does not have: "block3_conv4", "block4_conv4", "block5_conv4"; is the architecture right?');
    await expect(
      buildArchitecture(torchFormulas(torchStored("resnet101")), { architecture: "resnet50" }),
    ).rejects.toThrow('"formulas.safetensors" holds convolutions that a resnet50 does not have: "layer3.6.conv1"');
  });

  it("are named in a note where they are classes of one's own, or the auxiliary classifiers of training", async () => {
    const vgg = stored("vgg16");
    const own = { ...vgg, weights: [...vgg.weights, ["dense", "kernel", [512, 7]], ["dense", "bias", [7]]] as const };
    const net = await buildArchitecture(formulas(own), { architecture: "vgg16" });
    expect(net.notes).toEqual(['left out, as no part of vgg16: "dense"']);
    const inception = torchStored("inceptionv3");
    const aux = ["AuxLogits.conv0.conv.weight", [128, 768, 1, 1], false] as const;
    const trained = { ...inception, weights: [...inception.weights, aux] };
    const choices = { architecture: "inceptionv3", upTo: "Conv2d_1a_3x3.bn" } as const;
    expect((await buildArchitecture(torchFormulas(trained), choices)).notes).toEqual([
      'left out, as no part of inceptionv3: "AuxLogits.conv0.conv"',
    ]);
  });

  it("are none in a file of that architecture", async () => {
    expect((await buildArchitecture(formulas(stored("vgg16")), { architecture: "vgg16" })).notes).toEqual([]);
  });
});

interface TorchStored extends Omit<Stored, "weights" | "layers"> {
  layers: Stored["layers"];
  readonly weights: readonly (readonly [name: string, shape: readonly number[], norm: boolean])[];
}

const torchStored = (name: string): TorchStored =>
  JSON.parse(readFileSync(golden("torch-architectures", `${name}.json`), "utf8")) as TorchStored;

/** A file of PyTorch's weights by the same formula. */
function torchFormulas({ weights }: TorchStored): NamedTensors {
  const tensors = weights.map(([name, shape, norm]): [string, NamedTensor] => {
    const kind = name.split(".").at(-1)!;
    const count = shape.reduce((all, n) => all * n, 1);
    const reach = Math.sqrt(6 / (count / shape[0]!));
    const range =
      kind === "running_var" || (norm && kind === "weight")
        ? ([0.75, 0.5] as const)
        : kind === "bias" || kind === "running_mean"
          ? ([-0.2, 0.4] as const)
          : ([-reach, 2 * reach] as const);
    return [name, { shape, read: async () => uniform(name, count, range) }];
  });
  return { file: "formulas.safetensors", tensors: new Map(tensors) };
}

describe("an architecture by name, its weights called as PyTorch does", () => {
  it.each(fixtures("torch-architectures"))("computes what torchvision or timm computes: %s", async (name) => {
    const wanted = torchStored(name);
    const net = await buildArchitecture(torchFormulas(wanted), {
      architecture: name.replace("-timm", "") as ArchitectureName,
      preprocessing: "unit",
    });
    // Where timm's norm activates, a layer of its own does here, called as torchvision would be read.
    wanted.layers = Object.fromEntries(
      Object.entries(wanted.layers).map(([layer, kept]) => [
        layer.replace(/\.bn\.act$/, ".relu").replace(/^(features\..*)\.act$/, "$1/relu"),
        kept,
      ]),
    );
    const names = Object.keys(wanted.layers);
    expect(names.filter((layer) => !net.layers.some((one) => one.name === layer))).toEqual([]);
    expect(await wrongLayers(net, wanted)).toEqual([]);
    // PyTorch does not count the statistics of norms as parameters.
    const statistics = wanted.weights.filter(([key]) => /running_/.test(key)).reduce((sum, [, [n]]) => sum + n!, 0);
    const parameters = net.layers.reduce((sum, layer) => sum + layer.parameters, 0);
    expect(parameters - statistics).toBe(wanted.parameters - (name.startsWith("vgg16") ? denseOfVgg : 0));
  });

  it.each(["resnet50", "densenet121-timm", "mobilenetv2", "xception-timm"])(
    "is the same network when it is saved by this library's names and read again: %s",
    async (name) => {
      const architecture = name.replace("-timm", "") as ArchitectureName;
      const net = await buildArchitecture(torchFormulas(torchStored(name)), { architecture });
      const tensors = Object.entries(namedWeights(net)).map(([key, [values, shape]]): [string, NamedTensor] => [
        key,
        { shape, read: async () => values },
      ]);
      const again = await buildArchitecture({ file: "saved.npz", tensors: new Map(tensors) }, { architecture });
      expect(again.notes).toEqual([]);
      expect(again.input).toEqual(net.input);
      expect(fingerprint(again)).toBe(fingerprint(net));
    },
  );

  it("reads a dense layer behind a map channel by channel", () => {
    // Two channels of two pixels: PyTorch has c0p0 c0p1 c1p0 c1p1, this library p0c0 p0c1 p1c0 p1c1.
    const kernel = { name: "kernel", shape: [4, 1], values: () => Float32Array.of(1, 2, 3, 4) };
    expect([...fromChannelsFirst(kernel, 2).values()]).toEqual([1, 3, 2, 4]);
  });

  it("has a golden of each", () => {
    const made = new Set(fixtures("torch-architectures").map((name) => name.replace("-timm", "")));
    // Deeper by the same recipe.
    expect([...made, "vgg19"].sort()).toEqual(Object.keys(architectures).sort());
  });
});

function parametersOfB0(net: { readonly layers: readonly { name: string; parameters: number }[] }): number {
  const own = ["normalization", "rescaling_1"];
  return net.layers.filter(({ name }) => own.includes(name)).reduce((sum, { parameters }) => sum + parameters, 0);
}
