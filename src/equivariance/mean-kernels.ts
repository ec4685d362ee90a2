/** Means of kernels that were turned to one orientation, as the canonical kernels of a motif. */
import type { Unit } from "../core/unit.js";
import type { Group } from "./group.js";
import type { CanonicalKernel } from "./motif.js";

/** The kernels of one case, such as a relative element, added up. */
export interface KernelSum {
  /** The unit of the source family that the case is about, where there is one. */
  readonly unit: Unit | null;
  readonly relative: number;
  readonly sum: Float64Array;
  readonly members: [from: Unit, to: Unit][];
}

/** The mean kernel of each case, strongest first. */
export function meanKernels(
  sums: readonly KernelSum[],
  { group, height, width }: { readonly group: Group; readonly height: number; readonly width: number },
): CanonicalKernel[] {
  const kernels = sums.map(
    ({ unit, relative, sum, members }): CanonicalKernel => ({
      unit,
      relative,
      label: group.label(relative),
      height,
      width,
      data: Float32Array.from(sum, (value) => value / members.length),
      count: members.length,
      members,
    }),
  );
  const energy = ({ data }: CanonicalKernel): number => data.reduce((total, w) => total + w * w, 0);
  return kernels.sort((a, b) => energy(b) - energy(a));
}
