/** The table of a case: each peer's best step, and its ratio to the peers that matter. */
import { formatTable } from "../src/core/print.js";

/** One peer on one case. */
export interface Row {
  readonly case: string;
  readonly peer: string;
  /** Best step, forward and gradient. */
  readonly milliseconds: number;
  /** Useful operations of direct convolution per second, in billions. */
  readonly gigaflops: number;
  /** Between its gradient and the reference's. */
  readonly cosine: number | null;
  /** Most memory of its process, in MB. */
  readonly peak?: number;
  /** Of that, the engine's own memory in use, in MB. */
  readonly arena?: number;
  /** Milliseconds from the model's file to the first gradient. */
  readonly start?: number;
}

/** Prints the rows of one case. */
export function printTable(rows: readonly Row[], ceiling: number): void {
  const time = (peer: string): number | undefined => rows.find((row) => row.peer === peer)?.milliseconds;
  const over = (ms: number, other: number | undefined): string => (other ? (ms / other).toFixed(2) : "–");
  const head = ["peer", "ms", "GF/s", "of peak", "/ torch 1", "/ torch 2", "stock /", "1 − cosine", "MB", "start ms"];
  const table = rows.map(({ peer, milliseconds: ms, gigaflops, cosine, peak, start }) => [
    peer,
    ms.toFixed(1),
    gigaflops.toFixed(0),
    `${((100 * gigaflops) / ceiling).toFixed(0)} %`,
    over(ms, time("torch, 1 thread")),
    over(ms, time("torch, 2 threads")),
    time("stock tfjs wasm") ? (time("stock tfjs wasm")! / ms).toFixed(1) : "–",
    cosine === null ? "–" : (1 - cosine).toExponential(1),
    peak?.toFixed(0) ?? "–",
    start?.toFixed(0) ?? "–",
  ]);
  console.log(`\n${rows[0]?.case ?? ""}\n${formatTable(head, table)}`);
}
