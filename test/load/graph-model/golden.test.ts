import { describe, expect, it } from "vitest";
import { open } from "../../../src/node/open.js";
import { expectGolden, fixtures, golden, readGolden } from "../golden.js";

describe("a GraphModel of the tensorflowjs converter", () => {
  it.each(fixtures("graph-model"))(
    "computes what TensorFlow computes, at every layer and backward: %s",
    async (name) => {
      const stored = readGolden("graph-model", name);
      const net = await open(golden("graph-model", name));
      expect(net.ops.filter(({ kind }) => kind === "opaque")).toEqual([]);
      const names = net.layers.map((layer) => layer.name);
      expect(Object.keys(stored.layers).filter((layer) => !names.includes(layer))).toEqual([]);
      await expectGolden(net, stored);
    },
  );
});
