/** Making circuits smaller, and putting them together: pruning by share, ways between units, and operations of sets. */
import { checkArgument, checkOptions, numberSchema, optionsSchema } from "../core/check.js";
import { LensError } from "../core/errors.js";
import { formatUnit, parseUnit, type Unit, type UnitLike } from "../core/unit.js";
import { withFields } from "../network/result.js";
import { type Circuit, type CircuitEdge, type CircuitNode, edgeName } from "./circuit.js";
import { circuitSchema } from "./schemas.js";

const pruneOptions = optionsSchema({ keep: numberSchema({ from: 0, to: 1 }) });

/**
 * Keeps of every unit its strongest edges until they make up a share of all its weight (of a product all factors), and drops
 * what is then no longer connected to a root.
 * Larger shares keep all that smaller ones do; pruning twice is pruning once.
 *
 * @throws LensError `bad-argument`, unless the share lies in 0…1.
 * @public
 */
export function prune(circuit: Circuit, options: { readonly keep: number }): Circuit {
  checkArgument("circuit", circuitSchema, circuit);
  checkOptions(pruneOptions, options);
  const { keep } = options;
  const kept: CircuitEdge[] = [];
  for (const edges of byReader(circuit)) {
    const factors = edges.filter(({ relation }) => relation === "factor");
    kept.push(...factors);
    if (factors.length > 0) continue;
    let sum = 0;
    for (const edge of [...edges].sort((a, b) => b.share - a.share)) {
      // Rounding must not tip the last edge of a full unit.
      if (sum >= keep - 1e-9) break;
      kept.push(edge);
      sum += edge.share;
    }
  }
  return connectedTo(circuit, kept);
}

/**
 * All ways from a unit to another, as lists of edges.
 *
 * @throws LensError `bad-unit`, when a unit is no part of the circuit.
 * @public
 */
export function paths(circuit: Circuit, from: UnitLike | string, to: UnitLike | string): CircuitEdge[][] {
  checkArgument("circuit", circuitSchema, circuit);
  const [start, end] = [nameIn(circuit, from), nameIn(circuit, to)];
  const leaving = new Map<string, CircuitEdge[]>();
  for (const edge of circuit.edges) {
    const name = formatUnit(edge.from);
    leaving.set(name, [...(leaving.get(name) ?? []), edge]);
  }
  const found: CircuitEdge[][] = [];
  const go = (at: string, way: CircuitEdge[]): void => {
    if (at === end && way.length > 0) return void found.push(way);
    for (const edge of leaving.get(at) ?? []) go(formatUnit(edge.to), [...way, edge]);
  };
  go(start, []);
  return found;
}

/**
 * The units and edges of both circuits.
 *
 * @throws LensError `bad-argument`, when they are of different models.
 * @public
 */
export function union(a: Circuit, b: Circuit): Circuit {
  sameModel(a, b);
  const roots = uniqueUnits([...a.roots, ...b.roots]);
  const nodes = new Map<string, CircuitNode>();
  for (const node of [...a.nodes, ...b.nodes]) {
    const known = nodes.get(formatUnit(node.unit));
    if (!known || Math.abs(node.depth) < Math.abs(known.depth)) nodes.set(formatUnit(node.unit), node);
  }
  const edges = new Map([...a.edges, ...b.edges].map((edge) => [edgeName(edge), edge]));
  return withFields(a, { roots, nodes: [...nodes.values()], edges: [...edges.values()] });
}

/**
 * The edges that both circuits have, and their units; the roots are those of the first.
 *
 * @throws LensError `bad-argument`, when they are of different models.
 * @public
 */
export function intersection(a: Circuit, b: Circuit): Circuit {
  sameModel(a, b);
  const names = new Set(b.edges.map(edgeName));
  return withEdges(
    a,
    a.edges.filter((edge) => names.has(edgeName(edge))),
  );
}

/**
 * The edges of the first circuit that the second does not have, and their units.
 *
 * @throws LensError `bad-argument`, when they are of different models.
 * @public
 */
export function difference(a: Circuit, b: Circuit): Circuit {
  sameModel(a, b);
  const names = new Set(b.edges.map(edgeName));
  return withEdges(
    a,
    a.edges.filter((edge) => !names.has(edgeName(edge))),
  );
}

/** A circuit with some of its edges: their units, and the roots. */
function withEdges(circuit: Circuit, edges: readonly CircuitEdge[]): Circuit {
  const used = new Set([...circuit.roots, ...edges.flatMap(({ from, to }) => [from, to])].map(formatUnit));
  return withFields(circuit, { edges, nodes: circuit.nodes.filter(({ unit }) => used.has(formatUnit(unit))) });
}

/** A circuit with those of some edges that a root still hangs together with. */
function connectedTo(circuit: Circuit, edges: readonly CircuitEdge[]): Circuit {
  const upstream = circuit.settings.direction === "inputs";
  const reached = new Set(circuit.roots.map(formatUnit));
  const left = new Set(edges);
  for (let grown = true; grown; ) {
    grown = false;
    for (const edge of left) {
      const [near, far] = upstream ? [edge.to, edge.from] : [edge.from, edge.to];
      if (!reached.has(formatUnit(near))) continue;
      reached.add(formatUnit(far));
      left.delete(edge);
      grown = true;
    }
  }
  const kept = new Set(edges.filter((edge) => !left.has(edge)));
  return withEdges(
    circuit,
    circuit.edges.filter((edge) => kept.has(edge)),
  );
}

function byReader({ edges }: Circuit): CircuitEdge[][] {
  const readers = new Map<string, CircuitEdge[]>();
  for (const edge of edges) {
    const name = formatUnit(edge.to);
    readers.set(name, [...(readers.get(name) ?? []), edge]);
  }
  return [...readers.values()];
}

function uniqueUnits(units: readonly Unit[]): Unit[] {
  return [...new Map(units.map((unit) => [formatUnit(unit), unit])).values()];
}

function nameIn(circuit: Circuit, unit: UnitLike | string): string {
  const name = formatUnit(parseUnit(unit));
  if (circuit.nodes.some((node) => formatUnit(node.unit) === name)) return name;
  throw new LensError(
    "bad-unit",
    `the unit "${name}" is no part of the circuit of ${circuit.roots.map(formatUnit).join(", ")}`,
  );
}

function sameModel(a: Circuit, b: Circuit): void {
  checkArgument("a", circuitSchema, a);
  checkArgument("b", circuitSchema, b);
  if (a.model?.fingerprint === b.model?.fingerprint) return;
  const [one, other] = [a, b].map(({ name, model }) => `"${name}" (${model?.fingerprint ?? "no model"})`);
  throw new LensError("bad-argument", `a and b are circuits of one model; these are of ${one} and ${other}`);
}
