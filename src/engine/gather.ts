/**
 * Rearrangements of a map in which every output value is one input value, or a constant: cropping, padding, strided slices,
 * selections of channels, permutations of axes, depth to space. Each is described free of sizes (`Gathering`), and becomes
 * a table of sources at a size. Forward copies along the table; the adjoint sums along the table turned round.
 */
import type { MapShape } from "../core/shape.js";

/** What lies beyond the edge of a map: a constant, the map mirrored without or with its edge pixel, or the edge pixel. */
export type Border = "constant" | "reflect" | "symmetric" | "edge";

/** Positions `start, start + stride, …` along an axis. `start` below zero and positions past the end lie in the border. */
export interface AxisRange {
  /** Pixels added before the axis; negative: taken away. */
  readonly before: number;
  /** Pixels added after it; negative: taken away. */
  readonly after: number;
  /** Distance between the positions kept. */
  readonly stride: number;
}

/** Ranges of rows and columns, and a list of channels. */
export interface Selection {
  readonly kind: "select";
  readonly rows: AxisRange;
  readonly columns: AxisRange;
  readonly border: Border;
  /** Value beyond the edge where the border is constant, and of channel −1. */
  readonly value: number;
  /** Channels taken, in order; −1 is a channel of the constant. `null`: all as they are. */
  readonly channels: readonly number[] | null;
}

/**
 * The axes split into factors, permuted, and joined to three again. With axes `(h, w, b₁, b₂, c)` in the order
 * `h b₁ w b₂ c`, joined as `(h b₁)(w b₂)(c)`, it is depth to space.
 */
export interface Transposition {
  readonly kind: "transpose";
  /** Factors of rows, columns and channels, outermost first; one of each may be −1, for what is left. */
  readonly split: readonly [readonly number[], readonly number[], readonly number[]];
  /** The axes, counted over all factors, in the new order. */
  readonly order: readonly number[];
  /** How many of the reordered axes make up the new rows, columns and channels. */
  readonly join: readonly [number, number, number];
}

/** A rearrangement, free of sizes. */
export type Gathering = Selection | Transposition;

/** A range that keeps an axis as it is. */
export const wholeAxis: AxisRange = { before: 0, after: 0, stride: 1 };

/** Where the values of one map come from, `run` neighbouring channels at a time. */
export interface GatherTable {
  readonly run: number;
  /** For each run written, the number of the run read; −1 for the constant. */
  readonly sources: Int32Array;
  /** The constant. */
  readonly value: number;
  /** Runs read from, in all. */
  readonly inputRuns: number;
}

/** For each run written, the runs that are summed: `items[starts[i] … starts[i + 1] − 1]`. */
export interface SumTable {
  readonly starts: Int32Array;
  readonly items: Int32Array;
}

/** Shape of the rearranged map; a size that cannot be split comes out as a fraction. */
export function gatheredShape(gathering: Gathering, [h, w, c]: MapShape): MapShape {
  if (gathering.kind === "select") {
    return [lengthOf(gathering.rows, h), lengthOf(gathering.columns, w), gathering.channels?.length ?? c];
  }
  const sizes = splitSizes(gathering, [h, w, c]).flat();
  const ordered = gathering.order.map((axis) => sizes[axis]!);
  const [rows, columns] = gathering.join;
  const product = (from: number, to?: number): number => ordered.slice(from, to).reduce((a, b) => a * b, 1);
  return [product(0, rows), product(rows, rows + columns), product(rows + columns)];
}

/** The table of a rearrangement at a size; the same object for the same size. */
export function gatherTable(gathering: Gathering, shape: MapShape): GatherTable {
  return remembered(tables, gathering, shape.join(), () =>
    gathering.kind === "select" ? selectTable(gathering, shape) : transposeTable(gathering, shape),
  );
}

/** A table as sums of at most one run, for kernels that sum. */
export function forwardSums(table: GatherTable): SumTable {
  return remembered(sums, table, "forward", () => {
    const starts = new Int32Array(table.sources.length + 1);
    table.sources.forEach((source, i) => {
      starts[i + 1] = starts[i]! + (source < 0 ? 0 : 1);
    });
    return { starts, items: table.sources.filter((source) => source >= 0) };
  });
}

