/** One network in the names of other libraries, and as a part of another network. */
import { beforeAll, describe, expect, it } from "vitest";
import { compile } from "../../src/engine/plan.js";
import { wasmEngine } from "../../src/engine/wasm/wasm.js";
import { buildArchitecture } from "../../src/load/architecture.js";
import { architectureOf, architectures } from "../../src/load/architectures/architectures.js";
import type { NamedTensor, NamedTensors } from "../../src/load/tensors.js";
import { fingerprint } from "../../src/network/fingerprint.js";
import type { ConvOp } from "../../src/network/ops.js";
import { open } from "../../src/node/open.js";
import { formulas, stored, torchFormulas, torchStored } from "./formulas.js";
import { hasShared, shared } from "./shared.js";

/** The tensors of a file under other names. */
function renamed({ file, tensors }: NamedTensors, rename: (name: string) => string): NamedTensors {
  return { file, tensors: new Map([...tensors].map(([name, tensor]) => [rename(name), tensor])) };
}

/** A file of the same names and shapes, each tensor full of one number of its own: enough to tell tensors, and made at once. */
function flat({ file, tensors }: NamedTensors): NamedTensors {
  const filled = [...tensors.entries()].map(([name, { shape }], i): [string, NamedTensor] => {
    const count = shape.reduce((all, n) => all * n, 1);
    return [name, { shape, read: async () => new Float32Array(count).fill(1 + i / 1000) }];
  });
  return { file, tensors: new Map(filled) };
}

/** Weights of Keras in PyTorch's order of axes: `[out, in, height, width]`. */
function inTorchOrder({ file, tensors }: NamedTensors): NamedTensors {
  const turned = ([name, { shape, read }]: readonly [string, NamedTensor]): [string, NamedTensor] => {
    if (shape.length < 2) return [name, { shape, read }];
    const [into, out] = shape.slice(-2) as [number, number];
    const size = shape.slice(0, -2);
    const pixels = size.reduce((all, n) => all * n, 1);
    const values = async (): Promise<Float32Array> => {
      const given = await read();
      return Float32Array.from(given, (_, i) => {
        const [o, c, p] = [Math.floor(i / (into * pixels)), Math.floor(i / pixels) % into, i % pixels];
        return given[(p * into + c) * out + o]!;
      });
    };
    return [name, { shape: [out, into, ...size], read: values }];
  };
  return { file, tensors: new Map([...tensors].map(turned)) };
}

const captum: Readonly<Record<string, string>> = {
  conv2d0: "conv1",
  conv2d1: "conv2",
  conv2d2: "conv3",
  softmax2: "fc",
  "1x1": "conv_1x1",
  "3x3_bottleneck": "conv_3x3_reduce",
  "3x3": "conv_3x3",
  "5x5_bottleneck": "conv_5x5_reduce",
  "5x5": "conv_5x5",
  pool_reduce: "pool_proj",
};
const parts = (name: string): [string, "kernel" | "bias"] => name.split("/") as [string, "kernel" | "bias"];
const torchPart = { kernel: "weight", bias: "bias" } as const;

describe("the network of the Circuits articles is one and the same in the names", () => {
  let keras: string;
  const file = flat(formulas(stored("googlenet")));
  beforeAll(async () => {
    // What it computes is compared with Keras in architectures.test.ts.
    keras = fingerprint(await buildArchitecture(file, { architecture: "googlenet" }));
  });

  it.each([
    [
      "of the constants of TensorFlow's graph",
      renamed(file, (name) => name.replace("/kernel", "_w").replace("/bias", "_b")),
    ],
    [
      "of lucent",
      renamed(inTorchOrder(file), (name) => {
        const [layer, part] = parts(name);
        const end = layer === "softmax2" ? "pre_activation_matmul" : "pre_relu_conv";
        return `${layer}_${end}.${torchPart[part]}`;
      }),
    ],
    [
      "of captum",
      renamed(inTorchOrder(file), (name) => {
        const [layer, part] = parts(name);
        const [, module, own] = /^(mixed\d.)_(.*)/.exec(layer) ?? [];
        return `${module ? `${module}.${captum[own!]}` : captum[layer]}.${torchPart[part]}`;
      }),
    ],
    [
      "of captum, in a checkpoint of a training on several devices",
      renamed(inTorchOrder(file), (name) => {
        const [layer, part] = parts(name);
        const [, module, own] = /^(mixed\d.)_(.*)/.exec(layer) ?? [];
        return `module.${module ? `${module}.${captum[own!]}` : captum[layer]}.${torchPart[part]}`;
      }),
    ],
    ["of Caffe2", renamed(inTorchOrder(file), (name) => name.replace("/kernel", "_w_0").replace("/bias", "_b_0"))],
  ])("%s", async (_, other) => {
    const net = await buildArchitecture(other, { architecture: "inception_v1" });
    expect(fingerprint(net)).toBe(keras);
    expect(net.notes).toEqual([]);
    await expect(buildArchitecture(other, {})).rejects.toThrow("they are those of a googlenet");
  });

  it.each([
    ["PyTorch's endings", (name: string) => name],
    ["Caffe2's endings", (name: string) => name.replace(".weight", "_w_0").replace(".bias", "_b_0")],
  ])("of Caffe, for the network of BVLC, with %s", async (_, end) => {
    const plain = flat(torchFormulas(torchStored("googlenet-caffe")));
    const slashed = renamed(plain, (name) => end(name.replace(/^(conv\d|inception_\d.|loss3)_/, "$1/")));
    expect([...slashed.tensors.keys()].some((name) => name.startsWith("inception_3a/3x3_reduce"))).toBe(true);
    const net = await buildArchitecture(slashed, { architecture: "googlenet" });
    expect(fingerprint(net)).toBe(fingerprint(await buildArchitecture(plain, { architecture: "googlenet" })));
    expect(net.input.preprocessing.name).toBe("caffe");
    expect(net.layer("inception_4a_3x3").kernel).toEqual([3, 3, 96, 208]);
  });
});

