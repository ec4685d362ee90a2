/** ONNX nodes that move values about; many settings became inputs in later versions. */

import { alias, concat, flatten, pad, reshape, squeeze, transpose, unsqueeze, upsample } from "../graph/arrange.js";
import { CannotRead } from "../graph/cannot-read.js";
import { reshaped, turned } from "../graph/fold.js";
import type { NodeReader, NodeToRead } from "../graph/node.js";
import { fileShape, listOf } from "../graph/value.js";
import { castMap } from "./cast.js";

/** Nodes that pass their input on. */
export const identity: NodeReader = (node) => alias(node, node.map(0));

/** `Dropout`, which does nothing outside training. */
export const dropout: NodeReader = (node) => {
  const training = node.constant(2);
  if (training && listOf(training)[0]) {
    node.builder.notes.push(`dropout "${node.node.name}" was exported in training mode; it is left out`);
  }
  return alias(node, node.map(0));
};

/** `Pad` by zeros; version 2 on in settings, version 11 on as inputs. */
export const padding: NodeReader = (node) => {
  const mode = node.word("mode", "constant");
  const value = node.version >= 11 ? listOfInput(node, 2)?.[0] : node.list("value")?.[0];
  if (mode !== "constant" || (value ?? 0) !== 0) throw new CannotRead(`it pads by ${mode} ${value ?? ""}`.trimEnd());
  const map = node.map(0);
  const sides = (node.version >= 11 ? listOfInput(node, 1) : (node.list("pads") ?? node.list("paddings"))) ?? [];
  const rank = map.axes.length;
  const axes = node.version >= 18 ? listOfInput(node, 3) : undefined;
  const count = axes?.length ?? rank;
  if (sides.length !== 2 * count) throw node.wrong("pads", `${2 * count} counts`, sides);
  const all = Array.from({ length: rank }, (_, axis): [number, number] => {
    const at = axes ? axes.findIndex((a) => (a < 0 ? a + rank : a) === axis) : axis;
    return at < 0 ? [0, 0] : [sides[at]!, sides[at + count]!];
  });
  return pad(node, map, all);
};

function listOfInput(node: NodeToRead, i: number): number[] | undefined {
  const input = node.constant(i);
  return input && listOf(input);
}

/** `Upsample` (by factors) and `Resize` (by factors or to sizes). */
export const resize: NodeReader = (node) => {
  const map = node.map(0);
  const isResize = node.node.type === "Resize";
  const factors = node.version >= 9 ? listOfInput(node, isResize && node.version >= 11 ? 2 : 1) : node.list("scales");
  const sizes = isResize && node.version >= 11 ? listOfInput(node, 3) : undefined;
  const from = fileShape(map);
  const scales = sizes?.length ? sizes.map((n, i) => n / (from[i] ?? Number.NaN)) : (factors ?? []);
  const of = (axis: string): number => scales[map.axes.indexOf(axis)] ?? 1;
  if (of("N") !== 1 || of("C") !== 1) throw new CannotRead("it enlarges other axes than rows and columns");
  return upsample(node, map, { size: [of("H"), of("W")], interpolation: interpolationOf(node, isResize) });
};

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

/** Readers by type. */
export const arranging: Readonly<Record<string, NodeReader>> = {
  Identity: identity,
  Cast: castMap,
  Dropout: dropout,
  Pad: padding,
  Upsample: resize,
  Resize: resize,
  Flatten: (node) => {
    const map = node.map(0);
    const axis = node.number("axis", 1);
    if (axis !== 1 && axis !== 1 - map.axes.length) throw new CannotRead(`it flattens from axis ${axis} on`);
    return flatten(node, map);
  },
  Reshape: (node) => {
    if (node.flag("allowzero", false)) throw new CannotRead("a 0 in its shape means 0");
    return reshape(node, node.map(0), node.listFrom(1, "shape") ?? [], "NCHW");
  },
  Squeeze: (node) => squeeze(node, node.map(0), node.listFrom(1, "axes")),
  Unsqueeze: (node) => unsqueeze(node, node.map(0), node.listFrom(1, "axes") ?? []),
  Transpose: (node) => transpose(node, node.map(0), node.list("perm") ?? []),
  Concat: (node) =>
    concat(
      node,
      node.inputs.map((_, i) => node.map(i)),
      node.number("axis", 1),
    ),
};

/** `Reshape` and its kin on constants. */
export const arrangingConstants: Readonly<Record<string, NodeReader>> = {
  Reshape: (node) => reshaped(node.weight(0), node.listFrom(1, "shape") ?? []),
  Transpose: (node) => {
    const constant = node.weight(0);
    return turned(constant, node.list("perm") ?? constant.shape.map((_, i) => i).reverse());
  },
  Squeeze: (node) => reshaped(node.weight(0), squeezed(node.weight(0).shape, node.listFrom(1, "axes"))),
  Unsqueeze: (node) => reshaped(node.weight(0), unsqueezed(node.weight(0).shape, node.listFrom(1, "axes") ?? [])),
};

function squeezed(shape: readonly number[], axes: readonly number[] | undefined): number[] {
  const gone = axes?.map((axis) => (axis < 0 ? axis + shape.length : axis));
  return shape.filter((n, i) => (gone ? !gone.includes(i) : n !== 1));
}

function unsqueezed(shape: readonly number[], axes: readonly number[]): number[] {
  const rank = shape.length + axes.length;
  const sizes = [...shape];
  for (const axis of axes.map((a) => (a < 0 ? a + rank : a)).sort((a, b) => a - b)) sizes.splice(axis, 0, 1);
  return sizes;
}
