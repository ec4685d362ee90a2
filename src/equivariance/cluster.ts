/** Clusters of units that may be families, and what joins two of them. */

/** Units with their elements. */
export interface Cluster {
  readonly members: readonly number[];
  readonly elements: readonly number[];
}

/** What joins and what does not. */
export interface LinkOptions {
  /** Least mean affinity of two clusters that join. */
  readonly cutoff: number;
  /** Units that take part. */
  readonly among: readonly number[];
  /** Two clusters join only if their link is at least this part of what holds each of them together; default 0.8. */
  readonly tolerance?: number;
}

/** What is left unexplained may be this many times what is left inside the clusters, … */
const strictness = 3;

/** … and this much more, for kernels that the grid turns less than perfectly. */
const slack = 0.15;

/** Whether a link is too weak for what holds one of two clusters together. */
export function tooFar(mean: number, inside: number, tolerance: number): boolean {
  return tolerance > 0 && mean < Math.max(tolerance * inside, 1 - strictness * (1 - inside) - slack);
}
