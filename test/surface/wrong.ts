/** Values that are wrong nearly everywhere, and right values with one fault. */
import { createImage, type Image } from "../../src/core/image.js";

/** A value and what it is called in the list of failures. */
export type Wrong = readonly [words: string, value: unknown];

/** Values of every type, of which one argument takes few. */
export const nonsense: readonly Wrong[] = [
  ["undefined", undefined],
  ["null", null],
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-1", -1],
  ["1.5", 1.5],
  ["1e9", 1e9],
  ["an empty text", ""],
  ["a text", "nonsense"],
  ["true", true],
  ["a BigInt", 10n],
  ["a symbol", Symbol("wrong")],
  ["a promise", Promise.resolve({})],
  ["an empty list", []],
  ["an empty object", {}],
  ["a list with holes", new Array(3)],
  ["a function", () => undefined],
  ["a date", new Date(0)],
];

/** A right value with one fault: a word in another case, a picture with NaN, an object without one of its fields. */
export function damaged(value: unknown): readonly Wrong[] {
  if (typeof value === "string") return value.toUpperCase() === value ? [] : [["upper case", value.toUpperCase()]];
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return [];
  if (Array.isArray(value)) return damaged(value[0]).map(([words, first]) => [`[0] ${words}`, value.with(0, first)]);
  if (Object.getPrototypeOf(value) !== Object.prototype) return [];
  const fields = value as Readonly<Record<string, unknown>>;
  return [
    ...("ops" in fields
      ? otherNetworks(fields)
      : Object.keys(fields)
          .filter((name) => !mayBeNull(fields, name))
          .map((name) => without(fields, name))),
    ...("kind" in fields && "version" in fields ? [["of version 2", { ...fields, version: 2 }] as const] : []),
    ...(fields["data"] instanceof Float32Array ? otherNumbers({ ...fields, data: fields["data"] }) : []),
    ...(isImage(fields) ? [["in 0…255", times255(fields)] as const] : []),
  ];
}

/** Fields that are `null` where there is nothing to say, by the kind of the result or of the part of one. */
const nullable: Readonly<Record<string, readonly string[]>> = {
  circuit: ["model"],
  families: ["model", "agreement"],
  motifs: ["model"],
  diagnosis: ["preprocessing", "labels"],
  lab: ["examples", "norm"],
  verification: ["r2"],
  "": ["label", "position", "crop", "picture"],
};
const mayBeNull = (fields: Readonly<Record<string, unknown>>, name: string): boolean =>
  fields[name] === null || (nullable[String(fields["kind"] ?? "")] ?? []).includes(name);

const without = (fields: Readonly<Record<string, unknown>>, name: string): Wrong => [
  `${name}: null`,
  { ...fields, [name]: null },
];

/** What another version of the library, or somebody by hand, might take for a network. */
function otherNetworks(net: Readonly<Record<string, unknown>>): Wrong[] {
  const ops = net["ops"] as readonly Readonly<Record<string, unknown>>[];
  return [
    ["without an input", { ...net, input: undefined }],
    ["without layers", { ...net, layers: undefined }],
    ["without layer()", { ...net, layer: undefined }],
    ["of operations of another version", { ...net, ops: ops.map((op) => ({ ...op, kind: `${op["kind"]}2` })) }],
    ["of operations without outputs", { ...net, ops: ops.map(({ output, ...op }) => op) }],
  ];
}

function otherNumbers({ data, ...fields }: { readonly data: Float32Array }): Wrong[] {
  return [
    ["with NaN", { ...fields, data: data.with(0, Number.NaN) }],
    ["cut short", { ...fields, data: data.slice(1) }],
    ["of numbers in a list", { ...fields, data: [...data] }],
  ];
}

const isImage = (fields: object): fields is Image =>
  Object.keys(fields).join() === Object.keys(createImage(1, 1, 1)).join();

const times255 = ({ data, ...image }: Image): Image => ({ ...image, data: data.map((v) => 255 * v) });
