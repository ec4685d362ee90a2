/** Channels picked out of a map: `x[..., ::-1]`, `keras.ops.flip`. */
import { channelsOf } from "../../core/shape.js";
import { fieldOf, type LayerConfig } from "../config.js";
import { isArray, isObject, type Json } from "../json.js";
import { base, inputChannels, type LayerReader, type LayerToRead, type OpDraft, opaque } from "./reader.js";

/** `GetItem`, a slice: of channels, in any order, where it takes all rows and columns. */
export const getItem: LayerReader = (layer) => {
  const items = itemsOf(layer.config);
  const rank = layer.inputs[0]!.shape.length + 1;
  if (!items || !layer.inputs[0]!.sure) return opaque(layer, "what it picks is not known");
  const ellipsis = items.findIndex((item) => isObject(item) && item.class_name === "__ellipsis__");
  const before = ellipsis < 0 ? items : items.slice(0, ellipsis);
  const after = ellipsis < 0 ? [] : items.slice(ellipsis + 1);
  const all = new Array<Json>(Math.max(0, rank - before.length - after.length)).fill({
    class_name: "__slice__",
    config: {},
  });
  const key = [...before, ...all, ...after];
  if (key.length !== rank || !key.slice(0, -1).every(isEverything)) {
    return opaque(layer, "it picks among rows, columns or examples");
  }
  const channels = picked(key.at(-1)!, channelsOf(layer.inputs[0]!.shape));
  if (typeof key.at(-1) === "number" && fieldOf(layer.config, "stacked") !== true) {
    return opaque(layer, "it takes one channel and leaves out the axis of channels");
  }
  return selected(layer, channels);
};

/** `Flip`, of the channels. */
export const flip: LayerReader = (layer) => {
  const axis = fieldOf(layer.config, "axis") ?? null;
  const only = isArray(axis) && axis.length === 1 ? axis[0] : axis;
  const channels = inputChannels(layer);
  if (channels === null || (only !== -1 && only !== layer.inputs[0]!.shape.length)) {
    return opaque(layer, "it turns round something else than the channels");
  }
  return selected(
    layer,
    Array.from({ length: channels }, (_, c) => channels - 1 - c),
  );
};

/** Whether a layer is `x[..., k]`. */
export function takesOneChannel(config: LayerConfig): boolean {
  return config.className === "GetItem" && Number.isInteger(itemsOf(config)?.at(-1));
}

function selected(layer: LayerToRead, channels: readonly number[] | null): readonly OpDraft[] {
  if (!channels || channels.length === 0) return opaque(layer, "what it picks is not there");
  return [{ ...base(layer), kind: "select", channels }];
}

function itemsOf(config: LayerConfig): readonly Json[] | null {
  const key = fieldOf(config, "key") ?? null;
  return isArray(key) ? key : null;
}

/** Whether an item picks all of an axis. */
function isEverything(item: Json): boolean {
  const { start, stop, step } = sliceOf(item) ?? { start: 0, stop: 0, step: 0 };
  return (start ?? 0) === 0 && (stop ?? null) === null && (step ?? 1) === 1;
}

/** The places that an item picks of so many, as Python does; `null` for one that is not there. */
function picked(item: Json, count: number): number[] | null {
  if (typeof item === "number") {
    const place = item < 0 ? item + count : item;
    return Number.isInteger(place) && place >= 0 && place < count ? [place] : null;
  }
  const slice = sliceOf(item);
  const step = slice?.step ?? 1;
  if (!slice || typeof step !== "number" || !Number.isInteger(step) || step === 0) return null;
  const [first, end] = step > 0 ? [0, count] : [count - 1, -1];
  const within = (value: Json, otherwise: number): number => {
    if (typeof value !== "number" || !Number.isInteger(value)) return value === null ? otherwise : Number.NaN;
    const place = value < 0 ? value + count : value;
    return step > 0 ? Math.min(Math.max(place, 0), count) : Math.min(Math.max(place, -1), count - 1);
  };
  const places: number[] = [];
  const stop = within(slice.stop ?? null, end);
  for (let place = within(slice.start ?? null, first); step > 0 ? place < stop : place > stop; place += step)
    places.push(place);
  return places;
}

function sliceOf(item: Json): { readonly start?: Json; readonly stop?: Json; readonly step?: Json } | null {
  return isObject(item) && item.class_name === "__slice__" && isObject(item.config) ? item.config : null;
}
