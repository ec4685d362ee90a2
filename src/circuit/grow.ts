/**
 * Growing a circuit: from a unit to the units it reads with its strongest weights, from those to theirs, and so on. Pools, batch
 * norms, activations and concatenations are passed on the way and named. A sum of a residual network is a node of its own,
 * read like a unit; its terms are joined to it by a weight of one, since every one of them reaches it unchanged. A product
 * is a node too; its factors are joined to it by edges that say so.
 *
 * With `layers` a circuit leads from one chosen layer to the next, through bottlenecks and residual blocks, by expanded weights.
 */
import { optional, union } from "valibot";
import {
  checkOptions,
  listOf,
  type OptionSchemas,
  oneOf,
  optionsSchema,
  textSchema,
  wholeSchema,
} from "../core/check.js";
import { LensError } from "../core/errors.js";
import { formatUnit, type Unit, type UnitLike } from "../core/unit.js";
import { checkNetwork, type Network, outputOp, resolveUnit } from "../network/network.js";
import { createResult } from "../network/result.js";
import { valueSigns } from "../network/sign.js";
import { channelSources, type Merged, mergedOf, mergesOf, producerOf } from "../network/sources.js";
import { type Input, inputs, inputsOver, moduleInputs, outputs } from "../weights/inputs.js";
import { type WeightsChoice, weightsSchema } from "../weights/layer-weights.js";
import { readLayer } from "../weights/module-input.js";
import { type Strength, strengthSchema } from "../weights/strength.js";
import { type Circuit, type CircuitEdge, type CircuitNode, type CircuitSettings, edgeName } from "./circuit.js";

/**
 * Options of `downstream`.
 *
 * @public
 */
export interface DownstreamOptions {
  /**
   * Edges from a root to the furthest unit.
   *
   * @defaultValue 2; with a list of layers, as many as lead to the lowest of them
   */
  readonly depth?: number | undefined;
  /**
   * Strongest excitatory inputs taken of each unit, and as many inhibitory ones.
   *
   * @defaultValue 3
   */
  readonly width?: number | undefined;
  /**
   * Measure of strength.
   *
   * @defaultValue "l2"
   */
  readonly strength?: Strength | undefined;
  /**
   * With the batch norm that follows multiplied in, or as stored.
   *
   * @defaultValue "folded"
   */
  readonly weights?: WeightsChoice | undefined;
}

/**
 * Options of `grow`.
 *
 * @public
 */
export interface GrowOptions extends DownstreamOptions {
  /**
   * Between which layers edges lead. `"neighbours"`: a unit reads what its own weights read, so that bottlenecks and terms of
   * sums are nodes. `"modules"`: a unit behind a bottleneck reads the layer before it, and a unit of a residual sum the input
   * of its block, by expanded weights. A list of layers: each unit reads the units of the next lower layer of the list, by
   * expanded weights.
   *
   * @defaultValue "neighbours"
   */
  readonly layers?: "neighbours" | "modules" | readonly string[] | undefined;
}

const downstreamSchemas: OptionSchemas<DownstreamOptions> = {
  depth: optional(wholeSchema(1)),
  width: optional(wholeSchema(1)),
  strength: strengthSchema,
  weights: weightsSchema,
};
const downstreamOptions = optionsSchema(downstreamSchemas);
const growOptions = optionsSchema<OptionSchemas<GrowOptions>>({
  ...downstreamSchemas,
  layers: optional(
    union([oneOf("neighbours", "modules"), listOf(textSchema)], '"neighbours", "modules" or a list of layers'),
  ),
});

/**
 * The circuit above one or several units: what they read, and what that reads.
 *
 * @throws LensError `unknown-layer`, `bad-unit`, `bad-argument`, or `unsupported` where a root has no weights to read.
 * @public
 */
export function grow(
  net: Network,
  roots: UnitLike | string | readonly (UnitLike | string)[],
  options: GrowOptions = {},
): Circuit {
  checkOptions(growOptions, options);
  return walk(net, roots, options, "inputs");
}

/**
 * The circuit below one or several units: who reads them with strong weights, and who reads those.
 *
 * @throws LensError as `grow` does.
 * @public
 */
export function downstream(
  net: Network,
  roots: UnitLike | string | readonly (UnitLike | string)[],
  options: DownstreamOptions = {},
): Circuit {
  checkOptions(downstreamOptions, options);
  return walk(net, roots, options, "downstream");
}

