import { describe, expect, it } from "vitest";
import { createNetwork, outputOp, resolveUnit } from "../../src/network/network.js";
import { conv, network } from "./ops.js";

const net = network(
  [6, 6, 3],
  [
    conv("block1/conv", "image", [3, 3, 3, 4]),
    conv("block2/conv", "block1/conv", [1, 1, 4, 2], { bias: new Float32Array(2) }),
  ],
);

describe("a network", () => {
  it("has a table of its layers: kind, output, kernel, parameters, receptive field, inputs", () => {
    expect(net.layers[2]).toMatchObject({
      name: "block2/conv",
      kind: "conv",
      output: [4, 4, 2],
      kernel: [1, 1, 4, 2],
      parameters: 10,
      receptiveField: { rows: { size: 3, stride: 1, start: 0 }, whole: false },
      inputs: ["block1/conv"],
    });
    expect(net.layers[0]).toMatchObject({ name: "image", kind: "input", kernel: null, parameters: 0, inputs: [] });
  });

  it("cannot be written to", () => {
    expect(Object.isFrozen(net)).toBe(true);
    expect(() => (net.layers as unknown[]).push(0)).toThrow();
  });

  it("finds a layer by the end of its path where only one ends so, and names the nearest where none does", () => {
    const nested = network([6, 6, 3], [conv("a/x", "image", [1, 1, 3, 1]), conv("b/y", "a/x", [1, 1, 1, 1])]);
    expect(nested.layer("y").name).toBe("b/y");
    expect(outputOp(nested, "y").name).toBe("b/y");
    expect(() => net.layer("conv")).toThrow(
      'several layers are called "conv": block1/conv, block2/conv; give the whole name',
    );
    expect(() => net.layer("block1_conv")).toThrow(
      'no layer is called "block1_conv"; the nearest are block1/conv, block2/conv, image; all: image, block1/conv, block2/conv',
    );
  });

  it("refuses a unit out of range and tells the range", () => {
    expect(resolveUnit(net, "block2/conv:1")).toEqual({ layer: "block2/conv", channel: 1 });
    expect(() => resolveUnit(net, "block2/conv:2")).toThrow('layer "block2/conv" has units 0 to 1; got 2');
  });

  it("refuses two operations of one name, and one that reads what comes after it", () => {
    const [image, first, second] = net.ops;
    expect(() => createNetwork("n", [image!, first!, first!], net.input)).toThrow(
      'two operations are called "block1/conv"',
    );
    expect(() => createNetwork("n", [image!, second!, first!], net.input)).toThrow(
      '"block2/conv" reads "block1/conv", which does not come before it',
    );
  });
});
