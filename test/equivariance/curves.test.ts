/** The hand-written curve network, whose families and angles are known, with its channels in an order drawn at random. */
import { describe, expect, it } from "vitest";
import { curveNetwork, kernelBetween, parts, radii3 } from "../../examples/06-hand-written-curves/curve-network.js";
import { createRandom, type Random } from "../../src/core/random.js";
import { affinities } from "../../src/equivariance/affinity.js";
import { incoming, type KernelBlock } from "../../src/equivariance/block.js";
import type { Family } from "../../src/equivariance/family.js";
import { familyFilters } from "../../src/equivariance/filters.js";
import { findFamilies } from "../../src/equivariance/find-families.js";
import { findMotifs } from "../../src/equivariance/find-motifs.js";
import { fitElements } from "../../src/equivariance/fit-elements.js";
import { tableOf } from "../../src/equivariance/group.js";
import { group } from "../../src/equivariance/groups/namespace.js";
import { createNetwork, type Network } from "../../src/network/network.js";
import type { Op } from "../../src/network/ops.js";
import { knownFamily } from "./known.js";

type Part = (typeof parts)[number];
const curves = parts.filter(({ kind }) => kind === "curve");
const fine = group.rotations(72);
const turns = group.rotations(24);

function shuffled<T>(list: readonly T[], random: Random): T[] {
  const copy = [...list];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = random.int(i + 1);
    [copy[i], copy[j]] = [copy[j]!, copy[i]!];
  }
  return copy;
}

/** 5 × 5 kernels from some parts to others, with noise in units of the weights' standard deviation. */
function block(from: readonly Part[], to: readonly Part[], noise = 0): KernelBlock {
  const kernel = new Float32Array(25 * from.length * to.length);
  to.forEach((target, o) => {
    from.forEach((source, i) => {
      kernelBetween(source, target, 5, radii3).forEach((w, tap) => {
        kernel[(tap * from.length + i) * to.length + o] = w;
      });
    });
  });
  const random = createRandom(5);
  const deviation = Math.sqrt(kernel.reduce((sum, w) => sum + w * w, 0) / kernel.length);
  return {
    from: "mixed3a",
    to: "mixed3b",
    shape: [5, 5, from.length, to.length],
    kernel: kernel.map((w) => w + noise * deviation * random.normal()),
  };
}

/** The family of one kind among shuffled parts, as known below. */
function familyOf(kind: Part["kind"], list: readonly Part[], step: number): Family {
  const g = step === 5 ? fine : turns;
  const members = list.flatMap((part, i) => (part.kind === kind ? [[i, part.angle / step] as const] : []));
  return knownFamily(g, "mixed3a", { members, stabiliser: kind === "edge" ? [0, g.order / 2] : [0] });
}

/** Degrees between found and true angles, up to one turn for all. */
function errors(family: Family, list: readonly Part[], step: number): number[] {
  const off = family.members.map(({ unit, element }) => element * step - list[unit.channel]!.angle);
  const first = off[0]!;
  return off.map((d) => Math.abs(((((d - first + 180) % 360) + 360) % 360) - 180));
}

