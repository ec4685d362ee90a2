/**
 * A circuit reduced by its symmetry: one unit of the target family stands for all, and one kernel for all kernels of the
 * same relative element. The rest of the circuit is this, transformed.
 */
import { LensError } from "../core/errors.js";
import type { Unit } from "../core/unit.js";
import type { CanonicalKernel, Motif } from "./motif.js";

/**
 * One input of the representative.
 *
 * @public
 */
export interface UnfoldedInput {
  /** The unit read, where the family has one at this place. */
  readonly unit: Unit | null;
  /** Its element in the source family. */
  readonly element: number;
  /** The element for people. */
  readonly label: string;
  /** The kernel that stands for all of this relative element, as the representative uses it. */
  readonly kernel: CanonicalKernel;
}

/**
 * A motif with one representative instead of n.
 *
 * @public
 */
export interface Unfolded {
  /** The unit that stands for the target family: its template. */
  readonly representative: Unit;
  /** What it reads of the source family, strongest kernel first. */
  readonly inputs: readonly UnfoldedInput[];
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
export function unfold(motif: Motif): Unfolded {
  const { source, target, kernels } = motif;
  const representative = target.members.find(({ element }) => element === 0) ?? target.members[0];
  if (!representative) throw new LensError("bad-argument", "a motif to unfold has members; the target family of this one has none");
  const inputs = kernels.map((kernel): UnfoldedInput => {
    const member = source.members.find(({ element }) => element === kernel.relative);
    return { unit: member?.unit ?? null, element: kernel.relative, label: kernel.label, kernel };
  });
  return {
    representative: representative.unit,
    inputs,
    kernelsBefore: source.members.length * target.members.length,
    kernelsAfter: kernels.length,
    kept: motif.score,
  };
}
