/**
 * One pass over a dataset that can be stopped and gone on with: what the pictures' answers are added to, the account of
 * which were seen, and a part handed out every so often.
 */
import { optional } from "valibot";
import { functionSchema, type OptionSchemas, type Schema, wholeSchema } from "../core/check.js";
import { LensError } from "../core/errors.js";
import { untilAborted } from "../core/run.js";
import type { Engine } from "../engine/engine.js";
import type { Network } from "../network/network.js";
import type { BrokenItem, Dataset, DatasetItem } from "./dataset.js";
import { accountOf, type PartialResult } from "./partial-result.js";
import { type Response, type StreamActivationsOptions, showSchemas, streamActivations } from "./stream-activations.js";
import type { UnitsLike } from "./units.js";

/**
 * Options of a pass that can be gone on with.
 *
 * @public
 */
export interface PassOptions<P> extends Omit<StreamActivationsOptions, "skip" | "onBroken"> {
  /** What a stopped pass had found: its pictures are passed over, and the result is that of one pass. */
  readonly from?: P | undefined;
  /** Hears, every so many pictures, what was found so far: keep it, and go on `from` it after a mishap. */
  readonly onPart?: ((part: P) => unknown) | undefined;
  /**
   * Pictures between two calls of `onPart`.
   *
   * @defaultValue 100
   */
  readonly every?: number | undefined;
}

/** Schemas of `PassOptions`, for parts of a schema. */
export function passSchemas<P>(part: Schema<P>): OptionSchemas<PassOptions<P>> {
  return {
    ...showSchemas,
    from: optional(part),
    onPart: optional(functionSchema<NonNullable<PassOptions<P>["onPart"]>>()),
    every: optional(wholeSchema(1)),
  };
}

/** What a pass is made of. */
export interface Pass<P extends PartialResult> {
  /** The one thing known about pictures of an earlier part: their items. */
  readonly meet: (item: DatasetItem) => void;
  /** Takes in the answers to a picture. */
  readonly add: (response: Response) => void;
  /** What was found so far. */
  readonly part: (account: Pick<PartialResult, "seen" | "broken">) => P;
}

/**
 * Runs a pass to its end.
 *
 * @throws LensError `file` when nothing could be read; as `responses` does.
 */
export async function runPass<P extends PartialResult>(
  net: Network,
  show: { readonly units: UnitsLike; readonly dataset: Dataset; readonly engine: Engine },
  { meet, add, part }: Pass<P>,
  options: PassOptions<P>,
): Promise<P> {
  const { from, onPart, every = 100, size, fit, preActivation, batch, signal, onProgress } = options;
  const how = { size, fit, preActivation, batch, signal, onProgress };
  const seen = new Set(from?.seen);
  const earlier = new Set(from?.seen);
  const broken: BrokenItem[] = [...(from?.broken ?? [])];
  const skip = (item: DatasetItem): boolean => {
    if (!earlier.has(item.id)) return false;
    meet(item);
    return true;
  };
  const onBroken = (each: BrokenItem): void => void broken.push(each);
  for await (const response of streamActivations(net, show.units, show.dataset, {
    ...how,
    engine: show.engine,
    skip,
    onBroken,
  })) {
    add(response);
    seen.add(response.item.id);
    if (onPart && (seen.size - earlier.size) % every === 0)
      await untilAborted(signal, onPart(part(accountOf(seen, broken))));
  }
  if (seen.size === 0) {
    throw new LensError(
      "file",
      broken[0]
        ? `none of the ${broken.length} pictures could be read; the first, "${broken[0].id}": ${broken[0].reason}`
        : "the dataset has no pictures; give at least one",
    );
  }
  return part(accountOf(seen, broken));
}
