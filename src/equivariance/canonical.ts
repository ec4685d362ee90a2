/** The kernels of a pair of families reduced to one per relative element: each is taken back to the template's place, then meaned. */
import { tapMaps, turn } from "./commute.js";
import type { Group, GroupTable } from "./group.js";
import type { CanonicalKernel } from "./motif.js";
import type { PairBlock } from "./pair-block.js";

/** Canonical kernels, strongest first. */
export function canonicalKernels(pair: PairBlock, group: Group, { order, product, inverse }: GroupTable): CanonicalKernel[] {
  const { height, width, source, target } = pair;
  const taps = height * width;
  const maps = tapMaps(group, pair);
  const place = (element: number): number => Math.min(...source.stabiliser.map((s) => product[element * order + s]!));
  const sums = new Map<number, { sum: Float64Array; count: number }>();
  const turned = new Float64Array(taps);
  const invariant = target.stabiliser.length === order;
  target.elements.forEach((b, t) => {
    source.elements.forEach((a, s) => {
      // An invariant unit has no place of its own: its kernels are taken back by the place of what they read.
      const back = inverse[invariant ? a : b]!;
      const relative = place(invariant ? 0 : Math.max(0, product[back * order + a]!));
      turn(turned, pair.data, (t * source.elements.length + s) * taps, maps[back]!);
      const known = sums.get(relative) ?? { sum: new Float64Array(taps), count: 0 };
      for (let tap = 0; tap < taps; tap++) known.sum[tap]! += turned[tap]!;
      known.count++;
      sums.set(relative, known);
    });
  });
  const kernels = [...sums].map(([relative, { sum, count }]): CanonicalKernel => ({
    relative,
    label: group.label(relative),
    height,
    width,
    data: Float32Array.from(sum, (value) => value / count),
    count,
  }));
  const strength = ({ data }: CanonicalKernel): number => data.reduce((sum, w) => sum + w * w, 0);
  return kernels.sort((a, b) => strength(b) - strength(a));
}