describe.skipIf(!hasShared)("the network that BVLC trained", () => {
  it("is the same by its weights alone as by its own description in ONNX", async () => {
    const described = await open(shared("models", "googlenet-bvlc", "bvlc_googlenet.onnx"));
    const tensors = new Map<string, NamedTensor>();
    for (const op of described.ops) {
      if (op.kind !== "conv" && op.kind !== "dense") continue;
      tensors.set(`${op.name}/kernel`, { shape: op.kernelShape, read: async () => op.kernel });
      tensors.set(`${op.name}/bias`, { shape: [op.bias!.length], read: async () => op.bias! });
    }
    const built = await buildArchitecture({ file: "bvlc.npz", tensors }, { architecture: "googlenet" });
    expect(built.notes).toEqual([]);
    const engine = await wasmEngine({ precision: "exact" });
    const data = Float32Array.from({ length: 224 * 224 * 3 }, (_, i) => 100 * Math.sin(i * 1.37));
    const outputs = [described, built].map(async (net) => {
      const executable = await engine.load(compile(net, [{ layer: "inception_5b_output" }]));
      const [output] = await executable.forward({ count: 1, height: 224, width: 224, channels: 3, data });
      executable.dispose();
      return output!.data.slice();
    });
    const [wanted, got] = await Promise.all(outputs);
    expect(wanted!.some((value) => value > 0)).toBe(true);
    expect(got).toEqual(wanted);
    engine.dispose();
  });
});

describe("weights in PyTorch's order of axes", () => {
  it("are turned: the same numbers as in Keras's", async () => {
    const file = formulas(stored("googlenet"));
    const kernelOf = async (tensors: NamedTensors): Promise<Float32Array> => {
      const net = await buildArchitecture(tensors, { architecture: "googlenet", upTo: "mixed3a_3x3" });
      return (net.ops.find(({ name }) => name === "mixed3a_3x3") as ConvOp).kernel;
    };
    const other = renamed(inTorchOrder(file), (name) => {
      const [layer, part] = parts(name);
      return `${layer}_pre_relu_conv.${torchPart[part]}`;
    });
    expect(await kernelOf(other)).toEqual(await kernelOf(file));
  });
});

describe("a network that was a part of another", () => {
  const file = flat(torchFormulas(torchStored("resnet18")));
  let plain: string;
  beforeAll(async () => {
    plain = fingerprint(await buildArchitecture(file, { architecture: "resnet18" }));
  });

  it.each(["module.", "backbone.", "model.", "_orig_mod.", "module._orig_mod.model.", "encoder.0."])(
    "is found behind %s",
    async (prefix) => {
      const net = await buildArchitecture(
        renamed(file, (name) => prefix + name),
        { architecture: "resnet18" },
      );
      expect(fingerprint(net)).toBe(plain);
      expect(net.notes).toEqual([]);
    },
  );

  it("leaves the other's own layers out, convolutions too, and says so", async () => {
    const inside = renamed(file, (name) => `backbone.${name}`);
    const head: NamedTensor = { shape: [8, 512, 3, 3], read: async () => new Float32Array(8 * 512 * 9) };
    const tensors = new Map([...inside.tensors, ["decoder.conv.weight", head]]);
    const net = await buildArchitecture({ file: "unet.pth", tensors }, { architecture: "resnet18" });
    expect(fingerprint(net)).toBe(plain);
    expect(net.notes).toEqual(['left out, as no part of resnet18: "decoder.conv"']);
  });

  it("is refused where it is there twice", async () => {
    const [student, teacher] = ["student.", "teacher."].map((prefix) => renamed(file, (name) => prefix + name).tensors);
    const tensors = new Map([...student!, ...teacher!]);
    await expect(buildArchitecture({ file: "dino.pth", tensors }, { architecture: "resnet18" })).rejects.toThrow(
      '"dino.pth" holds the weights of a resnet18 2 times, under names that begin with "student." and "teacher."',
    );
  });
});

describe("an architecture", () => {
  it("has the names of torchvision and timm too", () => {
    expect(architectureOf("mobilenetv3_small_100")).toBe("mobilenet_v3_small");
    expect(architectureOf("efficientnet_b0")).toBe("efficientnetb0");
    expect(architectureOf("toString")).toBeUndefined();
    for (const name of Object.keys(architectures)) expect(architectureOf(name)).toBe(name);
  });
});
