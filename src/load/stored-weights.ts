/**
 * The weights of a model file. A group of shards is one run of bytes, cut into shards at any place; the weights lie in it
 * one behind the other, so that a weight can reach over several shards.
 */
import { LensError } from "../core/errors.js";
import { bytesOf, countOf, decode, type WeightSpec } from "./decode.js";
import type { NamedTensors } from "./tensors.js";
import type { StoredWeight, WeightSource } from "./weights.js";

/** A piece of a weight file. */
export interface Shard {
  /** What it is called, for messages. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Weights that share a run of shards. */
export interface WeightGroup {
  readonly specs: readonly WeightSpec[];
  readonly shards: readonly Shard[];
}

/** The weights of a file, to be found by layer. See `weightTable`. */
export function storedWeights(groups: readonly WeightGroup[]): WeightSource {
  return byName(weightTable(groups));
}

/**
 * The weights of a file by name.
 *
 * @throws LensError `file` when the shards hold fewer or more bytes than their weights need.
 */
export function weightTable(groups: readonly WeightGroup[]): Map<string, StoredWeight> {
  const all = new Map<string, StoredWeight>();
  for (const group of groups) {
    checkSize(group);
    let start = 0;
    for (const spec of group.specs) {
      const name = spec.name.replace(/:0$/, "");
      if (all.has(name)) throw new LensError("bad-model", `two weights are called "${name}"`);
      all.set(name, storedWeight(spec, group.shards, start));
      start += bytesOf(spec);
    }
  }
  return all;
}

/** The weights of a weightsManifest that has no network, by name. */
export function manifestTensors(groups: readonly WeightGroup[], file: string): NamedTensors {
  const table = [...weightTable(groups)];
  return {
    file,
    tensors: new Map(table.map(([name, { shape, values }]) => [name, { shape, read: async () => values() }])),
  };
}

function storedWeight(spec: WeightSpec, shards: readonly Shard[], start: number): StoredWeight {
  let values: Float32Array | undefined;
  return {
    name: spec.name,
    shape: spec.shape,
    whole: /^int|^bool/.test(spec.stored) && spec.scale === 1,
    values: () => {
      values ??= decode(spec, cut(shards, start, bytesOf(spec)));
      return values;
    },
  };
}

/** `length` bytes from `start` of the shards in a row: a view where they lie in one shard, else a copy. */
function cut(shards: readonly Shard[], start: number, length: number): Uint8Array {
  let skipped = 0;
  let filled = 0;
  const whole = (): Uint8Array => new Uint8Array(length);
  let copy: Uint8Array | undefined;
  for (const { bytes } of shards) {
    const from = start + filled - skipped;
    if (from < bytes.length) {
      const piece = bytes.subarray(from, from + length - filled);
      if (piece.length === length) return piece;
      copy ??= whole();
      copy.set(piece, filled);
      filled += piece.length;
      if (filled === length) break;
    }
    skipped += bytes.length;
  }
  return copy ?? whole();
}

function checkSize({ specs, shards }: WeightGroup): void {
  const needed = specs.reduce((sum, spec) => sum + bytesOf(spec), 0);
  const got = shards.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (needed === got) return;
  const files =
    shards.length === 1 ? `"${shards[0]!.name}" has` : `the ${shards.length} files from "${shards[0]?.name}" have`;
  const fault = got < needed ? `cut short${suspect(shards, needed - got)}` : "too long";
  throw new LensError("file", `the weights need ${needed} bytes but ${files} ${got}: ${fault}; get the model again`);
}

/** Writers cut shards of one size, all but the last: one that lacks just what is missing is named. */
function suspect(shards: readonly Shard[], missing: number): string {
  if (shards.length < 3) return "";
  const usual = Math.max(...shards.map(({ bytes }) => bytes.length));
  const odd = shards.slice(0, -1).find(({ bytes }) => bytes.length === usual - missing) ?? shards.at(-1)!;
  return `, probably "${odd.name}"`;
}

/** Weights by the names that writers give them: `layer/kernel`, `model/layer/kernel`, `layer/cell/kernel`, `layer/0`. */
function byName(all: ReadonlyMap<string, StoredWeight>): WeightSource {
  const byEnds = new Map<string, StoredWeight[]>();
  for (const [name, weight] of all) {
    const parts = name.split("/");
    const last = parts.pop()!;
    for (const part of new Set(parts)) {
      const key = `${part}/${last}`;
      byEnds.set(key, [...(byEnds.get(key) ?? []), weight]);
    }
  }
  return {
    find(path, names, index) {
      const places = path.map((_, i) => path.slice(i).join("/"));
      const spelt = [...names, String(index)];
      const exact = places.flatMap((place) => spelt.map((name) => all.get(`${place}/${name}`)));
      const loose = spelt.map((name) => byEnds.get(`${path.at(-1)}/${name}`)).filter((found) => found?.length === 1);
      return exact.find((weight) => weight !== undefined) ?? loose[0]?.[0];
    },
    count(path) {
      const places = path.map((_, i) => `${path.slice(i).join("/")}/`);
      const own = [...all].filter(([name]) => places.some((place) => name.startsWith(place)));
      return own.reduce((sum, [, weight]) => sum + countOf(weight), 0);
    },
  };
}
