/** Families and motifs saved as text and opened again. */
import { describe, expect, it } from "vitest";
import { findFamilies } from "../../src/equivariance/find-families.js";
import { findMotifs } from "../../src/equivariance/find-motifs.js";
import { group } from "../../src/equivariance/groups/namespace.js";
import { openMotifs, saveMotifs } from "../../src/equivariance/saved.js";
import { fingerprint } from "../../src/network/fingerprint.js";
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
    const motifs = await findMotifs(of, "layer0", "layer1", {
      group: turns,
      families: families.flatMap((found) => found.families),
    });
    expect(motifs.length).toBeGreaterThan(0);
    const text = saveMotifs(of, { families, motifs });
    const model = { name: of.name, fingerprint: fingerprint(of) };
    expect(openMotifs(text, of)).toEqual({ model, families, motifs });
    expect(openMotifs(text).motifs[0]!.kernels[0]!.data).toBeInstanceOf(Float32Array);
    expect(() => openMotifs(text, net(2))).toThrow(/these motifs are of the model.*the model given is/);
  });

  it("of plain kernels belong to no model", () => {
    const text = saveMotifs([image!], { families: [], motifs: [] });
    expect(openMotifs(text)).toEqual({ model: null, families: [], motifs: [] });
    expect(() => openMotifs(text, net())).toThrow(/of plain kernels/);
  });

  it("are refused where the text is something else", () => {
    expect(() => openMotifs("{")).toThrow(/is JSON; this text is not/);
    expect(() => openMotifs('{"format":"convlens circuit","version":1}')).toThrow(/convlens motifs of version 1/);
    expect(() => openMotifs('{"format":"convlens motifs","version":1}')).toThrow(/no lists of families and motifs/);
  });
});
