/** ONNX nodes that move values about; many settings became inputs in later versions. */

import type { Shape } from "../../core/shape.js";
import { alias } from "../graph/alias.js";
import { concat, flatten, reshape, slice, split, squeeze, transpose, unsqueeze } from "../graph/arrange.js";
import { CannotRead } from "../graph/cannot-read.js";
import type { NodeReader, NodeToRead } from "../graph/node.js";
import { pick } from "../graph/pick.js";
import { blocks, padded, upsample } from "../graph/spatial.js";
import { axisAt, fileShape, listOf, settingsOf } from "../graph/value.js";
import { castMap } from "./cast.js";
import { cutsOf } from "./constants.js";

/** Nodes that pass their input on. */
export const identity: NodeReader = (node) => alias(node, node.map(0));

/** `Dropout`, which does nothing outside training. */
export const dropout: NodeReader = (node) => {
  const training = node.constant(2);
  if (training && settingsOf(training)[0]) {
    node.builder.notes.push(`dropout "${node.node.name}" was exported in training mode; it is left out`);
  }
  return alias(node, node.map(0));
};

/** `Pad`; version 2 on in settings, version 11 on as inputs. */
export const padding: NodeReader = (node) => {
  const { mode, value, sides } = padsOf(node);
  if (mode !== "constant" && mode !== "reflect" && mode !== "edge") throw new CannotRead(`it pads by ${mode}`);
  return padded(node, node.map(0), "NCHW", { sides, border: mode, value: mode === "constant" ? value : 0 });
};

/** `DepthToSpace`, whose channels are in the order of its mode, and `SpaceToDepth`, which has only the first. */
const blocksOf =
  (kind: "depthToSpace" | "spaceToDepth"): NodeReader =>
  (node) => {
    const mode = kind === "depthToSpace" ? node.word("mode", "DCR") : "DCR";
    if (mode !== "DCR" && mode !== "CRD") throw new CannotRead(`its mode is ${mode}`);
    const [block] = node.whole("blocksize", 1, { least: 1 });
    return blocks(node, node.map(0), "NCHW", { kind, block: block!, order: mode });
  };

/** How a `Pad` pads each axis of the map it reads, and with what. */
export function padsOf(node: NodeToRead): {
  readonly mode: string;
  readonly value: number;
  readonly sides: readonly (readonly [number, number])[];
} {
  const mode = node.word("mode", "constant");
  const value = (node.version >= 11 ? listOfInput(node, 2)?.[0] : node.list("value")?.[0]) ?? 0;
  const counts = (node.version >= 11 ? listOfInput(node, 1) : (node.list("pads") ?? node.list("paddings"))) ?? [];
  const rank = node.map(0).axes.length;
  const axes = node.version >= 18 ? listOfInput(node, 3) : undefined;
  const count = axes?.length ?? rank;
  if (counts.length !== 2 * count) throw node.wrong("pads", `${2 * count} counts`, counts);
  const sides = Array.from({ length: rank }, (_, axis): [number, number] => {
    const at = axes ? axes.findIndex((a) => (a < 0 ? a + rank : a) === axis) : axis;
    return at < 0 ? [0, 0] : [counts[at]!, counts[at + count]!];
  });
  return { mode, value, sides };
}

function listOfInput(node: NodeToRead, i: number): number[] | undefined {
  const input = node.constant(i);
  return input && settingsOf(input);
}

/** `Upsample` (by factors) and `Resize` (by factors or to sizes). */
export const resize: NodeReader = (node) => {
  const map = node.map(0);
  const isResize = node.node.type === "Resize";
  const factors = node.version >= 9 ? listOfInput(node, isResize && node.version >= 11 ? 2 : 1) : node.list("scales");
  const sizes = isResize && node.version >= 11 ? listOfInput(node, 3) : undefined;
  if (isResize && node.version >= 18) checkStretch(node);
  const from = fileShape(map);
  const given = sizes?.length ? sizes.map((n, i) => n / (axisSize(node, from, i) ?? Number.NaN)) : (factors ?? []);
  const scales = from.map((_, axis) => given[axisPlaces(node, from.length).indexOf(axis)] ?? 1);
  if (scales.length !== 4 || scales[0] !== 1 || scales[1] !== 1) {
    throw new CannotRead("it enlarges other axes than rows and columns");
  }
  const size = [scales[2]!, scales[3]!] as const;
  return upsample(node, map, "NCHW", { size, interpolation: interpolationOf(node, isResize) });
};

/** The axes that factors and sizes of a `Resize` are for. */
function axisPlaces(node: NodeToRead, rank: number): readonly number[] {
  const axes = node.version >= 18 ? node.list("axes") : undefined;
  return axes?.map((axis) => (axis < 0 ? axis + rank : axis)) ?? Array.from({ length: rank }, (_, i) => i);
}

function axisSize(node: NodeToRead, from: Shape, i: number): number | null | undefined {
  return from[axisPlaces(node, from.length)[i] ?? -1];
}

