/**
 * Layers that a model uses several times. A network has an operation for each use, `"name"`, `"name#1"`, …; written back they are
 * one layer again with several inbound nodes, which keeps their names and their one set of weights. Names that TensorFlow.js does
 * not allow are spelt otherwise.
 */
import type { WrittenLayer, WrittenWeights } from "./written.js";

/** A layer with all its uses. */
export interface PlacedLayer extends Omit<WrittenLayer, "inputs"> {
  /** What each use reads. */
  readonly uses: readonly (readonly string[])[];
}

/** Layers as they are in the file, and where in it each written one is: in which layer, as which use. */
export interface Placed {
  readonly layers: readonly PlacedLayer[];
  readonly at: ReadonlyMap<string, readonly [layer: string, use: number]>;
}

/** Puts uses of one layer together. One that was edited since is a layer of its own. */
export function placed(written: readonly WrittenLayer[]): Placed {
  const groups = new Map<string, WrittenLayer[]>();
  for (const layer of written) {
    const base = baseOf(layer.name);
    groups.set(base, [...(groups.get(base) ?? []), layer]);
  }
  const layers = new Map<WrittenLayer, WrittenLayer[]>();
  for (const group of groups.values()) {
    const [leader, ...others] = [...group].sort(byUse) as [WrittenLayer, ...WrittenLayer[]];
    layers.set(leader, [leader]);
    for (const other of others) {
      if (isSame(leader, other)) layers.get(leader)!.push(other);
      else layers.set(other, [other]);
    }
  }
  const names = safeNames([...layers.keys()].map(({ name }) => name));
  const at = new Map<string, readonly [string, number]>();
  for (const [{ name }, uses] of layers) uses.forEach((use, i) => at.set(use.name, [names.get(name)!, i]));
  return {
    layers: [...layers].map(([{ inputs: _, ...leader }, uses]) => ({
      ...leader,
      name: names.get(leader.name)!,
      uses: uses.map(({ inputs }) => inputs),
    })),
    at,
  };
}

/** A name without the numbers of uses. */
function baseOf(name: string): string {
  return name.replaceAll(/#\d+/g, "");
}

/** The order in which uses were numbered. */
function byUse(a: WrittenLayer, b: WrittenLayer): number {
  const numbers = ({ name }: WrittenLayer): number[] =>
    name.split("/").map((part) => Number(/#(\d+)/.exec(part)?.[1] ?? 0));
  const [ours, theirs] = [numbers(a), numbers(b)];
  const first = ours.findIndex((n, i) => n !== theirs[i]);
  return first < 0 ? 0 : ours[first]! - theirs[first]!;
}

function isSame(a: WrittenLayer, b: WrittenLayer): boolean {
  const described = ({ class_name, config }: WrittenLayer): string => JSON.stringify([class_name, config]);
  return described(a) === described(b) && areEqual(a.weights ?? {}, b.weights ?? {});
}

function areEqual(a: WrittenWeights, b: WrittenWeights): boolean {
  return Object.entries(a).every(([name, [values]]) => {
    const others = b[name]?.[0];
    return values === others || (values.length === others?.length && values.every((value, i) => value === others[i]));
  });
}

/** Names as TensorFlow.js allows them; those that are so already stay. */
function safeNames(names: readonly string[]): Map<string, string> {
  const allowed = /^[A-Za-z0-9][-A-Za-z0-9._/]*$/;
  const taken = new Set(names.filter((name) => allowed.test(name)));
  const free = (name: string, n = 1): string => {
    const tried = n === 1 ? name : `${name}_${n}`;
    return taken.has(tried) ? free(name, n + 1) : tried;
  };
  return new Map(
    names.map((name) => {
      if (taken.has(name)) return [name, name];
      const safe = free(
        baseOf(name)
          .replace(/^[^A-Za-z0-9]+/, "")
          .replaceAll(/[^-A-Za-z0-9._/]/g, "_") || "layer",
      );
      taken.add(safe);
      return [name, safe];
    }),
  );
}
