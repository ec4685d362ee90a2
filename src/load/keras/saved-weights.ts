/**
 * Where a Keras file keeps the weights of a layer. Files of `model.save` and `save_weights` of old list them by layer,
 *
 *     attrs.layer_names = ["conv1", …]      conv1.attrs.weight_names = ["conv1/kernel:0", …]      conv1/conv1/kernel:0
 *
 * those of Keras 3 (and the `.keras` of tf.keras 2.12 to 2.15) by a path of counted class names,
 *
 *     layers/conv2d/vars/0      layers/conv2d_1/vars/0      layers/sequential/layers/conv2d/vars/0
 *
 * in the order of the model's layers, whatever those are called.
 */
import { LensError } from "../../core/errors.js";
import { isArray, isObject, type JsonObject } from "../json.js";
import type { StoredWeight, WeightSource } from "../weights.js";
import type { Hdf5 } from "./hdf5.js";

/** Weights of a layer, in the framework's order, by the names of the nested models it lies in and its own. */
export type LayerWeights = (path: readonly string[]) => readonly StoredWeight[];

/** Weights found by layer: by name where the file has names that the reader knows, else by order. */
export function sourceOf(weightsAt: LayerWeights): WeightSource {
  const known = new Map<string, readonly StoredWeight[]>();
  const at = (path: readonly string[]): readonly StoredWeight[] => {
    const key = JSON.stringify(path);
    if (!known.has(key)) known.set(key, weightsAt(path));
    return known.get(key)!;
  };
  return {
    find(path, names, index) {
      const weights = at(path);
      return weights.find(({ name }) => names.includes(lastPart(name))) ?? weights[index];
    },
    count: (path) => at(path).reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0),
  };
}

const lastPart = (name: string): string => name.split("/").at(-1)!.replace(/:\d+$/, "");

/** Weights listed by layer, under a group (`"model_weights"`, or `""` for the file itself). */
export function listedWeights(file: Hdf5, group: string): LayerWeights {
  const layers = new Set(file.texts(group, "layer_names"));
  const inside = group === "" ? "" : `${group}/`;
  return (path) => {
    const [outer] = path;
    if (outer === undefined || !layers.has(outer)) return [];
    const names = file.texts(`${inside}${outer}`, "weight_names");
    const own = path.length === 1 ? names : ownNames(names, path);
    const sharing = new Set(own).size < own.length || new Set(own.map(placeOf)).size > 1;
    if (path.length > 1 && sharing) {
      throw new LensError(
        "bad-model",
        `"${file.name}" lists ${own.map((name) => `"${name}"`).join(", ")}, and which of them layer "${path.join("/")}" has cannot be told; give the layers different names, or save as .keras`,
      );
    }
    return own.map((name) => {
      const weight = file.dataset(`${inside}${outer}/${name}`);
      if (!weight) throw new LensError("bad-model", `"${file.name}" lists the weight "${name}" and does not hold it`);
      return { ...weight, name };
    });
  };
}

const placeOf = (name: string): string => name.split("/").slice(0, -1).join("/");

/**
 * The weights of a layer among those listed for the nested model it lies in: first all that train, then the others, each by its
 * layer's name, before which Keras puts as many names of the models around it as it likes. So the place that ends as the path does for
 * longest has them, and of several the one that names no model which the path does not: `conv/kernel` before `a/conv/kernel`.
 */
function ownNames(names: readonly string[], path: readonly string[]): readonly string[] {
  // Keras 2 allows slashes in the names of layers, as in `Conv/BatchNorm`.
  const wanted = path.flatMap((part) => part.split("/")).toReversed();
  const closeness = (name: string): readonly [shared: number, strange: number] => {
    const place = name.split("/").slice(0, -1).toReversed();
    const apart = place.findIndex((part, i) => part !== wanted[i]);
    const shared = apart < 0 ? place.length : apart;
    return [shared, place.length - shared];
  };
  const all = names.map((name) => ({ name, close: closeness(name) })).filter(({ close }) => close[0] > 0);
  const most = Math.max(...all.map(({ close }) => close[0]));
  const nearest = all.filter(({ close }) => close[0] === most);
  const fewest = Math.min(...nearest.map(({ close }) => close[1]));
  return nearest.filter(({ close }) => close[1] === fewest).map(({ name }) => name);
}

/** Whether a file lists weights by layer, and under which group. */
export function listingOf(file: Hdf5): string | null {
  return ["model_weights", ""].find((group) => file.texts(group, "layer_names").length > 0) ?? null;
}

/** Groups that the layers of a model lie in, by the writer. */
const containers = ["layers", "_layer_checkpoint_dependencies"] as const;

/**
 * Weights by counted class names, of a model of this description.
 *
 * @throws LensError `bad-model` for a file of neither layout.
 */
export function countedWeights(file: Hdf5, model: JsonObject): LayerWeights {
  const places = new Map<string, string>();
  place(file, model, { path: [], group: "", places });
  return (path) => {
    const group = places.get(JSON.stringify(path));
    const names = (group !== undefined && file.members(`${group}/vars`)) || [];
    return [...names]
      .sort((a, b) => Number(a) - Number(b))
      .map((index) => ({ ...file.dataset(`${group}/vars/${index}`)!, name: index }));
  };
}

function place(
  file: Hdf5,
  model: JsonObject,
  { path, group, places }: { path: readonly string[]; group: string; places: Map<string, string> },
): void {
  const { config } = model;
  const layers = isArray(config) ? config : isObject(config) && isArray(config.layers) ? config.layers : [];
  const inside = group === "" ? "" : `${group}/`;
  const container = containers.find((name) => file.members(`${inside}${name}`));
  if (!container) {
    if (path.length > 0) return;
    throw new LensError(
      "bad-model",
      `"${file.name}" keeps no weights where Keras does: there is neither ${containers.join(" nor ")} nor a list of layers in it`,
    );
  }
  const groups = file.members(`${inside}${container}`)!;
  const named = byName(file, `${inside}${container}`, groups);
  const counts = new Map<string, number>();
  for (const layer of layers) {
    if (!isObject(layer)) continue;
    const own = String(layer.name ?? (isObject(layer.config) ? layer.config.name : ""));
    const kind = snakeCase(String(layer.class_name ?? ""));
    const count = counts.get(kind) ?? 0;
    counts.set(kind, count + 1);
    const counted = count === 0 ? kind : `${kind}_${count}`;
    const at = `${inside}${container}/${named.get(own) ?? counted}`;
    places.set(JSON.stringify([...path, own]), at);
    if (isObject(layer.config) && "layers" in layer.config)
      place(file, layer, { path: [...path, own], group: at, places });
  }
}

/** Groups by the names of their layers, which newer files state beside the weights. */
function byName(file: Hdf5, container: string, groups: readonly string[]): Map<string, string> {
  const stated = groups.map((group) => [file.texts(`${container}/${group}/vars`, "name")[0], group] as const);
  const names = stated.flatMap(([name]) => (name === undefined ? [] : [name]));
  // A name that two groups state says nothing.
  return new Map(
    stated.flatMap(([name, group]) =>
      name !== undefined && names.filter((other) => other === name).length === 1 ? [[name, group] as const] : [],
    ),
  );
}

/** `Conv2D` is `conv2d`, `ReLU` is `re_lu`, as Keras spells classes in files. */
export function snakeCase(className: string): string {
  return className
    .replace(/\W+/g, "")
    .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
}
