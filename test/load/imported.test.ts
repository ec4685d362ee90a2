/** Models that people have, which were once opened wrongly or lost, with what their own frameworks compute. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Network } from "../../src/network/network.js";
import { outputOp } from "../../src/network/network.js";
import { inputSources } from "../../src/network/sources.js";
import { open } from "../../src/node/open.js";
import { inputs } from "../../src/weights/inputs.js";
import { expectGolden, type Golden, golden } from "./golden.js";

const wantedOf = (name: string): Golden => ({
  layers: {},
  ...(JSON.parse(readFileSync(golden("imported", `${name}.json`), "utf8")) as Omit<Golden, "layers">),
});

const opaque = (net: Network): string[] => net.ops.flatMap((op) => (op.kind === "opaque" ? [op.reason] : []));

describe("axes in another order", () => {
  it.each([
    ["onnx-add-transposed", "onnx-add-transposed.onnx"],
    ["onnx-dynamo-allowzero", "onnx-dynamo-allowzero.onnx"],
    ["onnx-flatten-is-output", "onnx-flatten-is-output.onnx"],
    ["onnx-transposed-flatten-1ch", "onnx-transposed-flatten-1ch.onnx"],
    ["graph-dense-on-pixels", "graph-dense-on-pixels"],
    ["graph-nchw-input", "graph-nchw-input"],
    ["graph-permute-rows-columns", "graph-permute-rows-columns"],
    ["graph-softmax-per-pixel", "graph-softmax-per-pixel"],
  ])("are carried: %s", async (name, file) => {
    await expectGolden(await open(golden("imported", file)), wantedOf(name));
  });
});

describe("parts of a split", () => {
  it("have the units of what is split", async () => {
    const { of, inputs: wanted } = JSON.parse(
      readFileSync(golden("imported", "onnx-split-units.expected"), "utf8"),
    ) as { of: string; inputs: Record<string, number> };
    const net = await open(golden("imported", "onnx-split-units.onnx"));
    const got = inputs(net, of, { count: 12 }).map(({ unit, kernel }) => [
      `${unit.layer}:${unit.channel}`,
      kernel.data[0]!,
    ]);
    expect(Object.fromEntries(got)).toEqual(wanted);
    const sources = inputSources(net, outputOp(net, "out")).map(({ unit }) => `${unit.layer}:${unit.channel}`);
    expect(new Set(sources).size).toBe(12);
  });
});

describe("what exporters write out", () => {
  it("is one local response normalisation again", async () => {
    const net = await open(golden("imported", "lrn1.onnx"));
    expect(opaque(net)).toEqual([]);
    expect(net.ops.find(({ kind }) => kind === "lrn")).toMatchObject({ radius: 2, beta: 0.75, bias: 1 });
  });

  it.each(["pad_top0.onnx", "pad_top1.onnx"])("is the padding of a maximum: %s", async (file) => {
    const net = await open(golden("imported", file));
    expect(opaque(net)).toEqual([]);
    const padding = { top: 0, bottom: 1, left: 0, right: 1 };
    expect(net.ops.find(({ kind }) => kind === "pool")).toMatchObject({ mode: "max", padding });
  });
});
