/** Expanded weights two ways: kernels composed in plain loops, and an engine's adjoint; on random networks and real ones. */
import { describe, expect, it } from "vitest";
import { expand } from "../../src/circuit/expand.js";
import { wasmEngine } from "../../src/engine/wasm/wasm.js";
import { open } from "../../src/node/open.js";
import { drawsOf } from "../conformance/values.js";
import { hasShared, resnet50, shared } from "../load/shared.js";
import { conv, type Draft, network } from "../network/ops.js";

const draws = drawsOf(7);
const random = (length: number): Float32Array => Float32Array.from({ length }, () => draws.normal());
const relu = { name: "relu" } as const;

/** A random stack with what stands between layers: strides, dilation, groups, branches, a residual sum, pools, norms. */
const drafts: readonly (readonly [string, readonly Draft[]])[] = [
  [
    "strides and dilation",
    [
      conv("a", "image", [3, 3, 3, 4], { kernel: random(108), strides: [2, 2], padding: "same", activation: relu }),
      conv("top", "a", [3, 3, 4, 2], { kernel: random(72), dilation: [2, 2] }),
    ],
  ],
  [
    "groups and depthwise",
    [
      conv("a", "image", [3, 3, 3, 4], { kernel: random(108), padding: "same" }),
      {
        kind: "depthwise",
        name: "d",
        inputs: ["a"],
        kernel: random(72),
        kernelShape: [3, 3, 4, 2],
        bias: null,
        strides: [1, 1],
        dilation: [1, 1],
        padding: "same",
        activation: relu,
      },
      conv("top", "d", [1, 1, 4, 2], { kernel: random(8), groups: 2 }),
    ],
  ],
  [
    "branches, a sum, a pool and a norm",
    [
      conv("a", "image", [1, 1, 3, 2], { kernel: random(6), activation: relu }),
      conv("b", "image", [5, 5, 3, 3], { kernel: random(225), padding: "same" }),
      { kind: "concat", name: "c", inputs: ["a", "b"] },
      {
        kind: "norm",
        name: "n",
        inputs: ["c"],
        gamma: random(5),
        beta: random(5),
        mean: random(5),
        variance: random(5).map(Math.abs),
        epsilon: 0.01,
      },
      conv("e", "n", [3, 3, 5, 5], { kernel: random(225), padding: "same" }),
      { kind: "add", name: "s", inputs: ["n", "e"] },
      { kind: "pool", name: "p", inputs: ["s"], mode: "max", size: [3, 3], strides: [2, 2], padding: "same" },
      { kind: "lrn", name: "l", inputs: ["p"], radius: 2, alpha: 0.1, beta: 0.5, bias: 2 },
      conv("top", "l", [3, 3, 5, 2], { kernel: random(90), padding: "same" }),
    ],
  ],
];

const worst = (a: Float32Array, b: Float32Array): number => {
  const scale = a.reduce((most, w) => Math.max(most, Math.abs(w)), 0);
  return a.reduce((most, w, i) => Math.max(most, Math.abs(w - b[i]!)), 0) / scale;
};

describe("expanded weights by composition", () => {
  it.each(drafts)("are those of the adjoint through %s", async (_, ops) => {
    const net = network([32, 32, 3], ops);
    const [one, two] = [
      await expand(net, "top:1", "image"),
      await expand(net, "top:1", "image", { method: "composition" }),
    ];
    expect([two.height, two.width, two.status]).toEqual([one.height, one.width, one.status]);
    expect(worst(one.data, two.data)).toBeLessThan(1e-5);
    expect(worst(one.positive, two.positive)).toBeLessThan(1e-5);
  });

  it("say what the slope of local response normalisation stands for: bias^−beta", async () => {
    const net = network(
      [8, 8, 2],
      [
        { kind: "lrn", name: "l", inputs: ["image"], radius: 5, alpha: 0.0011, beta: 0.5, bias: 2 },
        conv("top", "l", [1, 1, 2, 1], { kernel: Float32Array.of(1, -3) }),
      ],
    );
    const { data, status } = await expand(net, "top:0", "image");
    expect([...data].map((w) => w.toFixed(4))).toEqual(["0.7071", "-2.1213"]);
    expect(status).toBe("approximate: local response normalisation as its slope at zero");
  });

  it("open rectifiers as often as their units fire on pictures", async () => {
    // Unit 0 of "a" is on at half of the pixels, unit 1 at none, unit 2 at all.
    const net = network(
      [4, 4, 3],
      [
        conv("a", "image", [1, 1, 3, 3], {
          kernel: Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
          bias: Float32Array.of(-0.5, -2, 1),
          activation: relu,
        }),
        conv("top", "a", [1, 1, 3, 1], { kernel: Float32Array.of(1, 1, 1) }),
      ],
    );
    const data = Float32Array.from({ length: 48 }, (_, i) => (Math.floor(i / 3) % 2 === 0 ? 1 : 0));
    const photos = [{ id: "half", image: { height: 4, width: 4, channels: 3 as const, data } }];
    const gated = await expand(net, "top:0", "image", { photos });
    expect([...gated.data]).toEqual([0.5, 0, 1]);
    expect(gated.status).toBe("approximate: relu open as often as its unit fires");
  });

  const real: [string, string, string, string][] = [
    ["ResNet-50, through a sum", resnet50, "res3c_branch2a:20", "activation_12"],
  ];
  if (hasShared) {
    real.push(["VGG-19", shared("models", "vgg19-block1to3"), "block3_conv1:7", "block1_conv2"]);
    real.push(["SqueezeNet, through branches", shared("models", "squeezenet1.0"), "fire4_squeeze:4", "fire2_squeeze"]);
  }
  it.each(real)("are those of the adjoint on %s", async (_, path, unit, from) => {
    const net = await open(path);
    const engine = await wasmEngine({ threads: 1, precision: "exact" });
    const [one, two] = [
      await expand(net, unit, from, { engine }),
      await expand(net, unit, from, { method: "composition" }),
    ];
    engine.dispose();
    expect([two.height, two.width]).toEqual([one.height, one.width]);
    expect(worst(one.data, two.data)).toBeLessThan(1e-5);
  });
});
