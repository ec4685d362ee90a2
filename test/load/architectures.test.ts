/**
 * Architectures known by name, against what Keras computes of the same weights: every layer's output, and the number of
 * parameters. The weights are a formula of their names, so that no file holds them.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compile } from "../../src/engine/plan.js";
import type { WasmEngine } from "../../src/engine/wasm/wasm.js";
import { wasmEngine } from "../../src/engine/wasm/wasm.js";
import { buildArchitecture } from "../../src/load/architecture.js";
import { type ArchitectureName, architectures, type BuiltName } from "../../src/load/architectures/architectures.js";
import { inKerasOrder } from "../../src/load/architectures/keras-order.js";
import { fromChannelsFirst } from "../../src/load/architectures/torch/weights.js";
import { snakeCase } from "../../src/load/keras/saved-weights.js";
import { namedWeights } from "../../src/load/save/named-weights.js";
import type { CountedTensors, NamedTensor } from "../../src/load/tensors.js";
import { fingerprint } from "../../src/network/fingerprint.js";
import type { Network } from "../../src/network/network.js";
import { formulas, type Stored, stored, torchFormulas, torchStored, uniform } from "./formulas.js";
import { fixtures } from "./golden.js";

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

/** Parameters of dense layers that are too large for a golden: from so many features to 4096, 4096 and 1000. */
const dense = (features: number): number => (features + 1) * 4096 + (4096 + 1) * 4096 + (4096 + 1) * 1000;
const denseOfVgg = dense(512 * 7 * 7);
const denseOfAlexNet = dense(256 * 6 * 6);

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
    // PyTorch's layers are called by modules and what is in them, with a dot between.
    const ofKeras = Object.entries(architectures).filter(([, [first]]) =>
      first!(false, 1).topology.calls.every(({ name }) => !name.includes(".")),
    );
    expect(fixtures("architectures").sort()).toEqual(ofKeras.map(([name]) => name).sort());
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
    await expect(opened("mobilenetv2")).rejects.toThrow(
      '"formulas.h5" holds the weights of a vgg16, not of a mobilenetv2, by their names and shapes; give { architecture: "vgg16" }',
    );
    await expect(buildArchitecture(tensors, {})).rejects.toThrow(
      '"formulas.h5" holds 26 tensors but not the network they belong to; by their names and shapes they are those of a vgg16: give { architecture: "vgg16" }',
    );
    const part = formulas({ ...stored("vgg16"), weights: stored("vgg16").weights.slice(0, 20) });
    const openedPart = (architecture: string): Promise<unknown> =>
      buildArchitecture(part, { architecture: architecture as ArchitectureName });
    await expect(openedPart("mobilenetv2")).rejects.toThrow(
      '"formulas.h5" holds no weights that a mobilenetv2 is made of',
    );
    await expect(openedPart("vgg16")).rejects.toThrow('holds no kernel for layer "block5_conv1"');
    await expect(buildArchitecture(part, {})).rejects.toThrow("give { architecture }, one of alexnet, vgg11");
  });
});

describe("weights whose layers are only counted", () => {
  it.each(fixtures("architectures"))("are counted in the order in which Keras lists layers: %s", (name) => {
    const { weights, top } = stored(name);
    const listed = [...new Set(weights.map(([layer]) => layer))];
    const { calls } = architectures[name as BuiltName][0]!(top, 1000).topology;
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
  it("are refused where they are convolutions, as of a deeper network with another layer", async () => {
    const deeper = stored("resnet101");
    const own = { ...deeper, weights: [...deeper.weights, ["attention", "kernel", [1, 1, 2048, 8]]] as const };
    await expect(buildArchitecture(formulas(own), { architecture: "resnet50" })).rejects.toThrow(
      '"formulas.h5" holds convolutions that a resnet50 does not have: "conv4_block7_1_conv", "conv4_block7_2_conv"',
    );
  });

  it.each([
    ["resnet101", "resnet50", formulas(stored("resnet101"))],
    ["vgg19", "vgg16", formulas(stored("vgg19"))],
    ["resnet101", "resnet50", torchFormulas(torchStored("resnet101"))],
    ["resnet18", "resnet50", torchFormulas(torchStored("resnet18"))],
    ["resnet50", "resnet18", torchFormulas(torchStored("resnet50"))],
    ["resnet18", "resnet34", torchFormulas(torchStored("resnet18"))],
    ["resnet34", "resnet18", torchFormulas(torchStored("resnet34"))],
    ["vgg11_bn", "vgg11", torchFormulas(torchStored("vgg11_bn"))],
    ["squeezenet1_1", "squeezenet1_0", torchFormulas(torchStored("squeezenet1_1"))],
    ["mobilenet_v3_large", "mobilenet_v3_small", torchFormulas(torchStored("mobilenet_v3_large-timm"))],
    ["densenet121", "resnet18", torchFormulas(torchStored("densenet121"))],
  ] as const)("are told as those of a %s where a %s is asked for", async (held, architecture, tensors) => {
    await expect(buildArchitecture(tensors, { architecture })).rejects.toThrow(
      `holds the weights of a ${held}, not of a ${architecture}, by their names and shapes; give { architecture: "${held}" }`,
    );
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

describe("an architecture by name, its weights called as PyTorch does", () => {
  it.each(fixtures("torch-architectures"))("computes what torchvision or timm computes: %s", async (name) => {
    const wanted = torchStored(name);
    const net = await buildArchitecture(torchFormulas(wanted), {
      architecture: name.replace(/-.*/, "") as ArchitectureName,
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
    const counts = (pattern: RegExp): number =>
      wanted.weights.filter(([key]) => pattern.test(key)).reduce((sum, [, [n]]) => sum + n!, 0);
    // A factor for each channel is a norm here, with a mean of 0 and a variance of 1.
    const statistics = counts(/running_/) + 2 * counts(/\.(?:layer_scale|gamma)$/);
    const parameters = net.layers.reduce((sum, layer) => sum + layer.parameters, 0);
    expect(parameters - statistics).toBe(
      wanted.parameters - (name.startsWith("vgg") ? denseOfVgg : name === "alexnet" ? denseOfAlexNet : 0),
    );
  });

  it.each(["convnext_tiny-timm", "resnet50", "densenet121-timm", "mobilenetv2", "xception-timm"])(
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
    const made = new Set(fixtures("torch-architectures").map((name) => name.replace(/-.*/, "")));
    // Deeper by the same recipe.
    expect([...made, "vgg19", "vgg19_bn"].sort()).toEqual(Object.keys(architectures).sort());
  });
});

function parametersOfB0(net: { readonly layers: readonly { name: string; parameters: number }[] }): number {
  const own = ["normalization", "rescaling_1"];
  return net.layers.filter(({ name }) => own.includes(name)).reduce((sum, { parameters }) => sum + parameters, 0);
}
