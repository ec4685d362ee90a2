/** What a search found, as families: elements from the template, holes and duplicates, and how well the members agree. */
import { formatUnit, type Unit } from "../core/unit.js";
import { type Candidate, coset } from "./candidates.js";
import type { FamilyList } from "./families.js";
import type { Family } from "./family.js";
import { type Group, type GroupTable, relative, times } from "./group.js";
import type { Judged, SearchResult } from "./search.js";

/** What `report` has to know of the search. */
export interface Searched {
  readonly layer: string;
  readonly units: readonly Unit[];
  readonly group: Group;
  readonly table: GroupTable;
  readonly alpha: number;
}

/** The result of a search as it is handed out. */
export function toFamilies(
  result: SearchResult,
  searched: Searched,
  rest: Pick<FamilyList, "inputs" | "covered" | "warnings">,
): FamilyList {
  const { units, group, table, alpha, layer } = searched;
  const accepted = result.families
    .filter(({ qValue }) => qValue <= alpha)
    .map((judged) => toFamily(judged, result, searched));
  const whole = Array.from({ length: table.order }, (_, element) => element);
  const invariant = result.invariant
    .filter(({ qValue }) => qValue <= alpha)
    .map(
      ({ found, pValue, qValue }): Family => ({
        layer,
        group: group.name,
        members: [{ unit: units[found.unit]!, element: 0, label: group.label(0), prediction: found.affinity }],
        stabiliser: whole,
        missing: [],
        duplicates: [],
        affinity: found.affinity,
        prediction: found.affinity,
        closure: 1,
        pValue,
        qValue,
      }),
    );
  const families = [
    ...accepted.sort((a, b) => b.members.length - a.members.length || b.affinity - a.affinity),
    ...invariant,
  ];
  const placed = new Set(families.flatMap((family) => family.members.map(({ unit }) => formatUnit(unit))));
  return {
    layer,
    families,
    unassigned: units.filter((unit) => !placed.has(formatUnit(unit))),
    candidates: result.families.length + result.invariant.length,
    cutoff: result.cutoff,
    ...rest,
  };
}

function toFamily(
  { found, pValue, qValue }: Judged<Candidate>,
  { affinity }: SearchResult,
  { units, group, table, layer }: Searched,
): Family {
  const { order } = table;
  const { members } = found;
  // The template is the member of the lowest channel: its element is 0, and what leaves it alike is seen from there.
  const first = members.indexOf(Math.min(...members));
  const zero = templateOf(found.elements, first, table);
  const seenFrom = (element: number): number[] =>
    found.stabiliser.map((s) => relative(table, element, times(table, element, s))).sort((a, b) => a - b);
  const stabiliser = seenFrom(found.elements[first]!);
  const place = (element: number): number => coset(element, stabiliser, table);
  // Elements act from the left, so that the template changes by an element on the right.
  const elements = found.elements.map((element) => place(times(table, element, zero)));
  const own = members.map((a) => members.map((b) => argmax(affinity, (a * units.length + b) * order, order)));
  const affine = found.support.reduce((sum, s) => sum + s, 0) / found.support.length;
  // Members of a range that are too far apart to be compared count as the others do.
  const cosine = (j: number, k: number): number => {
    const g = relative(table, found.elements[j]!, found.elements[k]!);
    return g < 0 ? affine : affinity[(members[j]! * units.length + members[k]!) * order + g]!;
  };
  const rows = members.map((unit, j) => ({
    unit: units[unit]!,
    element: elements[j]!,
    label: group.label(elements[j]!),
    prediction: leaveOneOut(j, members.length, cosine),
  }));
  rows.sort((a, b) => a.element - b.element || a.unit.channel - b.unit.channel);
  const taken = new Set(elements);
  const places = new Set(Array.from({ length: order }, (_, element) => place(element)));
  return {
    layer,
    group: group.name,
    members: rows,
    stabiliser,
    missing: [...places].filter((element) => !taken.has(element)).sort((a, b) => a - b),
    duplicates: rows.filter((row, i) => rows[i - 1]?.element === row.element).map(({ unit }) => unit),
    affinity: affine,
    prediction: rows.reduce((sum, row) => sum + row.prediction, 0) / rows.length,
    closure: closureOf(own, found.elements.map(seenFrom), table),
    pValue,
    qValue,
  };
}

/** The element that takes the first member to element 0, or in a range as near to it as lets all others stay. */
function templateOf(elements: readonly number[], first: number, table: GroupTable): number {
  const seen = Array.from({ length: table.order }, (_, r) => elements.map((element) => times(table, element, r)));
  const fits = seen.map((placed) => placed.every((element) => element >= 0));
  return seen.reduce(
    (best, placed, r) => (fits[r] && placed[first]! < seen[best]![first]! ? r : best),
    fits.indexOf(true),
  );
}

/** Cosine of one member with the mean of the others, all at the template's place. */
function leaveOneOut(j: number, size: number, cosine: (j: number, k: number) => number): number {
  let along = 0;
  let length = 0;
  for (let k = 0; k < size; k++) {
    if (k === j) continue;
    along += cosine(j, k);
    for (let l = 0; l < size; l++) if (l !== j) length += l === k ? 1 : cosine(k, l);
  }
  return length > 0 ? along / Math.sqrt(length) : 0;
}

/** Share of triples whose own best matches add up, up to what leaves the first of them alike. */
function closureOf(
  own: readonly (readonly number[])[],
  alike: readonly (readonly number[])[],
  table: GroupTable,
): number {
  let closed = 0;
  let all = 0;
  for (let a = 0; a < own.length; a++) {
    for (let b = a + 1; b < own.length; b++) {
      for (let c = b + 1; c < own.length; c++) {
        const round = times(table, table.inverse[own[a]![c]!]!, times(table, own[b]![c]!, own[a]![b]!));
        if (round < 0) continue;
        all++;
        if (alike[a]!.includes(round)) closed++;
      }
    }
  }
  return all === 0 ? 1 : closed / all;
}

function argmax(values: ArrayLike<number>, from: number, count: number): number {
  let best = 0;
  for (let i = 1; i < count; i++) if (values[from + i]! > values[from + best]!) best = i;
  return best;
}
