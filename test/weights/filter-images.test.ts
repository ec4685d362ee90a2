/** Filters of a first layer as pictures, on weights that can be told by hand. */
import { describe, expect, it } from "vitest";
import { createNetwork, type Network } from "../../src/network/network.js";
import type { ConvOp, Op } from "../../src/network/ops.js";
import { preprocessing } from "../../src/network/preprocessing.js";
import { filterImages } from "../../src/weights/filter-images.js";

function conv(name: string, input: string, kernelShape: ConvOp["kernelShape"], kernel: Float32Array): ConvOp {
  const at = { kind: "conv", name, layer: name, inputs: [input], output: [1, 2, kernelShape[3]] } as const;
  const plain = { bias: null, strides: [1, 1], dilation: [1, 1], padding: "same", groups: 1 } as const;
  return { ...at, ...plain, kernel, kernelShape, activation: { name: "linear" } };
}

/** Two 1 × 2 units: the first dislikes the network's first channel on the left and likes its last on the right; the second is 0. */
function twoUnits(feed: "tf" | "caffe"): Network {
  const kernel = new Float32Array(2 * 3 * 2);
  kernel[0] = -4;
  kernel[(3 + 2) * 2] = 2;
  const image: Op = { kind: "input", name: "image", layer: "image", inputs: [], output: [1, 2, 3] };
  const ops = [
    image,
    conv("first", "image", [1, 2, 3, 2], kernel),
    conv("second", "first", [1, 1, 2, 1], Float32Array.of(1, 1)),
  ];
  return createNetwork("two units", ops, { shape: [1, 2, 3], preprocessing: preprocessing(feed), stated: true });
}

describe("the filters of a first layer as pictures", () => {
  it("are grey for no weight, with the largest weight of each unit at the end of the scale", () => {
    const { "first:0": one, "first:1": none } = filterImages(twoUnits("tf"), "first");
    expect(one).toMatchObject({ height: 1, width: 2, channels: 3 });
    expect([...one!.data]).toEqual([0, 0.5, 0.5, 0.5, 0.5, 0.75]);
    expect([...none!.data]).toEqual([0.5, 0.5, 0.5, 0.5, 0.5, 0.5]);
  });

  it("have red first, also where the network is fed blue first", () => {
    expect([...filterImages(twoUnits("caffe"), "first")["first:0"]!.data]).toEqual([0.5, 0.5, 0, 0.75, 0.5, 0.5]);
  });

  it("are none for a layer that reads units or has no weights, and an unknown layer is refused", () => {
    expect(filterImages(twoUnits("tf"), "second")).toEqual({});
    expect(filterImages(twoUnits("tf"), "image")).toEqual({});
    expect(() => filterImages(twoUnits("tf"), "third")).toThrow(/third/);
  });
});
