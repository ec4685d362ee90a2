/** Families and motifs saved as text and opened again. */
import { describe, expect, it } from "vitest";
import { findFamilies } from "../../src/equivariance/find-families.js";
import { findMotifs } from "../../src/equivariance/find-motifs.js";
import { group } from "../../src/equivariance/groups/namespace.js";
import { parse, parseAll, stringify } from "../../src/results/codec.js";
import { conv, network } from "../network/ops.js";
import { plant } from "./planted.js";

const turns = group.rotations(4);
const [image, upper] = plant({ group: turns, kernels: [5, 3], channels: 16, noise: 0.1, seed: 7 }).blocks;

/** The planted kernels as a network, or others of the same sizes. */
function net(gain = 1) {
  const kernel = (weights: ArrayLike<number>): Float32Array => Float32Array.from(weights, (w) => gain * w);
  return network(
    [25, 25, 3],
    [
      conv("layer0", "image", [5, 5, 3, 16], { kernel: kernel(image!.kernel) }),
      conv("layer1", "layer0", [3, 3, 16, 16], { kernel: kernel(upper!.kernel) }),
    ],
  );
}

describe("saved motifs", () => {
  it("come back as they were, kernels too, with the model they are of", async () => {
    const of = net();
    const below = await findFamilies(of, "layer0", { group: turns });
    const above = await findFamilies(of, "layer1", { group: turns, families: below.families });
    const families = [below, above];
    const found = await findMotifs(of, "layer0", "layer1", {
      group: turns,
      families: families.flatMap((found) => found.families),
    });
    expect(found.motifs.length).toBeGreaterThan(0);
    const text = stringify([...families, found]);
    expect(parseAll(text, of)).toEqual([...families, found]);
    expect(parse("motifs", stringify(found)).motifs[0]!.kernels[0]!.data).toBeInstanceOf(Float32Array);
    expect(() => parseAll(text, net(2))).toThrow(/this families result is of the model.*the model given is/);
  });

  it("of plain kernels belong to no model", async () => {
    const found = await findFamilies([image!], "layer0", { group: turns });
    expect(found.model).toBe(null);
    const text = stringify(found);
    expect(parse("families", text)).toEqual(found);
    expect(() => parse("families", text, net())).toThrow(/of weights without a model/);
  });
});
