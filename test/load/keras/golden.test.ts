/** Keras files, of Keras 2 and 3, against what Keras computes. */
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { open } from "../../../src/node/open.js";
import { expectGolden, fixtures, golden, readGolden } from "../golden.js";

describe.each([".keras", ".h5"])("a Keras model in a %s file", (ending) => {
  const saved = fixtures("keras").filter((name) => existsSync(golden("keras", `${name}${ending}`)));
  it.each(saved)("computes what Keras computes, at every layer and backward: %s", async (name) => {
    const stored = readGolden("keras", name);
    const net = await open(golden("keras", `${name}${ending}`));
    expect(net.ops.filter(({ kind }) => kind === "opaque")).toEqual([]);
    const names = net.layers.map((layer) => layer.name);
    expect(Object.keys(stored.layers).filter((layer) => !names.includes(layer))).toEqual([]);
    await expectGolden(net, stored);
  });
});

describe("an HDF5 file with the first byte of numbers last", () => {
  it("holds the same network", async () => {
    const [little, big] = [
      await open(golden("keras", "plain-3.h5")),
      await open(golden("keras", "plain-3.big-endian.h5")),
    ];
    expect(big.ops).toEqual(little.ops);
  });
});
