/**
 * What is known after a part of a dataset was seen. A part says which pictures it saw, so that a task goes on where it was
 * stopped, and parts made apart are joined without counting a picture twice.
 */
import { LensError } from "../core/errors.js";
import { shortList } from "../core/names.js";
import { formatUnit, type Unit } from "../core/unit.js";
import type { Network } from "../network/network.js";
import { type EngineReference, engineReference, type ModelReference, modelReference } from "../network/result.js";
import type { BrokenItem } from "./dataset.js";

/** What every part carries. */
export interface PartialResult {
  readonly model: ModelReference;
  readonly engine: EngineReference;
  readonly settings: object;
  readonly units: readonly { readonly unit: Unit }[];
  readonly seen: readonly string[];
  readonly broken: readonly BrokenItem[];
}

/** Which pictures a pass saw, and which could not be read. */
export type Account = Pick<PartialResult, "seen" | "broken">;

/** What is asked of a network, in the form in which parts are compared. */
export function questionOf(
  net: Network,
  engine: Parameters<typeof engineReference>[0],
  { settings, units }: { readonly settings: object; readonly units: readonly Unit[] },
): Omit<PartialResult, keyof Account> {
  return {
    model: modelReference(net),
    engine: engineReference(engine),
    settings,
    units: units.map((unit) => ({ unit })),
  };
}

/**
 * Checks that two parts answer the same question about the same network.
 *
 * @throws LensError `bad-argument`, naming what differs.
 */
export function checkSameQuestion(a: Omit<PartialResult, keyof Account>, b: Omit<PartialResult, keyof Account>): void {
  const refuse = (what: string, one: string, other: string): never => {
    throw new LensError(
      "bad-argument",
      `parts can be joined when they ask the same of the same network; their ${what} differ: ${one} and ${other}`,
    );
  };
  const [mine, yours] = [a.model, b.model];
  if (mine.fingerprint !== yours.fingerprint)
    refuse("networks", `${mine.name} ${mine.fingerprint}`, `${yours.name} ${yours.fingerprint}`);
  const [fed, others] = [mine, yours].map(({ preprocessing }) => JSON.stringify(preprocessing));
  if (fed !== others) refuse("preprocessings", fed!, others!);
  const [ran, elsewhere] = [a, b].map(({ engine }) => [engine.name, engine.arithmetic ?? []].flat().join(", "));
  if (ran !== elsewhere) refuse("engines", ran!, elsewhere!);
  const [one, other] = [a.settings, b.settings] as Record<string, unknown>[];
  for (const name of new Set([...Object.keys(one!), ...Object.keys(other!)])) {
    const [x, y] = [JSON.stringify(one![name]), JSON.stringify(other![name])];
    if (x !== y) refuse(`settings "${name}"`, String(x), String(y));
  }
  const [left, right] = [a, b].map((part) => part.units.map(({ unit }) => formatUnit(unit)));
  if (left!.join() !== right!.join()) refuse("units", shortList(left!, 5), shortList(right!, 5));
}

/**
 * The pictures of two parts together.
 *
 * @throws LensError `bad-argument` when both saw a picture.
 */
export function joinSeen(a: PartialResult, b: PartialResult): Account {
  const seen = new Set(a.seen);
  const twice = b.seen.filter((id) => seen.has(id));
  if (twice.length > 0) {
    throw new LensError(
      "bad-argument",
      `parts of a dataset share no picture; these ${twice.length} were seen by two: ${shortList(twice, 5)}`,
    );
  }
  for (const id of b.seen) seen.add(id);
  return accountOf(seen, [...a.broken, ...b.broken]);
}

/** The account of a pass: sorted, so that the order in which pictures came leaves no trace. */
export function accountOf(seen: Iterable<string>, broken: Iterable<BrokenItem>): Account {
  const names = new Set(seen);
  const unread = new Map<string, BrokenItem>();
  for (const each of broken) if (!names.has(each.id)) unread.set(each.id, each);
  return { seen: [...names].sort(), broken: [...unread.values()].sort((x, y) => compareText(x.id, y.id)) };
}

/** Order of names: by code units, the same on every machine whatever its language. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
