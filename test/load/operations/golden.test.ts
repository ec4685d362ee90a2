/** Operations that rearrange, normalise and enlarge maps, against what the frameworks compute. */
import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { open } from "../../../src/node/open.js";
import { expectGolden, golden, readGolden } from "../golden.js";

const files = readdirSync(golden("operations")).filter((file) => /\.(keras|h5|onnx)$/.test(file));

describe("a model of operations computes what its framework computes, at every layer and backward", () => {
  it.each(files)("%s", async (file) => {
    const stored = readGolden("operations", file.replace(/\.\w+$/, ""));
    const net = await open(golden("operations", file));
    expect(net.ops.filter(({ kind }) => kind === "opaque")).toEqual([]);
    await expectGolden(net, stored);
  });
});
