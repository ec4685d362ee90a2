import { describe, expect, it } from "vitest";
import { open } from "../../../src/node/open.js";
import { expectGolden, fixtures, golden, readGolden } from "../golden.js";

/** Modules whose output is gone where the exporter multiplied batch norms into the convolutions before them. */
const folded = /conv\d$|bn\d$|downsample\.\d$/;

describe("an ONNX model", () => {
  it.each(fixtures("onnx"))("computes what its framework computes, at every layer and backward: %s", async (name) => {
    const stored = readGolden("onnx", name);
    const net = await open(golden("onnx", `${name}.onnx`));
    expect(net.ops.filter(({ kind }) => kind === "opaque")).toEqual([]);
    const layers = Object.fromEntries(
      Object.entries(stored.layers).filter(([module]) => !name.endsWith("folded") || !folded.test(module)),
    );
    const names = net.layers.map((layer) => layer.name);
    expect(Object.keys(layers).filter((module) => !names.includes(module))).toEqual([]);
    await expectGolden(net, { ...stored, layers });
  });
});
