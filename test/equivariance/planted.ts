/**
 * Networks with families of known members, elements and motifs: the detector's ground truth. A kernel is a sum of Gaussian
 * bumps, so that its turned, mirrored, enlarged or recoloured copy is computed from moved bumps, exactly and without the
 * code under test. Layer 0 reads the image; each further layer reads families, invariant units and decoys of the one below.
 *
 *     member of the first layer     ρ(b) template
 *     kernel between families       W[b, a] = ρ(b) K(b⁻¹ a)      one kernel K for each relative element
 *     invariant unit of a family    W[o, a] = ρ(a) K
 *
 * Light and dark swapped is a sign for the image and for units that stay in place; members of a family change places instead,
 * and what reads them keeps its sign. Nothing but 0 is its own negative, so a first layer has no invariant units then.
 *
 * Decoys have the norms and the spectra of members: in the first layer members with other phases, unlike all others; above it, members whose
 * kernels went to other inputs and were each turned or mirrored apart. Noise is in units of the layer's weights' standard deviation.
 */
import { createRandom, type Random } from "../../src/core/random.js";
import type { KernelBlock } from "../../src/equivariance/block.js";
import { type Group, type GroupTable, type Transformation, tableOf, times } from "../../src/equivariance/group.js";
import { decoyOf } from "./decoy.js";

/** What to plant. */
export interface Plan {
  readonly group: Group;
  /** Size of the kernels of each layer. */
  readonly kernels: readonly number[];
  /** Channels of every layer. */
  readonly channels: number;
  /** Share of channels that are decoys; default 0.5. */
  readonly decoys?: number;
  /** Members present of each family; default all. */
  readonly members?: number;
  /** Invariant units per layer; default 2. */
  readonly invariant?: number;
  /** Standard deviation of the noise, in that of the weights; default 0. */
  readonly noise?: number;
  readonly seed?: number;
}

/** A planted family: channels and elements, `order` of them where the unit is invariant. */
export interface PlantedFamily {
  readonly channels: readonly number[];
  readonly elements: readonly number[];
  readonly invariant: boolean;
}

/** A planted motif: family `source` of the layer below feeds family `target`. */
export interface PlantedMotif {
  readonly layer: number;
  readonly source: number;
  readonly target: number;
  readonly kind: "equivariant→equivariant" | "invariant→equivariant" | "equivariant→invariant";
}

export interface Planted {
  readonly blocks: readonly KernelBlock[];
  readonly families: readonly (readonly PlantedFamily[])[];
  readonly motifs: readonly PlantedMotif[];
}

interface Bump {
  readonly x: number;
  readonly y: number;
  readonly spread: number;
  readonly weight: readonly number[];
}

/** Plants a network; layers are called `layer0`, `layer1` … */
export function plant(plan: Plan): Planted {
  const random = createRandom(plan.seed ?? 0);
  const table = tableOf(plan.group);
  const families: PlantedFamily[][] = [];
  const motifs: PlantedMotif[] = [];
  const blocks = plan.kernels.map((size, layer) => {
    const places = shuffled(plan.channels, random);
    const signed = Array.from(table.inverse).some((g) => plan.group.transformation(g).polarity === -1);
    const own = placeFamilies(layer === 0 && signed ? { ...plan, invariant: 0 } : plan, table, places, random);
    const decoys = places.slice(own.reduce((sum, f) => sum + f.channels.length, 0));
    const below = families[layer - 1];
    const draw = { plan, table, size, random };
    const block = below
      ? upperLayer(draw, below, own, decoys, (motif) => motifs.push({ layer, ...motif }))
      : firstLayer(draw, own, decoys);
    families.push(own);
    return {
      ...withNoise(block, plan.noise ?? 0, random),
      from: layer === 0 ? "image" : `layer${layer - 1}`,
      to: `layer${layer}`,
    };
  });
  return { blocks, families, motifs };
}

interface Draw {
  readonly plan: Plan;
  readonly table: GroupTable;
  readonly size: number;
  readonly random: Random;
}

type Weights = Pick<KernelBlock, "shape"> & { kernel: Float32Array };

function placeFamilies(plan: Plan, { order }: GroupTable, places: readonly number[], random: Random): PlantedFamily[] {
  const size = plan.members ?? order;
  const invariant = plan.invariant ?? 2;
  const count = Math.max(1, Math.floor((plan.channels * (1 - (plan.decoys ?? 0.5)) - invariant) / size));
  let at = 0;
  const found: PlantedFamily[] = Array.from({ length: count }, () => {
    const channels = places.slice(at, (at += size));
    return { channels, elements: shuffled(order, random).slice(0, size), invariant: false };
  });
  for (let i = 0; i < invariant; i++) found.push({ channels: [places[at++]!], elements: [0], invariant: true });
  return found;
}

