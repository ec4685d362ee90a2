/**
 * Families from the weights of one layer. The first layer reads the image, where it is known how inputs move; further up they
 * move as the families below do. Those are given, or found in the weights first, from the image up. Where families are known
 * of a layer further down, such as the output of a module, they are read through what lies between.
 */
import { LensError } from "../core/errors.js";
import type { RunOptions } from "../core/run.js";
import { type Network, opsByName, outputOp } from "../network/network.js";
import { resultOf } from "../network/result.js";
import { subnetwork } from "../network/transform/subnetwork.js";
import type { WeightsChoice } from "../weights/layer-weights.js";
import { anglesFromWeights } from "./angles-from-weights.js";
import { type Block, hasIncoming, incoming, isNetwork, modelOf, outgoing, type Weights } from "./block.js";
import { effectiveBlock } from "./effective-block.js";
import type { Families, InputsChoice } from "./families.js";
import type { Family } from "./family.js";
import { familyFilters, fixedFilters } from "./filters.js";
import type { Group, GroupTable } from "./group.js";
import { type NullModel, nullMoves } from "./null.js";
import { search } from "./search.js";
import type { FamiliesSettings } from "./settings.js";
import { toFamilies } from "./to-families.js";
import { balanced, unitGains } from "./unit-gains.js";

/** What decides. */
export interface FromWeights extends RunOptions {
  readonly group: Group;
  readonly table: GroupTable;
  readonly by: "incoming" | "outgoing";
  readonly inputs: InputsChoice | undefined;
  readonly weights: WeightsChoice;
  readonly threshold: number;
  readonly alpha: number;
  readonly nullDraws: number;
  readonly seed: number;
  /** Families by layer, filled on the way up. */
  readonly known: Map<string, readonly Family[]>;
}

/** The families of a layer, or of the units that a plain block leads to or comes from. */
export async function familiesFromWeights(weights: Weights, layer: string, settings: FromWeights): Promise<Families> {
  const { group, known } = settings;
  const back = settings.by === "outgoing" || !hasIncoming(weights, layer);
  const read = back ? plainly(outgoing(weights, layer, settings.weights)) : readingBlock(weights, layer, settings);
  const gain = unitGains(weights, settings.weights);
  const block = back ? read.block : read.block && balanced(read.block, gain);
  // A layer that plain blocks neither lead to nor come from is answered with the layers there are.
  if (!block && !hasIncoming(weights, layer)) incoming(weights, layer);
  if (!block)
    throw new LensError(
      "unsupported",
      `nothing that can be read reads "${layer}"; compare its units by what they read`,
    );
  if (!block.image && settings.inputs !== "fixed") {
    for (const below of new Set(block.inputs.map((unit) => unit.layer))) {
      if (!known.has(below)) known.set(below, back ? [] : await familiesBelow(weights, below, settings));
    }
  }
  const inputFamilies =
    settings.inputs === "fixed" || block.image
      ? []
      : block.inputs
          .map((u) => u.layer)
          .filter(firsts)
          .flatMap((name) => known.get(name) ?? []);
  const moved = inputFamilies.length > 0 ? familyFilters(block, inputFamilies, settings) : null;
  if (!moved && settings.inputs === "families") {
    throw new LensError(
      "unsupported",
      `no families are known among the inputs of "${layer}"; find those first, or take { inputs: "fixed" }`,
    );
  }
  const filters = moved?.filters ?? fixedFilters(block, group);
  const models: NullModel[] = block.image && block.outputs.length >= 16 ? ["shuffle", "mix"] : ["shuffle"];
  const result = await search(filters, settings.table, {
    moves: nullMoves(block, filters.slots, group),
    models,
    threshold: settings.threshold,
    nullDraws: settings.nullDraws,
    seed: settings.seed,
    task: layer,
    signal: settings.signal,
    onProgress: settings.onProgress,
  });
  const { threshold, alpha, nullDraws, seed } = settings;
  const list = toFamilies(
    result,
    { ...settings, units: block.outputs, layer },
    {
      inputs: moved ? "families" : "fixed",
      covered: moved?.covered ?? 1,
      warnings: [...warningsOn(block, group, moved?.covered ?? 1), ...read.standIns.map((one) => `on the way ${one}`)],
    },
  );
  const found = { ...list, families: atOwnAngles(list.families, inputFamilies, block, group) };
  const record: FamiliesSettings = {
    group: group.name,
    by: back ? "outgoing" : "incoming",
    weights: settings.weights,
    threshold,
    alpha,
    nullDraws,
    seed,
  };
  return resultOf("families", modelOf(weights), { settings: record }, found);
}

