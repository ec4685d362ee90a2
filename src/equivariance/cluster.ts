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
  /** Affinity that two units reach by chance. */
  readonly chance?: number;
  /** Whether known members are joined whatever holds them together; default false. */
  readonly always?: boolean;
}

/** A link has to stand out of chance by this part of how far the links inside its clusters do. */
const standing = 0.4;

/**
 * Whether a link is too weak for what holds one of two clusters together. Members need not be equally alike: a family may
 * consist of closer pairs, so a link counts if it stands out of chance clearly enough beside those inside.
 */
export function tooFar(
  mean: number,
  inside: number,
  { chance = 0, always = false }: Pick<LinkOptions, "chance" | "always">,
): boolean {
  return !always && inside > 0 && mean < chance + standing * (inside - chance);
}