function firstLayer(
  { plan, table, size, random }: Draw,
  own: readonly PlantedFamily[],
  decoys: readonly number[],
): Weights {
  const kernel = new Float32Array(size * size * 3 * plan.channels);
  const put = (channel: number, drawn: Float32Array): void => {
    for (let at = 0; at < drawn.length; at++) kernel[at * plan.channels + channel] = drawn[at]!;
  };
  for (const family of own) {
    const template = family.invariant ? bumpsOf(size, 3, random) : distinct({ plan, table, size, random });
    const whole = unitNorm(allTurns(template, plan.group, table), size, 3);
    family.channels.forEach((channel, i) => {
      const bumps = family.invariant ? whole : move(template, plan.group.transformation(family.elements[i]!));
      put(channel, sampled(bumps, size, 3));
    });
  }
  const unit = (channel: number): Float32Array =>
    Float32Array.from({ length: size * size * 3 }, (_, at) => kernel[at * plan.channels + channel]!);
  const moving = own.filter(({ invariant }) => !invariant).flatMap(({ channels }) => channels);
  const strangers = own.flatMap(({ channels }) => channels).map(unit);
  for (const channel of decoys) {
    const decoy = decoyOf(unit(random.pick(moving)), strangers, size, random);
    strangers.push(decoy);
    put(channel, decoy);
  }
  return { shape: [size, size, 3, plan.channels], kernel };
}

function upperLayer(
  { plan, table, size, random }: Draw,
  below: readonly PlantedFamily[],
  own: readonly PlantedFamily[],
  decoys: readonly number[],
  note: (motif: Omit<PlantedMotif, "layer">) => void,
): Weights {
  const { group, channels: n } = plan;
  const { order } = table;
  const kernel = new Float32Array(size * size * n * n);
  const put = (to: number, from: number, drawn: Float32Array): void => {
    for (let tap = 0; tap < drawn.length; tap++) kernel[(tap * n + from) * n + to] = drawn[tap]!;
  };
  const one = (bumps: readonly Bump[], element: number, still = false): Float32Array => {
    const { polarity = 1, ...change } = group.transformation(element);
    return sampled(move(bumps, { ...change, polarity: still ? polarity : 1 }), size, 1);
  };
  const others = Array.from({ length: n }, (_, i) => i).filter((i) => !below.some((f) => f.channels.includes(i)));
  own.forEach((target, t) => {
    const reads = shuffled(below.length, random)
      .filter((s) => !(below[s]!.invariant && target.invariant))
      .slice(0, 3);
    for (const s of reads) {
      const source = below[s]!;
      note({
        source: s,
        target: t,
        kind: target.invariant
          ? "equivariant→invariant"
          : source.invariant
            ? "invariant→equivariant"
            : "equivariant→equivariant",
      });
      const shared = Array.from({ length: order }, () => bumpsOf(size, 1, random));
      // Too far apart in a range: a kernel of its own.
      const between = (b: number, a: number): readonly Bump[] =>
        shared[times(table, table.inverse[b]!, a)] ?? bumpsOf(size, 1, random);
      target.channels.forEach((to, i) => {
        source.channels.forEach((from, j) => {
          const [b, a] = [target.elements[i]!, source.elements[j]!];
          if (target.invariant) put(to, from, one(shared[0]!, a));
          else if (source.invariant) put(to, from, one(shared[0]!, b, true));
          else put(to, from, one(between(b, a), b));
        });
      });
    }
    // What families read of decoys has no structure.
    for (const to of target.channels)
      for (const from of others) if (random.uniform() < 0.1) put(to, from, sampled(bumpsOf(size, 1, random), size, 1));
  });
  for (const channel of decoys) {
    const model = random.pick(own);
    const like = random.pick(model.channels);
    shuffled(n, random).forEach((from, to) => {
      const read = Float32Array.from({ length: size * size }, (_, tap) => kernel[(tap * n + from) * n + like]!);
      put(channel, to, turnedAtRandom(read, size, random));
    });
  }
  return { shape: [size, size, n, n], kernel };
}