/** Families with the angles that follow from their weights, where the families they read have angles and a law holds. */
function atOwnAngles(
  families: readonly Family[],
  sources: readonly Family[],
  block: Block,
  group: Group,
): readonly Family[] {
  return sources.length === 0
    ? families
    : families.map((family) => anglesFromWeights(family, sources, block, group) ?? family);
}

/** Families found otherwise, with the angles that follow from the weights of their layer. */
export function anglesByReading(
  weights: Weights,
  layer: string,
  families: readonly Family[],
  settings: FromWeights,
): readonly Family[] {
  try {
    const { block } = readingBlock(weights, layer, settings);
    if (!block) return families;
    const sources = [...settings.known.values()].flat();
    return atOwnAngles(families, sources, balanced(block, unitGains(weights, settings.weights)), settings.group);
  } catch (error) {
    if (isUnsupported(error)) return families;
    throw error;
  }
}

const firsts = (name: string, at: number, all: readonly string[]): boolean => all.indexOf(name) === at;

interface Reading {
  readonly block: Block | null;
  /** What was put in the place of what between the layers. */
  readonly standIns: readonly string[];
}

const plainly = (block: Block | null): Reading => ({ block, standIns: [] });

/** What a layer reads: its inputs, or the nearest layer further down of which families are known where none of its inputs are. */
function readingBlock(weights: Weights, layer: string, { known, weights: choice, inputs }: FromWeights): Reading {
  const own = (): Block => incoming(weights, layer, choice);
  const further = [...known].flatMap(([name, families]) => (families.length > 0 && name !== layer ? [name] : []));
  if (!isNetwork(weights) || inputs === "fixed" || further.length === 0) return plainly(own());
  let refusal: unknown = null;
  try {
    const block = own();
    if (block.image || block.inputs.some((unit) => further.includes(unit.layer))) return plainly(block);
  } catch (error) {
    if (!isUnsupported(error)) throw error;
    refusal = error;
  }
  const place = (name: string): number => weights.ops.indexOf(outputOp(weights, name));
  for (const from of further.sort((a, b) => place(b) - place(a))) {
    try {
      return effectiveBlock(weights, from, layer, choice);
    } catch (error) {
      if (!isUnsupported(error)) throw error;
    }
  }
  if (refusal) throw refusal;
  return plainly(own());
}

/**
 * The nearest layer below that every way to a layer passes and that is no bottleneck of 1 × 1 kernels: what an article would look
 * at beside it. `null` above the image.
 */
export function layerBelow(net: Network, layer: string): string | null {
  const ops = opsByName(net);
  const end = outputOp(net, layer);
  const before = net.ops.slice(0, net.ops.indexOf(ops.get(end.name)!));
  for (const op of before.reverse()) {
    const bottleneck = op.kind === "conv" && op.kernelShape[0] * op.kernelShape[1] === 1;
    if (bottleneck || !["conv", "depthwise", "concat", "add"].includes(op.kind)) continue;
    if (outputOp(net, op.layer).name !== op.name && op.kind !== "conv") continue;
    try {
      subnetwork(net, op.layer, layer);
      return op.layer;
    } catch (error) {
      if (!isUnsupported(error)) throw error;
    }
  }
  return null;
}

function isUnsupported(error: unknown): boolean {
  return error instanceof LensError && error.code === "unsupported";
}

/** Families of a layer below; none where it cannot be searched, such as a sum. */
async function familiesBelow(weights: Weights, layer: string, settings: FromWeights): Promise<readonly Family[]> {
  if (!isNetwork(weights) && !hasIncoming(weights, layer)) return [];
  try {
    const { families } = await familiesFromWeights(weights, layer, { ...settings, by: "incoming", inputs: undefined });
    return families;
  } catch (error) {
    if (isUnsupported(error)) return [];
    throw error;
  }
}

function warningsOn({ height, width }: Block, group: Group, covered: number): string[] {
  const fine = Array.from({ length: group.order }, (_, g) => group.transformation(g).degrees ?? 0).some(
    (degrees) => degrees % 90 !== 0,
  );
  const warnings: string[] = [];
  if (fine && Math.min(height, width) <= 3) {
    warnings.push(
      `${height}×${width} kernels hardly tell turns between multiples of 90° apart; only how the inputs move can support such angles`,
    );
  }
  if (covered < 0.5)
    warnings.push(
      `only ${Math.round(100 * covered)} % of the weights' energy reads units in known families; the rest was not compared`,
    );
  return warnings;
}
