/**
 * A circuit reduced by its symmetry: one unit of the target family stands for all, and one kernel for all kernels of the
 * same relative element. The rest of the circuit is this, transformed.
 */
import { checkArgument } from "../core/check.js";
import { LensError } from "../core/errors.js";
import type { Unit } from "../core/unit.js";
import { type CanonicalKernel, type Motif, motifSchema } from "./motif.js";

/**
 * A motif with one representative instead of n.
 *
 * @public
 */
export interface SymmetryQuotient {
  /** The unit that stands for the target family: its template. */
  readonly representative: Unit;
  /** What it reads of the source family, strongest kernel first. */
  readonly inputs: readonly CanonicalKernel[];
  /** Kernels in the circuit as it is. */
  readonly kernelsBefore: number;
  /** Kernels that are left. */
  readonly kernelsAfter: number;
  /** Share of the weights' energy that the reduced circuit keeps. */
  readonly kept: number;
}

/**
 * Reduces a motif to one representative.
 *
 * @throws LensError `bad-argument` when the motif has no members.
 * @public
 */
export function foldBySymmetry(motif: Motif): SymmetryQuotient {
  checkArgument("motif", motifSchema, motif);
  const { source, target, kernels } = motif;
  const representative = target.members.find(({ element }) => element === 0) ?? target.members[0];
  if (!representative)
    throw new LensError("bad-argument", "a motif to unfold has members; the target family of this one has none");
  return {
    representative: representative.unit,
    inputs: kernels,
    kernelsBefore: source.members.length * target.members.length,
    kernelsAfter: kernels.length,
    kept: motif.score,
  };
}
