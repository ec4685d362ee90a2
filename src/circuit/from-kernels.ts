/**
 * A circuit of kernels at hand: from a paper, another program, or a network taken apart. Shares are of the kernels given, since
 * nothing is known of others.
 */
import { optional } from "valibot";
import { checkArgument, checkOptions, listOf, type OptionSchemas, optionsSchema, textSchema } from "../core/check.js";
import { LensError } from "../core/errors.js";
import { type Kernel, positiveShareOf, signOf } from "../core/kernel.js";
import { kernelSchema } from "../core/schemas.js";
import { formatUnit, type Unit } from "../core/unit.js";
import { resultOf } from "../network/result.js";
import { type Strength, strengthFunction, strengthSchema } from "../weights/strength.js";
import type { Circuit, CircuitEdge, CircuitSettings } from "./circuit.js";

/**
 * Options of `joinKernels`.
 *
 * @public
 */
export interface JoinOptions {
  /**
   * What the network is called.
   *
   * @defaultValue "kernels"
   */
  readonly name?: string | undefined;
  /**
   * Measure of strength.
   *
   * @defaultValue "l2"
   */
  readonly strength?: Strength | undefined;
}

const kernelsSchema = listOf(kernelSchema, "a list of kernels");
const joinOptions = optionsSchema<OptionSchemas<JoinOptions>>({ name: optional(textSchema), strength: strengthSchema });

/**
 * The circuit that kernels make; units that nothing else reads are its roots.
 *
 * @throws LensError `bad-argument` for no kernels, or kernels that lead round in a circle.
 * @public
 */
export function joinKernels(kernels: readonly Kernel[], options: JoinOptions = {}): Circuit {
  checkArgument("kernels", kernelsSchema, kernels);
  checkOptions(joinOptions, options);
  const { name = "kernels", strength = "l2" } = options;
  const measure = strengthFunction(strength);
  const units = new Map<string, Unit>();
  for (const { to, from } of kernels) {
    units.set(formatUnit(to), to);
    units.set(formatUnit(from), from);
  }
  const read = new Set(kernels.map(({ from }) => formatUnit(from)));
  const roots = [...units.values()].filter((unit) => !read.has(formatUnit(unit)));
  if (roots.length === 0)
    throw new LensError(
      "bad-argument",
      `a circuit has a unit that no other reads; got ${kernels.length} kernels, ${kernels.length > 0 ? "which lead round in a circle" : "and so no unit"}`,
    );
  const readers = new Set<string>(kernels.map(({ to }) => formatUnit(to)));
  const depths = depthsOf(roots, kernels);
  const edges = kernels.map((kernel): CircuitEdge => {
    const siblings = kernels.filter(({ to }) => formatUnit(to) === formatUnit(kernel.to));
    const total = siblings.reduce((sum, { data }) => sum + Math.abs(measure(data)), 0);
    const strength = measure(kernel.data);
    return {
      from: kernel.from,
      to: kernel.to,
      relation: "weights",
      kernel,
      strength,
      share: total > 0 ? Math.abs(strength) / total : 0,
      sign: signOf(kernel.data),
      positiveShare: positiveShareOf(kernel.data),
      route: [],
    };
  });
  const fans = [...readers].map((reader) => edges.filter(({ to }) => formatUnit(to) === reader).length);
  const settings: CircuitSettings = {
    depth: Math.max(...depths.values()),
    width: Math.max(...fans),
    strength: typeof strength === "string" ? strength : "custom",
    weights: "given",
    direction: "inputs",
  };
  const found = {
    name,
    roots,
    nodes: [...units]
      .map(([key, unit]) => ({ unit, depth: depths.get(key)!, kind: readers.has(key) ? "conv" : "unit" }))
      .sort((a, b) => a.depth - b.depth),
    edges: edges.sort((a, b) => depths.get(formatUnit(a.to))! - depths.get(formatUnit(b.to))! || b.share - a.share),
  };
  return resultOf("circuit", null, { settings }, found);
}

/** The longest way from a root to each unit, so that whoever is read stands behind all its readers. */
function depthsOf(roots: readonly Unit[], kernels: readonly Kernel[]): Map<string, number> {
  const depths = new Map(roots.map((unit) => [formatUnit(unit), 0]));
  const most = kernels.length;
  for (let pass = 0; pass <= most; pass++) {
    let moved = false;
    for (const { from, to } of kernels) {
      const depth = depths.get(formatUnit(to));
      if (depth === undefined || (depths.get(formatUnit(from)) ?? -1) > depth) continue;
      depths.set(formatUnit(from), depth + 1);
      moved = true;
    }
    if (!moved) return depths;
  }
  throw new LensError("bad-argument", "the kernels lead round in a circle; a circuit goes one way");
}
