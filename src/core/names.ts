/** Answers to a misspelt name: the nearest ones, then the list. */

/** Number of single-character edits between two names (Levenshtein). */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitute, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

/** Characters of a name that are compared, since the time grows with their square. */
const compared = 100;

/** The `count` names nearest to a misspelt one, nearest first; ties keep the order of the list. */
export function nearestNames(name: string, names: readonly string[], count = 3): string[] {
  const start = (of: string): string => of.slice(0, compared).toLowerCase();
  const wanted = start(name);
  return names
    .map((candidate) => ({ candidate, distance: editDistance(wanted, start(candidate)) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, count)
    .map(({ candidate }) => candidate);
}

/** `a, b, c and 12 more`: a list short enough for one sentence. */
export function shortList(names: readonly string[], most = 40): string {
  const shown = names.slice(0, most).join(", ");
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}