/** The adjoint: for each run read, the runs that were written from it. */
export function adjointSums(table: GatherTable): SumTable {
  return remembered(sums, table, "adjoint", () => {
    const { sources, inputRuns } = table;
    const starts = new Int32Array(inputRuns + 1);
    for (const source of sources) if (source >= 0) starts[source + 1]!++;
    for (let i = 0; i < inputRuns; i++) starts[i + 1]! += starts[i]!;
    const next = starts.slice();
    const items = new Int32Array(starts[inputRuns]!);
    sources.forEach((source, i) => {
      if (source >= 0) items[next[source]!++] = i;
    });
    return { starts, items };
  });
}

// -- tables ----------------------------------------------------------------------------------------------------------

const tables = new WeakMap<object, Map<string, GatherTable>>();
const sums = new WeakMap<object, Map<string, SumTable>>();
/** Sizes whose tables are kept, as many as the wasm engine keeps runs. */
const kept = 16;

function remembered<T>(memory: WeakMap<object, Map<string, T>>, owner: object, key: string, make: () => T): T {
  const known = memory.get(owner) ?? new Map<string, T>();
  memory.set(owner, known);
  const value = known.get(key) ?? make();
  known.delete(key);
  known.set(key, value);
  if (known.size > kept) known.delete(known.keys().next().value!);
  return value;
}

const lengthOf = ({ before, after, stride }: AxisRange, n: number): number =>
  Math.floor((n + before + after - 1) / stride) + 1;

/** The input position of every output position along an axis; −1 beyond the edge of a constant border. */
function positions(range: AxisRange, n: number, border: Border): number[] {
  return Array.from({ length: lengthOf(range, n) }, (_, i) => inside(i * range.stride - range.before, n, border));
}

function inside(at: number, n: number, border: Border): number {
  if (at >= 0 && at < n) return at;
  if (border === "constant") return -1;
  if (border === "edge" || n === 1) return at < 0 ? 0 : n - 1;
  const period = border === "reflect" ? 2 * n - 2 : 2 * n;
  const phase = ((at % period) + period) % period;
  return phase < n ? phase : (border === "reflect" ? period : period - 1) - phase;
}

function selectTable(gathering: Selection, [h, w, c]: MapShape): GatherTable {
  const { rows, columns, border, value } = gathering;
  const ys = positions(rows, h, border);
  const xs = positions(columns, w, border);
  const run = gathering.channels ? 1 : c;
  const channels = gathering.channels ?? [0];
  const perPixel = c / run;
  const sources = new Int32Array(ys.length * xs.length * channels.length);
  let to = 0;
  for (const y of ys) {
    for (const x of xs) {
      for (const channel of channels) {
        sources[to++] = y < 0 || x < 0 || channel < 0 ? -1 : (y * w + x) * perPixel + channel;
      }
    }
  }
  return { run, sources, value, inputRuns: h * w * perPixel };
}

function transposeTable(gathering: Transposition, shape: MapShape): GatherTable {
  const sizes = splitSizes(gathering, shape).flat();
  const strides = sizes.map((_, axis) => sizes.slice(axis + 1).reduce((a, b) => a * b, 1));
  const last = sizes.length - 1;
  // What stays innermost is copied in one piece.
  const together = gathering.order.at(-1) === last ? sizes[last]! : 1;
  const outer = together > 1 ? gathering.order.slice(0, -1) : gathering.order;
  let sources = Int32Array.of(0);
  for (const axis of outer) {
    const step = strides[axis]! / together;
    const next = new Int32Array(sources.length * sizes[axis]!);
    let to = 0;
    for (const source of sources) for (let i = 0; i < sizes[axis]!; i++) next[to++] = source + i * step;
    sources = next;
  }
  return { run: together, sources, value: 0, inputRuns: (shape[0] * shape[1] * shape[2]) / together };
}

/** The sizes of all factors. */
function splitSizes({ split }: Transposition, shape: MapShape): readonly (readonly number[])[] {
  return split.map((factors, axis) => {
    const known = factors.reduce((product, n) => (n < 0 ? product : product * n), 1);
    return factors.map((n) => (n < 0 ? shape[axis]! / known : n));
  });
}
