/**
 * A circuit: a part of a network as a graph. Nodes are units, each once; edges are the weights that join them, with the route
 * they take. Plain data, which is drawn, saved and opened without the model.
 */
import type { Kernel, Sign } from "../core/kernel.js";
import { formatUnit, type Unit } from "../core/unit.js";
import type { Result } from "../network/result.js";

/**
 * A unit of a circuit.
 *
 * @public
 */
export interface CircuitNode {
  /** The unit. */
  readonly unit: Unit;
  /** Edges between it and the nearest root, negative on the side of the units that read the root. */
  readonly depth: number;
  /** Kind of the operation that makes it: `conv`, `input`, `add` or `multiply`, which join other units. */
  readonly kind: string;
  /** Of a unit of a concatenation, the unit that makes it; absent where it is the unit itself. */
  readonly madeBy?: Unit | undefined;
}

/**
 * Weights that join two units of a circuit.
 *
 * @public
 */
export interface CircuitEdge {
  /** The unit read. */
  readonly from: Unit;
  /** The unit that reads. */
  readonly to: Unit;
  /**
   * What joins them: weights; the sum of which the unit read is a term; or the product of which it is a factor, where no
   * edge tells what the factors give on their own.
   */
  readonly relation: "weights" | "term" | "factor";
  /** The weights, which `expanded` says more of where the units' layers are not neighbours; a single 1 for a term or factor. */
  readonly kernel: Kernel;
  /** Size of the kernel by the circuit's measure. */
  readonly strength: number;
  /** Its part of the strengths of all inputs of the unit that reads, also of those that are no part of the circuit. */
  readonly share: number;
  /** Whether the kernel excites or inhibits. */
  readonly sign: Sign;
  /** Share of the kernel's absolute weight that is positive. */
  readonly positiveShare: number;
  /** Layers on the way, from the unit outwards: activations, batch norms, pools, concatenations; bottlenecks of expanded weights. */
  readonly route: readonly string[];
  /** How expanded weights were found, as of an `Input`; absent where the unit's own weights are read. */
  readonly expanded?: { readonly status: string; readonly cancellation: number } | undefined;
}

/**
 * How a circuit was made.
 *
 * @public
 */
export interface CircuitSettings {
  /** Most edges from a root. */
  readonly depth: number;
  /** Strongest edges taken of each sign. */
  readonly width: number;
  /** Measure of strength. */
  readonly strength: string;
  /** Which weights were read. */
  readonly weights: string;
  /** Between which layers edges lead, where these are not neighbours: the outputs of modules, or the layers named. */
  readonly layers?: "modules" | readonly string[] | undefined;
  /** Up to what the roots read, or down to who reads them. */
  readonly direction: "inputs" | "downstream";
}

/**
 * A part of a network.
 *
 * @public
 */
export interface Circuit extends Result<"circuit", CircuitSettings> {
  /** Name of the network, or of the kernels it was made from, which have no model. */
  readonly name: string;
  /** Units it grew from. */
  readonly roots: readonly Unit[];
  /** Roots first, then level by level. */
  readonly nodes: readonly CircuitNode[];
  /** Of each unit that reads, the strongest first. */
  readonly edges: readonly CircuitEdge[];
}

/** Name of an edge, unique in a circuit but for parallel routes. */
export function edgeName({ from, to, route }: Pick<CircuitEdge, "from" | "to" | "route">): string {
  return `${formatUnit(from)} > ${formatUnit(to)} by ${route.join(", ")}`;
}
