/**
 * Picking examples out of maps. Each unit keeps three short ordered lists; a picture enters them with its largest and
 * smallest activation and where they are, or with every position.
 */
import type { Unit } from "../core/unit.js";
import type { Example, ExamplesSettings, Region, UnitExamples } from "./example.js";
import { byRankHash, insert, largestFirst, type Order, rankHash, smallestFirst } from "./rank.js";
import type { LayerResponse, Response } from "./stream-activations.js";

/** The lists of one unit while pictures come in; `random` is in the order of lots until it is shown. */
export interface Lists {
  readonly unit: Unit;
  readonly top: Example[];
  readonly bottom: Example[];
  readonly random: Example[];
}

/** What one unit says to one picture: a value and its place in the map. */
interface Candidate {
  readonly value: number;
  readonly at: number;
}

/** Takes in the answers to one picture; says whether any list kept it. */
export function collect(
  lists: readonly Lists[],
  { item, layers }: Response,
  settings: ExamplesSettings,
  fieldOf: (layer: string, position: readonly [number, number] | null) => Region,
): boolean {
  const { count, bottom, random, statistic, per, seed } = settings;
  const draw = byRankHash(seed);
  let kept = false;
  for (const each of layers) {
    const { width, height } = each.map;
    const spot = Math.floor(drawSpot(seed, item.id) * width * height);
    const offer = (list: Example[], { value, at }: Candidate, order: Order, most: number): void => {
      if (most === 0 || Number.isNaN(value)) return;
      const last = list.length === most ? list[most - 1]! : undefined;
      // Most candidates are beaten on value alone.
      if (last && ((order === largestFirst && value < last.value) || (order === smallestFirst && value > last.value)))
        return;
      const position = statistic === "mean" ? null : ([Math.floor(at / width), at % width] as const);
      const label = item.label ?? null;
      const field = fieldOf(each.layer, position);
      const example = { id: item.id, label, value, position, field, crop: null, picture: null };
      kept = insert(list, example, order, most) || kept;
    };
    const values = per === "position" ? null : statistic === "mean" ? meansOf(each) : extremesOf(each);
    each.places.forEach((place, channel) => {
      const { top, bottom: low, random: drawn } = lists[place]!;
      if (values) {
        offer(top, values.largest(channel), largestFirst, count);
        offer(low, values.smallest(channel), smallestFirst, bottom);
        offer(drawn, values.largest(channel), draw, random);
        return;
      }
      for (let at = 0; at < width * height; at++) {
        const candidate = { value: each.map.data[at * each.map.channels + channel]!, at };
        offer(top, candidate, largestFirst, count);
        offer(low, candidate, smallestFirst, bottom);
        if (at === spot) offer(drawn, candidate, draw, random);
      }
    });
  }
  return kept;
}

/** The lists as a result. */
export function shown({ unit, top, bottom, random }: Lists): UnitExamples {
  return { unit, top: [...top], bottom: [...bottom], random: random.toSorted(smallestFirst) };
}

/** A result as lists, to go on with. */
export function listsOf({ unit, top, bottom, random }: UnitExamples, seed: number): Lists {
  return { unit, top: [...top], bottom: [...bottom], random: random.toSorted(byRankHash(seed)) };
}

/** The second draw of a picture's lot: which of its positions is taken. */
function drawSpot(seed: number, id: string): number {
  const draws = rankHash(seed, id);
  draws.uniform();
  return draws.uniform();
}

/** What each unit says to one picture. */
interface PictureValues {
  readonly largest: (channel: number) => Candidate;
  readonly smallest: (channel: number) => Candidate;
}

/** Largest and smallest value of each unit's map; of equal ones the first in reading order. */
function extremesOf({ map: { data, channels } }: LayerResponse): PictureValues {
  const largest = new Float32Array(channels).fill(Number.NEGATIVE_INFINITY);
  const smallest = new Float32Array(channels).fill(Number.POSITIVE_INFINITY);
  const high = new Int32Array(channels).fill(-1);
  const low = new Int32Array(channels).fill(-1);
  for (let at = 0, i = 0; i < data.length; at++) {
    for (let c = 0; c < channels; c++, i++) {
      const value = data[i]!;
      if (value > largest[c]!) {
        largest[c] = value;
        high[c] = at;
      }
      if (value < smallest[c]!) {
        smallest[c] = value;
        low[c] = at;
      }
    }
  }
  // Where no value is finite nothing was found, and the picture says nothing about the unit.
  const candidate = (values: Float32Array, places: Int32Array, c: number): Candidate => ({
    value: places[c]! < 0 ? Number.NaN : values[c]!,
    at: places[c]!,
  });
  return { largest: (c) => candidate(largest, high, c), smallest: (c) => candidate(smallest, low, c) };
}

function meansOf({ map: { data, channels } }: LayerResponse): PictureValues {
  const mean = (c: number): Candidate => {
    let sum = 0;
    for (let i = c; i < data.length; i += channels) sum += data[i]!;
    return { value: (sum * channels) / data.length, at: 0 };
  };
  return { largest: mean, smallest: mean };
}