function walk(
  net: Network,
  wanted: UnitLike | string | readonly (UnitLike | string)[],
  options: GrowOptions,
  direction: CircuitSettings["direction"],
): Circuit {
  checkNetwork(net);
  const { width = 3, strength = "l2", weights = "folded", layers = "neighbours" } = options;
  const chosen = typeof layers === "string" ? [] : inOrder(net, layers);
  if (layers !== "neighbours" && weights === "stored")
    throw new LensError("bad-argument", "weights between layers further apart are folded; leave weights or layers out");
  const list = (Array.isArray(wanted) ? wanted : [wanted]) as readonly (UnitLike | string)[];
  if (list.length === 0) throw new LensError("bad-argument", "a circuit grows from at least one unit; got none");
  const roots = list.map((unit) => nodeUnit(net, resolveUnit(net, unit), layers));
  const depth = options.depth ?? (chosen.length > 0 ? chosen.length : 2);
  const nodes = new Map<string, CircuitNode>();
  const edges = new Map<string, CircuitEdge>();
  const add = (unit: Unit, level: number): boolean => {
    const name = formatUnit(unit);
    if (nodes.has(name)) return false;
    const made = producerOf(net, unit);
    const isMade = formatUnit(made.unit) === name;
    nodes.set(name, {
      unit,
      depth: direction === "inputs" ? level : -level,
      kind: isMade ? outputOp(net, unit.layer).kind : made.kind,
      ...(!isMade && { madeBy: made.unit }),
    });
    return true;
  };
  let level = roots.filter((unit) => add(unit, 0));
  for (let at = 1; at <= depth && level.length > 0; at++) {
    const next: Unit[] = [];
    for (const unit of level) {
      for (const edge of neighboursOf(net, unit, { width, strength, weights, direction, layers, chosen })) {
        edges.set(edgeName(edge), edge);
        const other = direction === "inputs" ? edge.from : edge.to;
        if (add(other, at)) next.push(other);
      }
    }
    level = next;
  }
  const settings = {
    ...{ depth, width, strength: typeof strength === "string" ? strength : "custom", weights, direction },
    ...(layers !== "neighbours" && { layers: typeof layers === "string" ? layers : chosen }),
  };
  return createResult(
    "circuit",
    net,
    { settings },
    {
      name: net.name,
      roots: [...new Map(roots.map((unit) => [formatUnit(unit), unit])).values()],
      nodes: [...nodes.values()],
      edges: [...edges.values()],
    },
  );
}

/** Layers by name, those of the network's end first. */
function inOrder(net: Network, layers: readonly string[]): string[] {
  if (layers.length === 0)
    throw new LensError("bad-argument", 'layers are "neighbours", "modules" or at least one layer; got none');
  const names = layers.map((layer) => net.layer(layer).name);
  return net.layers
    .map(({ name }) => name)
    .filter((name) => names.includes(name))
    .reverse();
}

/**
 * The unit that stands in a circuit for one that was asked for. It is the unit that makes the channel, so that each is one node;
 * but where layers are chosen or modules are joined, units of those and of concatenations keep their name.
 */
function nodeUnit(net: Network, unit: Unit, layers: Look["layers"]): Unit {
  const isKept = outputOp(net, unit.layer).kind === "concat" || layers.includes(unit.layer);
  return layers !== "neighbours" && isKept ? unit : producerOf(net, unit).unit;
}

interface Look {
  readonly width: number;
  readonly strength: Strength;
  readonly weights: WeightsChoice;
  readonly direction: CircuitSettings["direction"];
  readonly layers: NonNullable<GrowOptions["layers"]>;
  /** The layers of a list, those of the network's end first. */
  readonly chosen: readonly string[];
}

