/**
 * Families whose members have angles of their own, in degrees on a circle. The elements of the group are the nearest to those
 * angles, so that everything that knows families by elements knows these too.
 */
import type { Family, FamilyMember } from "../family.js";
import type { Group } from "../group.js";

/** A family by the angles of its members. */
export function circularFamily(
  members: readonly Omit<FamilyMember, "element" | "label">[],
  {
    layer,
    group,
    period,
    ...evidence
  }: Pick<Family, "layer" | "affinity" | "pValue" | "qValue" | "tuning"> & {
    readonly group: Group;
    /** Degrees after which a member is the same again. */
    readonly period: number;
  },
): Family {
  const step = 360 / group.order;
  const places = Math.max(1, Math.round(period / step));
  const rows = members
    .map((member): FamilyMember => {
      const element = Math.round(member.angle! / step) % places;
      return { ...member, element, label: group.label(element) };
    })
    .sort((a, b) => a.element - b.element || a.angle! - b.angle! || a.unit.channel - b.unit.channel);
  const taken = new Set(rows.map(({ element }) => element));
  return {
    layer,
    group: group.name,
    members: rows,
    stabiliser: Array.from({ length: group.order / places }, (_, k) => k * places),
    missing: Array.from({ length: places }, (_, element) => element).filter((element) => !taken.has(element)),
    duplicates: rows.filter((row, i) => rows[i - 1]?.element === row.element).map(({ unit }) => unit),
    prediction: rows.reduce((sum, { prediction }) => sum + prediction, 0) / Math.max(1, rows.length),
    closure: 1,
    ...evidence,
  };
}
