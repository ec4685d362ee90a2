/**
 * Growing a circuit: from a unit to the units it reads with its strongest weights, from those to theirs, and so on. Pools, batch
 * norms, activations and concatenations are passed on the way and named. A sum of a residual network is a node of its own,
 * read like a unit; its terms are joined to it by a weight of one, since every one of them reaches it unchanged. A product
 * is a node too; its factors are joined to it by edges that say so.
 */
import { optional } from "valibot";
import { checkOptions, type OptionSchemas, optionsSchema, wholeSchema } from "../core/check.js";
import { LensError } from "../core/errors.js";
import { formatUnit, type Unit, type UnitLike } from "../core/unit.js";
import { checkNetwork, type Network, outputOp, resolveUnit } from "../network/network.js";
import { createResult } from "../network/result.js";
import { valueSigns } from "../network/sign.js";
import { type Merged, mergedOf, mergesOf, producerOf } from "../network/sources.js";
import { type Input, inputs, outputs } from "../weights/inputs.js";
import { type WeightsChoice, weightsSchema } from "../weights/layer-weights.js";
import { type Strength, strengthSchema } from "../weights/strength.js";
import { type Circuit, type CircuitEdge, type CircuitNode, type CircuitSettings, edgeName } from "./circuit.js";

/**
 * Options of `grow` and `downstream`.
 *
 * @public
 */
export interface GrowOptions {
  /**
   * Edges from a root to the furthest unit.
   *
   * @defaultValue 2
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

const growOptions = optionsSchema<OptionSchemas<GrowOptions>>({
  depth: optional(wholeSchema(1)),
  width: optional(wholeSchema(1)),
  strength: strengthSchema,
  weights: weightsSchema,
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
  options: GrowOptions = {},
): Circuit {
  return walk(net, roots, options, "downstream");
}

function walk(
  net: Network,
  wanted: UnitLike | string | readonly (UnitLike | string)[],
  options: GrowOptions,
  direction: "inputs" | "downstream",
): Circuit {
  checkNetwork(net);
  checkOptions(growOptions, options);
  const { depth = 2, width = 3, strength = "l2", weights = "folded" } = options;
  const list = (Array.isArray(wanted) ? wanted : [wanted]) as readonly (UnitLike | string)[];
  if (list.length === 0) throw new LensError("bad-argument", "a circuit grows from at least one unit; got none");
  const roots = list.map((unit) => makerOf(net, resolveUnit(net, unit)));
  const nodes = new Map<string, CircuitNode>();
  const edges = new Map<string, CircuitEdge>();
  const add = (unit: Unit, level: number): boolean => {
    const name = formatUnit(unit);
    if (nodes.has(name)) return false;
    nodes.set(name, { unit, depth: direction === "inputs" ? level : -level, kind: outputOp(net, unit.layer).kind });
    return true;
  };
  let level = roots.filter((unit) => add(unit, 0));
  for (let at = 1; at <= depth && level.length > 0; at++) {
    const next: Unit[] = [];
    for (const unit of level) {
      for (const edge of neighboursOf(net, unit, { width, strength, weights, direction })) {
        edges.set(edgeName(edge), edge);
        const other = direction === "inputs" ? edge.from : edge.to;
        if (add(other, at)) next.push(other);
      }
    }
    level = next;
  }
  const settings = { depth, width, strength: typeof strength === "string" ? strength : "custom", weights, direction };
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

/** The unit that makes a channel: an activation's or pool's unit stands for the one behind it, so that each is one node. */
function makerOf(net: Network, unit: Unit): Unit {
  return producerOf(net, unit).unit;
}

interface Look {
  readonly width: number;
  readonly strength: Strength;
  readonly weights: WeightsChoice;
  readonly direction: CircuitSettings["direction"];
}

function neighboursOf(net: Network, unit: Unit, { width, strength, weights, direction }: Look): CircuitEdge[] {
  if (direction !== "inputs") {
    const readers = strongestOf(outputs(net, unit, { strength, weights }), width);
    return [...readers.map((input) => edgeOf(net, input)), ...productsOf(net, unit)];
  }
  const merged = mergedOf(net, unit);
  if (merged && merged.by !== "sum") return factorsOf(net, merged);
  const { kind, inputs: reads } = outputOp(net, unit.layer);
  if (reads.length === 0 || kind === "opaque") return [];
  const all = inputs(net, unit, { strength, weights });
  return (merged ? all : strongestOf(all, width)).map((input) => edgeOf(net, input));
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