function neighboursOf(net: Network, unit: Unit, look: Look): CircuitEdge[] {
  const { width, strength, weights, direction, layers, chosen } = look;
  if (direction !== "inputs") {
    const readers = strongestOf(outputs(net, unit, { strength, weights }), width);
    return [...readers.map((input) => edgeOf(net, input)), ...productsOf(net, unit)];
  }
  if (chosen.length > 0) {
    const from = nextLower(net, unit, chosen);
    if (from === undefined) return [];
    const made = producerOf(net, unit).unit;
    const found = inputsOver(net, made, readLayer(net, from, made), { strength });
    return strongestOf(found, width).map((input) => expandedEdge(input, unit));
  }
  const behind = layers === "modules" ? moduleInputs(net, unit, { strength }) : null;
  if (behind) return strongestOf(behind, width).map((input) => expandedEdge(input, unit));
  const merged = mergedOf(net, unit);
  if (merged && merged.by !== "sum") return factorsOf(net, merged);
  const { kind, inputs: reads } = outputOp(net, unit.layer);
  if (reads.length === 0 || kind === "opaque") return [];
  const all = inputs(net, unit, { strength, weights });
  const edges = (merged ? all : strongestOf(all, width)).map((input) => edgeOf(net, input));
  return layers === "modules" ? edges.map((edge) => betweenModules(net, edge, unit)) : edges;
}

/** The highest of some layers that lies below a unit. */
function nextLower(net: Network, unit: Unit, chosen: readonly string[]): string | undefined {
  const places = new Map(net.layers.map(({ name }, i) => [name, i]));
  const top = places.get(producerOf(net, unit).unit.layer)!;
  return chosen.find((layer) => places.get(layer)! < top);
}

/** An edge of expanded weights, at whose end stands the unit as the circuit names it. */
function expandedEdge(input: Input, to: Unit): CircuitEdge {
  const { kernel, strength, share, sign, positiveShare, via, expanded } = input;
  const ends = { from: kernel.from, to };
  const weights = { ...kernel, ...ends };
  return { ...ends, relation: "weights", kernel: weights, strength, share, sign, positiveShare, route: via, expanded };
}

/** An edge of a unit's own weights, with units of a concatenation under its name: what reads, and what is read last on the way. */
function betweenModules(net: Network, edge: CircuitEdge, to: Unit): CircuitEdge {
  const joined = edge.route.findLast((layer) => outputOp(net, layer).kind === "concat");
  const from = joined === undefined ? edge.from : joinedUnit(net, joined, edge.from);
  const route = joined === undefined ? edge.route : edge.route.slice(edge.route.indexOf(joined) + 1);
  return { ...edge, from, to, kernel: { ...edge.kernel, from, to }, route };
}

/** The unit of a concatenation that another unit makes. */
function joinedUnit(net: Network, layer: string, made: Unit): Unit {
  const name = formatUnit(made);
  const channel = channelSources(net, outputOp(net, layer).name).findIndex(({ unit }) => formatUnit(unit) === name);
  return channel < 0 ? made : { layer, channel };
}

/** The strongest of each sign; terms of sums come as they are. */
function strongestOf(all: readonly Input[], width: number): Input[] {
  const ofSign = (sign: Input["sign"]): Input[] => all.filter((input) => input.sign === sign).slice(0, width);
  const chosen = new Set([...ofSign("excitatory"), ...ofSign("inhibitory")]);
  return all.filter((input) => chosen.has(input));
}

function edgeOf(net: Network, { kernel, strength, share, sign, positiveShare, via }: Input): CircuitEdge {
  const { from, to } = kernel;
  const relation = mergedOf(net, to) ? "term" : "weights";
  return { from, to, relation, kernel, strength, share, sign, positiveShare, route: via };
}

/**
 * The factors of a product. None has weights in it: its kernel is a single 1, and each has a share of 1, since without it
 * nothing is left. It excites as far as the other factors are not negative.
 */
function factorsOf(net: Network, { unit: to, terms }: Merged): CircuitEdge[] {
  const isPositive = (unit: Unit): boolean => valueSigns(net.ops).get(outputOp(net, unit.layer).name) !== "signed";
  return terms.map((term) => {
    const { unit: from, via } = term.source;
    const others = terms.filter((other) => other !== term);
    const data = Float32Array.of(1);
    return {
      from,
      to,
      relation: "factor",
      kernel: { from, to, height: 1, width: 1, data },
      strength: 1,
      share: 1,
      sign: "excitatory",
      positiveShare: others.every(({ read }) => isPositive(read)) ? 1 : 0.5,
      route: via,
    };
  });
}

/** The products a unit is a factor of. */
function productsOf(net: Network, unit: Unit): CircuitEdge[] {
  const name = formatUnit(unit);
  return mergesOf(net)
    .filter(({ by, terms }) => by !== "sum" && terms.some(({ source }) => formatUnit(source.unit) === name))
    .flatMap((merged) => factorsOf(net, merged).filter(({ from }) => formatUnit(from) === name));
}