/** Bumps around the centre, of unit norm in all. */
function bumpsOf(size: number, colors: number, random: Random): Bump[] {
  const reach = (size - 1) / 2;
  const bumps = Array.from({ length: 2 + size }, () => {
    const angle = 2 * Math.PI * random.uniform();
    const radius = reach * Math.sqrt(random.uniform());
    return {
      x: radius * Math.cos(angle),
      y: radius * Math.sin(angle),
      spread: 0.6 + 0.1 * reach * random.uniform(),
      weight: Array.from({ length: colors }, () => random.normal()),
    };
  });
  return unitNorm(bumps, size, colors);
}

/** As strong as every other unit: the turns of a template may cancel, and what is left would drown in the noise. */
function unitNorm(bumps: readonly Bump[], size: number, colors: number): Bump[] {
  const length = Math.hypot(...sampled(bumps, size, colors));
  return bumps.map((bump) => ({ ...bump, weight: bump.weight.map((w) => w / length) }));
}

/** A template that no element leaves nearly alike: its members could not be told apart. Small kernels may have none. */
function distinct({ plan, table, size, random }: Draw): Bump[] {
  for (let attempt = 0; attempt < 100_000; attempt++) {
    const bumps = bumpsOf(size, 3, random);
    const own = sampled(bumps, size, 3);
    const alike = (g: number): number => {
      const turned = sampled(move(bumps, plan.group.transformation(g)), size, 3);
      return turned.reduce((sum, w, i) => sum + w * own[i]!, 0) / Math.hypot(...turned);
    };
    // Neighbours on a fine circle are alike by nature; what counts is whether they go on being so.
    const near = Array.from({ length: table.order - 1 }, (_, g) => alike(g + 1)).filter((cosine) => cosine > 0.6);
    if (near.length === 0 || (table.order > 8 && near.length <= table.order / 4)) return bumps;
  }
  throw new Error(`in kernels of ${size} × ${size} no template tells ${plan.group.name} apart`);
}

function move(
  bumps: readonly Bump[],
  { mirror = false, degrees = 0, scale = 1, hue = 0, polarity = 1 }: Transformation,
): Bump[] {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return bumps.map(({ x, y, spread, weight }) => {
    const across = mirror ? -x : x;
    return {
      x: scale * (across * cos - y * sin),
      y: scale * (across * sin + y * cos),
      spread: scale * spread,
      weight: (weight.length === 3 ? turnHue(weight, hue) : weight).map((w) => (polarity * w) / scale ** 2),
    };
  });
}

/** Rodrigues' rotation about the grey axis. */
function turnHue(v: readonly number[], degrees: number): number[] {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const u = 1 / Math.sqrt(3);
  const dot = u * (v[0]! + v[1]! + v[2]!);
  const cross = [u * (v[2]! - v[1]!), u * (v[0]! - v[2]!), u * (v[1]! - v[0]!)];
  return v.map((value, i) => value * cos + cross[i]! * sin + u * dot * (1 - cos));
}

function allTurns(bumps: readonly Bump[], group: Group, { order }: GroupTable): Bump[] {
  return Array.from({ length: order }, (_, g) => move(bumps, group.transformation(g))).flat();
}

/** `[size, size, colors]`. */
function sampled(bumps: readonly Bump[], size: number, colors: number): Float32Array {
  const out = new Float32Array(size * size * colors);
  for (let row = 0, at = 0; row < size; row++) {
    for (let column = 0; column < size; column++, at += colors) {
      for (const { x, y, spread, weight } of bumps) {
        const distance = (column - (size - 1) / 2 - x) ** 2 + (row - (size - 1) / 2 - y) ** 2;
        const height = Math.exp(-distance / (2 * spread ** 2));
        for (let c = 0; c < colors; c++) out[at + c]! += weight[c]! * height;
      }
    }
  }
  return out;
}

function turnedAtRandom(kernel: Float32Array, size: number, random: Random): Float32Array {
  const [turns, mirror] = [random.int(4), random.int(2)];
  return kernel.map((_, tap) => {
    let [row, column] = [Math.floor(tap / size), tap % size];
    for (let t = 0; t < turns; t++) [row, column] = [column, size - 1 - row];
    return kernel[row * size + (mirror ? size - 1 - column : column)]!;
  });
}

function withNoise(block: Weights, noise: number, random: Random): Weights {
  const deviation = Math.sqrt(block.kernel.reduce((sum, w) => sum + w * w, 0) / block.kernel.length);
  return { ...block, kernel: block.kernel.map((w) => w + noise * deviation * random.normal()) };
}

function shuffled(count: number, random: Random): number[] {
  const list = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = random.int(i + 1);
    [list[i], list[j]] = [list[j]!, list[i]!];
  }
  return list;
}
