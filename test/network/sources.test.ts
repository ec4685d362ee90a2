import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import { compile } from "../../src/engine/plan.js";
import { channelSources, inputSources } from "../../src/network/sources.js";
import { conv, type Draft, network } from "./ops.js";

const one = (
  kind: "pool" | "pad" | "relu" | "norm" | "upsample" | "dropout",
  name: string,
  input: string,
  channels: number,
): Draft => {
  const inputs = [input];
  switch (kind) {
    case "pool":
      return { kind: "pool", name, inputs, mode: "max", size: [2, 2], strides: [1, 1], padding: "same" };
    case "pad":
      return { kind: "pad", name, inputs, padding: { top: 1, bottom: 0, left: 0, right: 1 } };
    case "relu":
      return { kind: "activation", name, inputs, activation: { name: "relu" } };
    case "norm":
      return {
        kind: "norm",
        name,
        inputs,
        gamma: null,
        beta: null,
        mean: new Float32Array(channels),
        variance: new Float32Array(channels).fill(1),
        epsilon: 0,
      };
    case "upsample":
      return { kind: "upsample", name, inputs, size: [1, 1], interpolation: "nearest" };
    case "dropout":
      return { kind: "identity", name, inputs };
  }
};

describe("the units that feed a layer", () => {
  it("are found through activation, pooling, padding, batch norm and dropout, which are named from the unit outwards", () => {
    const kinds = ["relu", "pool", "pad", "norm", "dropout", "upsample"] as const;
    const drafts = kinds.map((kind, i) => one(kind, kind, i === 0 ? "a" : kinds[i - 1]!, 3));
    const net = network([6, 6, 2], [conv("a", "image", [1, 1, 2, 3]), ...drafts, conv("b", "upsample", [1, 1, 3, 1])]);
    expect(inputSources(net, net.ops.at(-1)!)).toEqual(
      [0, 1, 2].map((channel) => ({ unit: { layer: "a", channel }, via: [...kinds], kind: "conv" })),
    );
  });

  it("are found through concatenation by their offsets, also when it is nested", () => {
    const net = network(
      [4, 4, 1],
      [
        conv("a", "image", [1, 1, 1, 2]),
        conv("b", "image", [1, 1, 1, 1]),
        { kind: "concat", name: "ab", inputs: ["a", "b"] },
        { kind: "concat", name: "abi", inputs: ["image", "ab"] },
      ],
    );
    const units = channelSources(net, "abi").map(({ unit }) => `${unit.layer}:${unit.channel}`);
    expect(units).toEqual(["image:0", "a:0", "a:1", "b:0"]);
    expect(channelSources(net, "abi")[1]!.via).toEqual(["ab", "abi"]);
  });

  it("of a sum are the sum's own, because it mixes channels", () => {
    const net = network(
      [4, 4, 1],
      [
        conv("a", "image", [1, 1, 1, 2]),
        conv("b", "image", [1, 1, 1, 2]),
        { kind: "add", name: "sum", inputs: ["a", "b"] },
      ],
    );
    expect(channelSources(net, "sum").map(({ unit, kind }) => [unit.layer, kind])).toEqual([
      ["sum", "add"],
      ["sum", "add"],
    ]);
  });

  it("are found behind a flattened map, the channel being the fastest index, and behind 1 × 1 maps made of a vector", () => {
    const net = network(
      [3, 2, 1],
      [
        conv("a", "image", [1, 1, 1, 4]),
        { kind: "reshape", name: "flat", inputs: ["a"], output: [24] },
        { kind: "globalPool", name: "mean", inputs: ["a"], mode: "average" },
        { kind: "reshape", name: "map", inputs: ["mean"], output: [1, 1, 4] },
      ],
    );
    expect(channelSources(net, "flat").map(({ unit }) => unit.channel)).toEqual(
      Array.from({ length: 24 }, (_, i) => i % 4),
    );
    expect(channelSources(net, "map").map(({ unit, via }) => [unit.layer, unit.channel, via.join()])).toEqual(
      [0, 1, 2, 3].map((c) => ["a", c, "mean,map"]),
    );
  });

  it("are not guessed where a reshape cuts channels apart", () => {
    const net = network(
      [2, 2, 1],
      [conv("a", "image", [1, 1, 1, 4]), { kind: "reshape", name: "cut", inputs: ["a"], output: [4, 2, 2] }],
    );
    expect(channelSources(net, "cut").map(({ unit }) => unit.layer)).toEqual(["cut", "cut"]);
  });

  it("are exactly those whose change reaches the channel, in random chains and concatenations", async () => {
    const kind = fc.constantFrom("pool", "pad", "relu", "norm", "upsample", "dropout", "concat" as const);
    await fc.assert(
      fc.asyncProperty(fc.array(kind, { maxLength: 5 }), fc.nat(), async (kinds, pick) => {
        const drafts: Draft[] = [conv("a", "image", [1, 1, 1, 2]), conv("b", "image", [1, 1, 1, 3])];
        let [last, channels, side] = ["a", 2, 0];
        kinds.forEach((k, i) => {
          const name = `n${i}`;
          if (k === "concat" && side === 0) drafts.push({ kind: "concat", name, inputs: ["b", last] });
          else drafts.push(one(k === "concat" ? "relu" : k, name, last, channels));
          if (k === "concat" && side === 0) channels += 3;
          if (k === "pad") side++;
          last = name;
        });
        const net = network([3, 3, 1], drafts);
        const channel = pick % channels;
        const { unit } = channelSources(net, last)[channel]!;
        const run = async (of: typeof net): Promise<Float32Array> => {
          const executable = await cpuEngine().load(compile(of, [{ layer: last, channels: [channel] }]));
          return (
            await executable.forward({ count: 1, height: 3, width: 3, channels: 1, data: new Float32Array(9).fill(1) })
          )[0]!.data;
        };
        const before = await run(net);
        const changed = (layer: string, at: number) =>
          drafts.map((draft) =>
            draft.kind === "conv" && draft.name === layer
              ? { ...draft, kernel: draft.kernel.map((k, i) => (i === at ? k + 10 : k)) }
              : draft,
          );
        for (const [layer, count] of [
          ["a", 2],
          ["b", 3],
        ] as const) {
          for (let at = 0; at < count; at++) {
            const after = await run(network([3, 3, 1], changed(layer, at)));
            expect(after.some((v, i) => v !== before[i])).toBe(layer === unit.layer && at === unit.channel);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
