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
  /** A link this part as strong as those inside its clusters joins in any case; default 0.8. */
  readonly tolerance?: number;
  /** Whether known members are joined whatever holds them together; default false. */
  readonly always?: boolean;
}

/** A link joins that stands out of chance by this part of how far those inside its clusters do. */
const standing = 0.4;

/**
 * Whether a link is too weak for what holds one of two clusters together. Members need not be equally alike: a family may
 * consist of closer pairs, so a link that stands out of chance clearly enough also counts.
 */
export function tooFar(
  mean: number,
  inside: number,
  { chance = 0, tolerance = 0.8, always = false }: Pick<LinkOptions, "chance" | "tolerance" | "always">,
): boolean {
  return !always && mean < Math.min(tolerance * inside, chance + standing * (inside - chance));
}
