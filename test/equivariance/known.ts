/** Families whose members are known beforehand, as `findFamilies` would hand them out. */
import type { Family } from "../../src/equivariance/family.js";
import type { Group } from "../../src/equivariance/group.js";

/** A family of known members, each `[channel, element]`; invariant or coming round early by its stabiliser. */
export function knownFamily(
  group: Group,
  layer: string,
  {
    members,
    stabiliser = [0],
  }: { readonly members: readonly (readonly [number, number])[]; readonly stabiliser?: readonly number[] },
): Family {
  return {
    layer,
    group: group.name,
    members: members.map(([channel, element]) => ({
      unit: { layer, channel },
      element,
      label: group.label(element),
      prediction: 1,
    })),
    stabiliser,
    missing: [],
    duplicates: [],
    affinity: 1,
    prediction: 1,
    closure: 1,
    pValue: 0,
    qValue: 0,
  };
}

/** All elements of a group. */
export function allElements({ order }: Group): number[] {
  return Array.from({ length: order }, (_, element) => element);
}