describe("the curve network", () => {
  it("A4, A5: a turn of 90° takes curves to curves exactly, 15° nearly, and the wrong way does not", async () => {
    const random = createRandom(6);
    const [from, to] = [shuffled(curves, random), shuffled(curves, random)];
    const table = tableOf(turns);
    const { filters } = familyFilters(incoming(block(from, to), "mixed3b"), [familyOf("curve", from, 15)], {
      group: turns,
      table,
    });
    const alike = await affinities(filters, table, async () => {});
    const at = (angle: number): number => to.findIndex((curve) => curve.angle === (angle + 720) % 360);
    const score = (g: number, sense = 1): number => {
      const each = curves.map(({ angle }) => alike[(at(angle) * 24 + at(angle + sense * 15 * g)) * 24 + g]!);
      return each.reduce((sum, s) => sum + s, 0) / each.length;
    };
    expect(score(6)).toBeCloseTo(1, 3);
    // Half a turn is exact on the grid, and 15° lose nothing; turns by bilinear interpolation score 0.98 and 0.90.
    expect(score(12)).toBeCloseTo(1, 3);
    expect(score(1)).toBeCloseTo(0.954, 2);
    expect(score(3, -1)).toBeLessThan(0.5);
  });

  it("A6: twelve curves' angles are recovered without error, with noise of half the weights' deviation too", async () => {
    const random = createRandom(1);
    const from = shuffled(curves, random);
    const to = shuffled(
      curves.filter(({ angle }) => angle % 30 === 0),
      random,
    );
    for (const noise of [0, 0.5]) {
      const { families } = await findFamilies(block(from, to, noise), "mixed3b", {
        group: turns,
        families: [familyOf("curve", from, 15)],
        nullDraws: 19,
      });
      expect(families.map(({ members }) => members.length)).toEqual([12]);
      expect(Math.max(...errors(families[0]!, to, 15))).toBe(0);
      expect(families[0]!.missing).toHaveLength(12);
    }
  });

  it("A6: over twenty draws of the noise, 99 of 100 angles are exact", async () => {
    const random = createRandom(7);
    const from = shuffled(curves, random);
    const to = shuffled(
      curves.filter(({ angle }) => angle % 30 === 0),
      random,
    );
    const clean = incoming(block(from, to), "mixed3b");
    const table = tableOf(turns);
    const { filters } = familyFilters(clean, [familyOf("curve", from, 15)], { group: turns, table });
    const deviation = Math.sqrt(filters.data.reduce((sum, w) => sum + w * w, 0) / filters.data.length);
    let exact = 0;
    for (let draw = 0; draw < 20; draw++) {
      const data = filters.data.map((w) => w + 0.5 * deviation * random.normal());
      const elements = await fitElements({ ...filters, data }, table, async () => {});
      const members = elements.map((element, i) => [i, element] as const);
      exact += errors(knownFamily(turns, "mixed3b", { members }), to, 15).filter((degrees) => degrees === 0).length;
    }
    expect(exact / (20 * to.length)).toBeGreaterThanOrEqual(0.99);
  }, 60_000);

  it("A8: a turn by 180° leaves edges as they are, and curves it does not", async () => {
    const random = createRandom(8);
    const [from, to] = [shuffled(parts, random), shuffled(parts, random)];
    const two = group.rotations(36);
    const edges = from.flatMap((part, i) => (part.kind === "edge" ? [[i, part.angle / 10] as const] : []));
    const family = knownFamily(two, "mixed3a", { members: edges, stabiliser: [0, 18] });
    const table = tableOf(two);
    const { filters } = familyFilters(incoming(block(from, to), "mixed3b"), [family], { group: two, table });
    const alike = await affinities(filters, table, async () => {});
    const turned = to.map((_, o) => alike[(o * to.length + o) * 36 + 18]!);
    for (const [i, part] of to.entries()) {
      if (part.kind === "edge") expect(turned[i]).toBeCloseTo(1, 3);
      else expect(turned[i]).toBeLessThan(0.85);
    }
  });

  it.each([0, 0.25, 0.5])(
    "A7, A8: curves and edges come apart with noise %f; edges come round at 180°, curves do not",
    async (noise) => {
      const random = createRandom(2);
      const [from, to] = [shuffled(parts, random), shuffled(parts, random)];
      const known = [familyOf("curve", from, 5), familyOf("edge", from, 5)];
      const { families } = await findFamilies(block(from, to, noise), "mixed3b", {
        group: fine,
        families: known,
        nullDraws: 19,
      });
      const kinds = families.map(({ members }) => new Set(members.map(({ unit }) => to[unit.channel]!.kind)));
      expect(kinds).toEqual([new Set(["curve"]), new Set(["edge"])]);
      expect(families.map(({ members }) => members.length)).toEqual([24, 18]);
      expect(families.map(({ stabiliser }) => stabiliser)).toEqual([[0], [0, 36]]);
      // Inputs move by 10° and by 15°: an angle between is right to within half a step.
      expect(Math.max(...errors(families[0]!, to, 5))).toBeLessThanOrEqual(7.5);
    },
    120_000,
  );

  it("curves read curves of the layer below equivariantly, most of all those of their own angle", async () => {
    const random = createRandom(3);
    const [from, to] = [shuffled(curves, random), shuffled(curves, random)];
    const {
      motifs: [motif, ...rest],
    } = await findMotifs(block(from, to), "mixed3a", "mixed3b", {
      group: turns,
      families: [familyOf("curve", from, 15)],
      nullDraws: 19,
    });
    expect(rest).toEqual([]);
    expect(motif).toMatchObject({ kind: "equivariant→equivariant", union: false, share: 1 });
    expect(motif!.score).toBeGreaterThan(0.9);
    // The opposite curve inhibits as strongly as the own one excites.
    const sum = (data: Float32Array): number => data.reduce((all, w) => all + w, 0);
    const [read] = [...motif!.kernels].sort((a, b) => sum(b.data) - sum(a.data));
    const template = motif!.target.members.find(({ element }) => element === 0)!;
    expect(Math.abs(from[read!.unit!.channel]!.angle - to[template.unit.channel]!.angle) % 360).toBeLessThanOrEqual(15);
  });

  it("from the image up, with nothing known: Gabors, edges and curves are found at their angles in every layer", async () => {
    const tens = group.rotations(36);
    const { net, orders } = inAnyOrder(curveNetwork(32), createRandom(4));
    const found: Family[] = [];
    for (const { name, kernel } of net.layers) {
      if (!kernel) continue;
      const { families } = await findFamilies(net, name, { group: tens, families: found, nullDraws: 19 });
      found.push(...families);
    }
    const of = (layer: string): Family[] => found.filter((family) => family.layer === layer);
    const listOf = (layer: string): Part[] => orders.get(layer)!.map((channel) => parts[channel]!);
    // 18 angles in four phases; two of the phases are each other's mirror images.
    expect(of("conv2d0").map(({ members }) => members.length)).toEqual([36, 18, 18]);
    expect(of("conv2d1").map(({ members }) => members.length)).toEqual([18]);
    for (const layer of ["conv2d2", "mixed3a", "mixed3b"]) {
      const list = listOf(layer);
      const kindsOf = ({ members }: Family): Set<string> =>
        new Set(members.map(({ unit }) => list[unit.channel]!.kind));
      expect(of(layer).every((family) => kindsOf(family).size === 1)).toBe(true);
      const [edges, ...more] = of(layer).filter((family) => kindsOf(family).has("edge"));
      expect(more).toEqual([]);
      expect(edges!.members).toHaveLength(18);
      expect(edges!.stabiliser).toEqual([0, 18]);
      expect(Math.max(...errors(edges!, list, 10).map((degrees) => Math.min(degrees, 180 - degrees)))).toBe(0);
      // Curves are 15° apart, elements 10°. Kernels of 3 × 3 tell right angles exactly and those between hardly.
      const curves = of(layer).filter((family) => kindsOf(family).has("curve"));
      expect(curves.reduce((sum, { members }) => sum + members.length, 0)).toBeGreaterThanOrEqual(23);
      for (const family of curves) expect(Math.max(...errors(family, list, 10))).toBeLessThanOrEqual(5);
    }
  }, 120_000);
});

/** The network with the channels of every layer in an order drawn at random: `orders` says which each was. */
function inAnyOrder(net: Network, random: Random): { net: Network; orders: Map<string, number[]> } {
  const orders = new Map<string, number[]>([["image", [0, 1, 2]]]);
  const ops = net.ops.map((op): Op => {
    const given = orders.get(op.inputs[0] ?? "image")!;
    if (op.kind !== "conv") {
      orders.set(op.name, given);
      return op;
    }
    const [height, width, nIn, nOut] = op.kernelShape;
    const order = shuffled([...new Array(nOut).keys()], random);
    orders.set(op.name, order);
    const kernel = new Float32Array(op.kernel.length);
    for (let tap = 0; tap < height * width; tap++)
      given.forEach((from, i) => {
        order.forEach((to, o) => {
          kernel[(tap * nIn + i) * nOut + o] = op.kernel[(tap * nIn + from) * nOut + to]!;
        });
      });
    return { ...op, kernel };
  });
  return { net: createNetwork("curves in any order", ops, net.input), orders };
}
