/**
 * The kernels that one canonical kernel stands for, told apart by the place they are turned to: the reading unit's, or, where
 * that unit is invariant, the place of the unit it reads. Kernels of one place are duplicates, and one of them stands for all.
 */
import type { Kernel } from "../core/kernel.js";
import { formatUnit, type Unit } from "../core/unit.js";
import { turn } from "../equivariance/commute.js";
import type { Family } from "../equivariance/family.js";
import { type Group, tableOf } from "../equivariance/group.js";
import { kernelAction } from "../equivariance/kernel-action.js";
import type { CanonicalKernel, Motif } from "../equivariance/motif.js";

/** One kernel at one place. */
export interface Copy {
  readonly kernel: Kernel;
  readonly element: number;
  /** The place for people. */
  readonly label: string;
}

/** The kernels of a canonical one, in the order of their places. */
export function copiesOf(of: Motif, canonical: CanonicalKernel, kernels: readonly Kernel[]): Copy[] {
  const byRead = isStill(of.target) && !isStill(of.source);
  const { members } = byRead ? of.source : of.target;
  const places = new Map(members.map((member) => [formatUnit(member.unit), member]));
  const stands = new Set(canonical.members.map(joined));
  return kernels
    .filter(({ from, to }) => stands.has(joined([from, to])))
    .map((kernel): Copy => {
      const { element, label } = places.get(formatUnit(byRead ? kernel.from : kernel.to))!;
      return { kernel, element, label };
    })
    .sort((a, b) => a.element - b.element);
}

/** At most `most` copies, of different places, as far apart as they go. */
export function apart(copies: readonly Copy[], most: number): Copy[] {
  const single = copies.filter(({ element }, i) => copies.findIndex((copy) => copy.element === element) === i);
  if (single.length <= most) return single;
  return Array.from({ length: most }, (_, i) => single[Math.floor((i * single.length) / most)]!);
}

/** A copy taken back to the template's place. */
export function unrotated({ kernel, element }: Copy, by: Group): Kernel {
  const back = kernelAction(by.transformation(tableOf(by).inverse[element]!), kernel);
  const out = new Float64Array(kernel.data.length);
  turn(out, kernel.data, 0, back);
  return { ...kernel, data: Float32Array.from(out) };
}

/** Whether all members have one place: what the group leaves alike, or what is read as if it did. */
export function isStill({ members, missing }: Family): boolean {
  return missing.length === 0 && members.every(({ element }) => element === members[0]!.element);
}

const verbs: readonly (readonly [name: RegExp, verb: string])[] = [
  [/ rotations$/, "rotate"],
  [/^flip$/, "mirror"],
  [/ hues$/, "turn hue"],
  [/ sizes$/, "resize"],
  [/^polarity$/, "invert"],
];

/** What leads from one place to another, a word for each part of the group that changes. */
export function steps(group: string, from: string, to: string): string[] {
  const names = group.split(" × ");
  const [before, after] = [from.split(", "), to.split(", ")];
  return names.flatMap((name, part) => {
    if (before[part] === after[part]) return [];
    if (name.endsWith(" rotations and mirror")) {
      const same = before[part]?.startsWith("mirrored") === after[part]?.startsWith("mirrored");
      return [same ? "rotate" : "mirror"];
    }
    return [verbs.find(([known]) => known.test(name))?.[1] ?? name];
  });
}

/** What kernels are that were taken back to the template's place. */
export function backwards(group: string): string {
  return / rotations/.test(group) ? "un-rotated" : "taken back";
}

function joined([from, to]: readonly [from: Unit, to: Unit]): string {
  return `${formatUnit(from)} ${formatUnit(to)}`;
}
