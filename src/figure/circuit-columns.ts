/**
 * The columns of a diagram of a circuit: which units stand in which column, in which order, and what is left out. A unit stands
 * left of all units that read it. Inputs of one unit stand together, beside the inputs of its neighbours in the next column.
 */
import type { Circuit, CircuitEdge, CircuitNode } from "../circuit/circuit.js";
import { formatUnit } from "../core/unit.js";
import { percent } from "./inputs.js";

/** Units that are read by one unit, or that nothing in the diagram reads. */
export interface Cluster {
  /** The unit that reads them; `null` for the last column. */
  readonly reader: string | null;
  readonly nodes: readonly CircuitNode[];
  /** What is left out of the reader's inputs: `"14 more, 22 %"`. */
  readonly folded: string | null;
}

/** The clusters of every column, from left to right. */
export function columnsOf(of: Circuit, folds: ReadonlyMap<string, string>): Cluster[][] {
  const column = placesOf(of);
  const last = Math.max(0, ...column.values());
  const columns: Cluster[][] = [];
  // From right to left: the order of the readers is the order of their inputs.
  const order = new Map<string, number>();
  for (let c = last; c >= 0; c--) {
    const here = of.nodes.filter(({ unit }) => column.get(formatUnit(unit)) === c);
    const byReader = new Map<string | null, CircuitNode[]>();
    for (const node of here) {
      const reader = mainEdge(of, node)?.to;
      const key = reader ? formatUnit(reader) : null;
      byReader.set(key, [...(byReader.get(key) ?? []), node]);
    }
    // A reader all of whose drawn inputs stand elsewhere still says what is left out of them.
    for (const [reader] of folds)
      if ((column.get(reader) ?? 0) - 1 === c && !byReader.has(reader)) byReader.set(reader, []);
    const place = (reader: string | null): number => (reader === null ? -1 : (order.get(reader) ?? 0));
    const clusters = [...byReader]
      .sort(([a], [b]) => place(a) - place(b))
      .map(([reader, nodes]): Cluster => {
        const own = reader !== null && column.get(reader) === c + 1 ? (folds.get(reader) ?? null) : null;
        return { reader, nodes: nodes.toSorted((a, b) => compare(mainEdge(of, a), mainEdge(of, b))), folded: own };
      });
    clusters.forEach(({ nodes }) => {
      for (const { unit } of nodes) order.set(formatUnit(unit), order.size);
    });
    columns.unshift(clusters);
  }
  return columns;
}

/** The edge to the unit that reads it with the largest share. */
function mainEdge({ edges }: Circuit, { unit }: CircuitNode): CircuitEdge | undefined {
  const name = formatUnit(unit);
  return edges
    .filter(({ from }) => formatUnit(from) === name)
    .reduce<CircuitEdge | undefined>((most, edge) => (most && most.share >= edge.share ? most : edge), undefined);
}

/** Excitation above inhibition, the larger share first. */
function compare(a: CircuitEdge | undefined, b: CircuitEdge | undefined): number {
  if (!a || !b) return 0;
  return a.sign === b.sign ? b.share - a.share : a.sign === "excitatory" ? -1 : 1;
}

/** The column of every unit: the length of the longest way to a unit that nothing reads, or from one that reads nothing. */
function placesOf({ nodes, edges, settings }: Circuit): Map<string, number> {
  const names = nodes.map(({ unit }) => formatUnit(unit));
  const fromLeft = settings.direction !== "inputs";
  const length = new Map(names.map((name) => [name, 0]));
  // Each round settles one more step of the longest way; a circuit has no circles, so there are at most as many as units.
  for (let round = 0, moved = true; moved && round < names.length; round++) {
    moved = false;
    for (const { from, to } of edges) {
      const [near, far] = fromLeft ? [formatUnit(from), formatUnit(to)] : [formatUnit(to), formatUnit(from)];
      const least = (length.get(near) ?? 0) + 1;
      if ((length.get(far) ?? 0) < least) {
        length.set(far, least);
        moved = true;
      }
    }
  }
  const longest = Math.max(0, ...length.values());
  return new Map([...length].map(([name, steps]) => [name, fromLeft ? steps : longest - steps]));
}

/** A circuit with at most `most` inputs of every unit, the strongest, and what was left out of each. */
export function folded(of: Circuit, most: number): { readonly circuit: Circuit; readonly folds: Map<string, string> } {
  const folds = new Map<string, string>();
  const kept: CircuitEdge[] = [];
  const seen = new Set<string>();
  const roots = new Set(of.roots.map(formatUnit));
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const inputs = of.edges.filter(({ to }) => formatUnit(to) === name).toSorted((a, b) => b.share - a.share);
    const rest = inputs.slice(most);
    if (rest.length > 0)
      folds.set(
        name,
        `${rest.length} more, ${percent(
          rest.reduce((sum, { share }) => sum + share, 0),
          0,
        )}`,
      );
    for (const edge of inputs.slice(0, most)) {
      kept.push(edge);
      visit(formatUnit(edge.from));
    }
  };
  for (const root of roots) visit(root);
  // Units that read a root are reached from the other end.
  for (const { unit, depth } of of.nodes) if (depth < 0) visit(formatUnit(unit));
  const nodes = of.nodes.filter(({ unit }) => seen.has(formatUnit(unit)));
  return { circuit: { ...of, nodes, edges: of.edges.filter((edge) => kept.includes(edge)) }, folds };
}