function checkStretch(node: NodeToRead): void {
  const policy = node.word("keep_aspect_ratio_policy", "stretch");
  if (policy !== "stretch") throw new CannotRead(`it keeps the ratio of sides by ${policy}`);
  if (node.flag("antialias", false)) throw new CannotRead("it smooths before it makes smaller");
}

/** Ways to see pixels whose centres lie at a half. */
const centred = ["half_pixel", "pytorch_half_pixel", "half_pixel_symmetric"];
/** Ways to see pixels that come before what is enlarged from them. */
const fromCorner = ["asymmetric", "tf_half_pixel_for_nn"];

/** By whole factors "nearest" copies pixels, wherever a version sees their centres. */
function interpolationOf(node: NodeToRead, isResize: boolean): "nearest" | "bilinear" | "centred" {
  const mode = node.word("mode", "nearest");
  const usual = isResize && node.version >= 11 ? "half_pixel" : "asymmetric";
  const centres = node.word("coordinate_transformation_mode", usual);
  if (mode === "nearest") {
    const rounding = node.word("nearest_mode", isResize && node.version >= 11 ? "round_prefer_floor" : "floor");
    const copies = rounding === "floor" ? fromCorner : rounding.startsWith("round_") ? centred : [];
    if (!copies.includes(centres)) throw new CannotRead(`it takes nearest pixels by ${centres} and ${rounding}`);
    return "nearest";
  }
  if (mode === "linear" && centres === "asymmetric") return "bilinear";
  // The two differ only where one pixel is left along an axis.
  if (mode === "linear" && (centres === "half_pixel" || centres === "pytorch_half_pixel")) return "centred";
  throw new CannotRead(`it enlarges by ${mode} with pixel centres ${centres}`);
}

/** `Reshape`: −1 is what is left, and 0 the size that was there, or none at all where `allowzero` says so. */
const reshaping: NodeReader = (node) => {
  const map = node.map(0);
  const shape = node.constant(1);
  const target = shape ? listOf(shape) : (node.list("shape") ?? []);
  if (node.flag("allowzero", false) && target.includes(0)) throw new CannotRead("it makes a tensor of no numbers");
  const from = fileShape(map);
  return reshape(
    node,
    map,
    target.map((n, i) => (n === 0 ? (from[i] ?? Number.NaN) : n)),
  );
};

/** `Split` by sizes, which later versions read as an input, or into equal parts. */
const splitting: NodeReader = (node) => {
  const map = node.map(0);
  const axis = node.number("axis", 0);
  const given = node.listFrom(1, "split");
  const size = fileShape(map)[axisAt(map, axis)] ?? Number.NaN;
  const count = node.node.outputs.length;
  const part = Math.ceil(size / count);
  const equal = Array.from({ length: count }, (_, i) => Math.min(part, size - i * part));
  return split(node, map, axis, given ?? equal);
};

/** `Slice` along some axes. */
const slicing: NodeReader = (node) => slice(node, node.map(0), cutsOf(node));

/** `Gather` of places along an axis; of one place the axis goes. */
const gathering: NodeReader = (node) => {
  const map = node.map(0);
  const places = node.weight(1);
  if (places.shape.length > 1) {
    // PyTorch writes a view of a list as a table of places.
    if (map.axes.length !== 1) throw new CannotRead("it picks by a table");
    return reshape(node, pick(node, map, { at: 0, chosen: settingsOf(places), readers: 1 }), places.shape);
  }
  const at = axisAt(map, node.number("axis", 0));
  const size = fileShape(map)[at] ?? Number.NaN;
  const chosen = settingsOf(places).map((i) => (i < 0 ? i + size : i));
  return pick(node, map, { at, chosen, drop: places.shape.length === 0, readers: node.readers });
};

/** Readers by type. */
export const arranging: Readonly<Record<string, NodeReader>> = {
  Identity: identity,
  Cast: castMap,
  Dropout: dropout,
  Pad: padding,
  DepthToSpace: blocksOf("depthToSpace"),
  SpaceToDepth: blocksOf("spaceToDepth"),
  Upsample: resize,
  Resize: resize,
  Flatten: (node) => flatten(node, node.map(0), node.number("axis", 1)),
  Reshape: reshaping,
  Squeeze: (node) => squeeze(node, node.map(0), node.listFrom(1, "axes")),
  Unsqueeze: (node) => unsqueeze(node, node.map(0), node.listFrom(1, "axes") ?? []),
  Transpose: (node) => {
    const map = node.map(0);
    return transpose(node, map, node.list("perm") ?? map.axes.map((_, i) => i).reverse());
  },
  Split: splitting,
  Slice: slicing,
  Gather: gathering,
  Concat: (node) =>
    concat(
      node,
      node.inputs.map((_, i) => node.map(i)),
      node.number("axis", 1),
    ),
};
