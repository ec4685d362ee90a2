/** A motif as it is reported: the fit and the evidence of a pair, its canonical kernels, and the share of energy they have. */
import type { Block } from "./block.js";
import type { CanonicalKernel, Motif } from "./motif.js";
import type { PairBlock } from "./pair-block.js";
import type { WeightsSearchSettings } from "./settings.js";

/** What the search found of a pair of families. */
type Found = Omit<Motif, "group" | "settings" | "share" | "offset" | "offsetLabel" | "kernels" | "union"> & {
  readonly kernels: PairBlock;
};

/** The motif of a pair; `block` has the weights that `found.kernels` are part of, and `canonical` is its mean kernels. */
export function describeMotif(
  found: Found,
  {
    canonical,
    block,
    settings,
  }: {
    readonly canonical: readonly CanonicalKernel[];
    readonly block: Block;
    readonly settings: WeightsSearchSettings;
  },
): Motif {
  const { kind, source, target, score, nullScore, permutedScore, prediction, pValue, qValue, assumedInvariant } = found;
  return {
    kind,
    group: settings.group,
    settings,
    source,
    target,
    score,
    nullScore,
    permutedScore,
    prediction,
    pValue,
    qValue,
    share: Math.min(1, energy(found.kernels.data) / (energyInto(block, found.kernels) || 1)),
    offset: canonical[0]!.relative,
    offsetLabel: canonical[0]!.label,
    kernels: canonical,
    union: kind === "equivariant→invariant" && canonical.every(excites),
    assumedInvariant,
  };
}

/** Energy of all that the targets read of the layer. */
export function energyInto(block: Block, { target }: PairBlock): number {
  const length = block.inputs.length * block.height * block.width;
  return target.places.reduce((sum, o) => sum + energy(block.data.subarray(o * length, (o + 1) * length)), 0);
}

/** Sum of squares. */
export function energy(data: Float32Array): number {
  return data.reduce((sum, w) => sum + w * w, 0);
}

/** Whether a kernel has a place where it excites more than it inhibits anywhere. */
function excites({ data }: CanonicalKernel): boolean {
  return Math.max(...data) > -Math.min(...data);
}
