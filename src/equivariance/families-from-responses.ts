/**
 * Families from what units answer, as a check on those from weights. Every picture is shown after every element of the
 * group; a unit's answers to one picture are a function of the element, and members of a family have the same function,
 * shifted by their elements:
 *
 *     r_u[x, g] = largest response of u to g·x          r_b[x, g] = r_a[x, h⁻¹ g]  for  b = h a
 *
 * Each function is taken about its mean, so that units that only like a picture do not count as alike.
 */
import { checkArgument, checkOptions, type OptionSchemas, optionsSchema } from "../core/check.js";
import { LensError } from "../core/errors.js";
import type { Image } from "../core/image.js";
import type { Unit } from "../core/unit.js";
import { type Dataset, type DatasetItem, datasetSchema, itemsOf, readItem } from "../dataset/dataset.js";
import { type StreamActivationsOptions, showSchemas, streamActivations } from "../dataset/stream-activations.js";
import { chooseEngine } from "../engine/choose.js";
import { checkNetwork, type Network } from "../network/network.js";
import { createResult, type RunResult } from "../network/result.js";
import { type Agreement, agreement } from "./agreement.js";
import type { FamilyList } from "./families.js";
import type { Family } from "./family.js";
import type { Filters } from "./filters.js";
import { completed, type FindFamiliesOptions, searchSchemas } from "./find-families.js";
import { type Group, type GroupTable, tableOf } from "./group.js";
import { search } from "./search.js";
import type { ResponseSettings } from "./settings.js";
import { toFamilies } from "./to-families.js";
import { transformImage } from "./transform-image.js";

/**
 * Options of `familiesFromResponses`.
 *
 * @public
 */
export interface FamiliesFromResponsesOptions
  extends Pick<FindFamiliesOptions, "group" | "threshold" | "alpha" | "nullDraws" | "seed">,
    Pick<StreamActivationsOptions, "size" | "engine" | "batch" | "signal" | "onProgress"> {
  /**
   * Families of the same layer from its weights, to compare with.
   *
   * @defaultValue none
   */
  readonly families?: readonly Family[] | undefined;
}

const responsesOptions = optionsSchema<OptionSchemas<FamiliesFromResponsesOptions>>({
  ...searchSchemas,
  size: showSchemas.size,
  engine: showSchemas.engine,
  batch: showSchemas.batch,
});

/**
 * Families that responses show.
 *
 * @public
 */
export interface ResponseFamilies extends RunResult<"response-families", ResponseSettings>, FamilyList {
  /** How many pictures were shown, each after every element. */
  readonly pictures: number;
  /** Agreement with the families given; `null` where none were. */
  readonly agreement: Agreement | null;
}

/**
 * The families of a layer by the largest responses of its units to transformed pictures.
 *
 * @param dataset - Pictures, photographs or stimuli: some that the units answer to. Only a disc of each is shown.
 * @throws LensError `unknown-layer`, `bad-argument`, or `unsupported` for groups that are a range (`group.scale`); the
 * signal's reason when aborted.
 * @public
 */
export async function familiesFromResponses(
  net: Network,
  layer: string,
  dataset: Dataset,
  options: FamiliesFromResponsesOptions,
): Promise<ResponseFamilies> {
  checkNetwork(net);
  checkArgument("dataset", datasetSchema, dataset);
  checkOptions(responsesOptions, options);
  const { threshold, alpha, nullDraws, seed } = completed(options);
  const { group, size, batch, signal, onProgress } = options;
  const table = tableOf(group);
  if (table.range) {
    throw new LensError("unsupported", `"${group.name}" is a range, not a circle; compare responses under a group`);
  }
  const name = net.layer(layer).name;
  const engine = options.engine ?? (await chooseEngine(net)).engine;
  const rows: Float32Array[] = [];
  const show = { size, engine, batch, signal, onProgress };
  try {
    for await (const { layers } of streamActivations(net, [name], copies(dataset, group, signal), show)) {
      const { map } = layers[0]!;
      rows.push(largest(map.data, map.channels));
    }
  } finally {
    if (!options.engine) engine.dispose();
  }
  const pictures = rows.length / group.order;
  if (pictures < 1 || !Number.isInteger(pictures)) {
    throw new LensError(
      "bad-argument",
      `responses to a dataset are compared over one picture or more that can be read; got ${pictures}`,
    );
  }
  const filters = responseFilters(rows, table);
  const units: Unit[] = Array.from(rows[0]!, (_, channel) => ({ layer: name, channel }));
  const result = await search(filters, table, {
    models: ["turn"],
    moves: [],
    threshold,
    nullDraws,
    seed,
    task: name,
    signal,
    onProgress,
  });
  const found = toFamilies(
    { ...result, invariant: [] },
    { layer: name, units, group, table, alpha },
    {
      inputs: "fixed",
      covered: 1,
      warnings: warningsOn(pictures),
    },
  );
  const settings: ResponseSettings = { group: group.name, by: "responses", threshold, alpha, nullDraws, seed };
  const compared = options.families ? agreement(ofLayer(options.families, name), found.families, group) : null;
  return createResult("response-families", net, { engine, settings }, { ...found, pictures, agreement: compared });
}

/** Every picture after every element, in turn. */
async function* copies(dataset: Dataset, group: Group, signal?: AbortSignal): AsyncGenerator<DatasetItem, void> {
  for await (const item of itemsOf(dataset, signal)) {
    const image: Image = await readItem(item, signal);
    for (let g = 0; g < group.order; g++) {
      yield { id: `${item.id} ${group.label(g)}`, image: () => transformImage(image, group.transformation(g)) };
    }
  }
}

function largest(data: Float32Array, channels: number): Float32Array {
  const most = new Float32Array(channels).fill(Number.NEGATIVE_INFINITY);
  data.forEach((value, at) => {
    most[at % channels] = Math.max(most[at % channels]!, value);
  });
  return most;
}

/** Answers as filters: a slot per picture, a tap per element, which the group permutes. */
function responseFilters(rows: readonly Float32Array[], { order, product }: GroupTable): Filters {
  const [units, slots] = [rows[0]!.length, rows.length / order];
  const data = new Float32Array(units * slots * order);
  for (let unit = 0; unit < units; unit++) {
    for (let slot = 0; slot < slots; slot++) {
      const answers = Array.from({ length: order }, (_, g) => rows[slot * order + g]![unit]!);
      const mean = answers.reduce((sum, r) => sum + r, 0) / order;
      for (let g = 0; g < order; g++) data[(unit * slots + slot) * order + g] = answers[g]! - mean;
    }
  }
  const actions = Array.from({ length: order }, (_, h) => {
    const taps = new Float64Array(order * order);
    for (let g = 0; g < order; g++) taps[product[h * order + g]! * order + g] = 1;
    return { to: null, taps, colors: null, sign: 1 as const, scale: 1 };
  });
  return { units, slots, taps: order, data, actions, still: null };
}

function ofLayer(families: readonly Family[], layer: string): Family[] {
  return families.filter((family) => family.layer === layer && family.members.length > 1);
}

function warningsOn(pictures: number): string[] {
  return pictures < 8
    ? [`${pictures} pictures say little; a few dozen that the units answer to make the comparison worth having`]
    : [];
}
