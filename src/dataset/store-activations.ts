/**
 * Activations kept for later questions, as zarr (version 3): one array per layer, `[pictures, height, width, channels]` of
 * float32, a picture to a chunk, so that any unit of any picture is read without the rest. The attributes of an array name
 * its pictures, their labels and its units; zarrita, xarray and zarr-python read it.
 */

import { optional, strictObject, unknown } from "valibot";
import type { Mutable } from "zarrita";
import {
  checkArgument,
  checkOptions,
  functionSchema,
  type OptionSchemas,
  objectWith,
  optionsSchema,
} from "../core/check.js";
import { LensError } from "../core/errors.js";
import { loadPackage, packageError } from "../core/packages.js";
import { fingerprint } from "../network/fingerprint.js";
import { checkNetwork, type Network } from "../network/network.js";
import { type BrokenItem, type Dataset, datasetSchema } from "./dataset.js";
import {
  type LayerResponse,
  type StreamActivationsOptions,
  showSchemas,
  streamActivations,
} from "./stream-activations.js";
import type { UnitsLike } from "./units.js";

/**
 * Where chunks go: a `Map`, a folder by `zarrFolder`, or any store that zarrita writes to.
 *
 * @public
 */
export interface ActivationStore {
  /** The bytes under a key, if there are any. */
  get(key: string): Uint8Array | undefined | Promise<Uint8Array | undefined>;
  /** Keeps bytes under a key. */
  set(key: string, value: Uint8Array): unknown;
}

/**
 * What was stored.
 *
 * @public
 */
export interface StoredActivations {
  /** One array per layer, by its name in the store: the layer's name, `/` written `-`. */
  readonly arrays: readonly { readonly name: string; readonly layer: string; readonly shape: readonly number[] }[];
  /** Names of the pictures along the first axis. */
  readonly ids: readonly string[];
  /** Pictures that could not be read. */
  readonly broken: readonly BrokenItem[];
}

const showSchema = strictObject({ units: unknown(), dataset: datasetSchema }, "{ units, dataset }");
const storeSchema = objectWith<ActivationStore>(
  ["get", "set"],
  'a store with get and set, such as zarrFolder("folder")',
);
const storeOptions = optionsSchema<OptionSchemas<Omit<StreamActivationsOptions, "onBroken">>>({
  ...showSchemas,
  skip: optional(functionSchema<NonNullable<StreamActivationsOptions["skip"]>>()),
});

/**
 * Stores the activations of units over a dataset.
 *
 * @throws LensError `unsupported` when the optional package zarrita is missing; `file` when no picture could be read; as
 * `responses` does.
 * @public
 */
export async function storeActivations(
  net: Network,
  show: { readonly units: UnitsLike; readonly dataset: Dataset },
  store: ActivationStore,
  options: Omit<StreamActivationsOptions, "onBroken"> = {},
): Promise<StoredActivations> {
  checkNetwork(net);
  checkArgument("show", showSchema, show);
  checkArgument("store", storeSchema, store);
  checkOptions(storeOptions, options);
  const zarr = await loadZarrita();
  const place = zarr.root(store as unknown as Mutable);
  const ids: string[] = [];
  const labels: (string | null)[] = [];
  const broken: BrokenItem[] = [];
  const create = ({ layer, channels, map }: LayerResponse, count: number) => {
    const { height, width } = map;
    return zarr.create(place.resolve(nameOf(layer)), {
      dtype: "float32",
      shape: [count, height, width, map.channels],
      chunkShape: [1, height, width, map.channels],
      dimensionNames: ["picture", "row", "column", "unit"],
      attributes: { network: net.name, fingerprint: fingerprint(net), layer, channels: [...channels], ids, labels },
    });
  };
  let first: readonly LayerResponse[] = [];
  let arrays: Awaited<ReturnType<typeof create>>[] = [];
  const onBroken = (each: BrokenItem): void => void broken.push(each);
  await zarr.create(place);
  for await (const { item, layers } of streamActivations(net, show.units, show.dataset, { ...options, onBroken })) {
    if (ids.length === 0) {
      first = layers;
      // How many pictures there are is known at the end; until then the arrays are as long as they may be.
      arrays = await Promise.all(layers.map((each) => create(each, most)));
    }
    for (const [i, { map }] of layers.entries()) {
      const { height, width, channels, data } = map;
      const stride = [height * width * channels, width * channels, channels, 1];
      const chunk = { data: data.slice(), shape: [1, height, width, channels], stride };
      await zarr.set(arrays[i]!, [zarr.slice(ids.length, ids.length + 1), null, null, null], chunk);
    }
    ids.push(item.id);
    labels.push(item.label ?? null);
  }
  if (ids.length === 0)
    throw new LensError("file", `none of the ${broken.length} pictures could be read; nothing was stored`);
  await Promise.all(first.map((each) => create(each, ids.length)));
  return {
    arrays: first.map(({ layer, map }) => ({
      name: nameOf(layer),
      layer,
      shape: [ids.length, map.height, map.width, map.channels],
    })),
    ids,
    broken,
  };
}

const most = 2 ** 31;

/** A layer's name as one step of a path. */
function nameOf(layer: string): string {
  return layer.replaceAll("/", "-");
}

async function loadZarrita(): Promise<typeof import("zarrita")> {
  try {
    return await loadPackage("zarrita");
  } catch (cause) {
    throw packageError("unsupported", "storing activations needs the package zarrita", { names: ["zarrita"], cause });
  }
}
