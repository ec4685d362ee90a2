/**
 * Joint tuning curves of a family: photographs that excite one member are turned through the full circle, and all members
 * answer. A photograph turned clockwise by θ shows its feature turned by θ, so a member whose preferred angle lies φ beyond
 * the first one's answers at θ = φ. Photographs differ a little in what they show, so before averaging each is aligned:
 * turned so that the first member's answer peaks at 0.
 */
import { looseObject, optional } from "valibot";
import { checkArgument, checkOptions, listOf, type OptionSchemas, optionsSchema, wholeSchema } from "../core/check.js";
import { LensError } from "../core/errors.js";
import { createBands, hasAlpha, type Image } from "../core/image.js";
import type { Unit } from "../core/unit.js";
import { warp, warpTaps } from "../math/warp.js";
import { checkNetwork, type Network } from "../network/network.js";
import { createResult, type RunResult } from "../network/result.js";
import type { Example } from "./example.js";
import { crop } from "./field.js";
import { type ResponseAt, type ScalarResponsesOptions, scalarResponses, scalarSchemas } from "./scalar-responses.js";
import { fade } from "./stimuli/canvas.js";
import type { TuningSettings } from "./tune.js";
import { type TuningCurve, tuningCurve } from "./tuning-curve.js";
import type { UnitsLike } from "./units.js";

/**
 * Options of `jointTuning`.
 *
 * @public
 */
export interface JointTuningOptions extends ScalarResponsesOptions {
  /**
   * Angles in the full circle.
   *
   * @defaultValue 72
   */
  readonly count?: number | undefined;
  /**
   * Which position of a unit's map counts.
   *
   * @defaultValue "centre", where turning keeps the feature
   */
  readonly at?: ResponseAt | undefined;
}

const jointOptions = optionsSchema<OptionSchemas<JointTuningOptions>>({
  ...scalarSchemas,
  count: optional(wholeSchema(4, 1_000_000)),
});
const familySchema = looseObject(
  { photographs: listOf(looseObject({}, "an image or an example")) },
  "{ units, photographs }",
);

/**
 * One member of a family under turned photographs.
 *
 * @public
 */
export interface JointMember {
  /** The unit. */
  readonly unit: Unit;
  /** Its mean curve over the photographs, aligned; its `preferred` angle is relative to the first member's. */
  readonly curve: TuningCurve;
  /** The curve of each photograph, aligned. */
  readonly each: readonly Float32Array[];
}

/**
 * Joint tuning curves of a family.
 *
 * @public
 */
export interface JointTuning extends RunResult<"joint-tuning", TuningSettings> {
  /** Angles in degrees, relative to the first member's peak. */
  readonly angles: readonly number[];
  /** One entry per member, in the order given. */
  readonly members: readonly JointMember[];
  /** Number of photographs that excite the first member; the others are left out. */
  readonly photographs: number;
}

/**
 * Turns photographs that excite the first member of a family, and records all members.
 *
 * Each photograph is shown through a round window that fades to grey, so that no corner turns in and out of sight.
 *
 * @param family - Its units, the one that chose the photographs first, and those photographs: the unit's strongest dataset
 * examples (with their whole `picture` where there is one, so that a margin is seen too), or crops of one size.
 * @throws LensError `bad-argument` when there is no photograph, or none of them excites the first member.
 * @public
 */
export async function jointTuning(
  net: Network,
  family: { readonly units: UnitsLike; readonly photographs: readonly (Image | Example)[] },
  options: JointTuningOptions = {},
): Promise<JointTuning> {
  checkNetwork(net);
  checkArgument("family", familySchema, family);
  checkOptions(jointOptions, options);
  const { count = 72, at = "centre" } = options;
  const photographs = family.photographs.map(photoOf);
  if (photographs.length === 0) {
    throw new LensError("bad-argument", "joint tuning needs one or more photographs; got none");
  }
  const name = `${photographs.length} turned photograph${photographs.length === 1 ? "" : "s"}`;
  const image = (i: number): Image => turnedPhoto(photographs[Math.floor(i / count)]!, ((i % count) * 360) / count);
  const questions = { name, count: photographs.length * count, image };
  const asked = await scalarResponses(net, { asked: family.units, questions }, { ...options, at });
  const rows = photographs.map((_, p) => asked.responses.map((r) => r.slice(p * count, (p + 1) * count)));
  const answered = rows.filter(([first]) => Math.max(...first!) > 0).map(aligned);
  if (answered.length === 0) {
    throw new LensError(
      "bad-argument",
      `none of the ${photographs.length} photographs excites the first unit; give ones that do`,
    );
  }
  const members = asked.units.map((unit, u) => {
    const each = answered.map((row) => row[u]!);
    return { unit, curve: tuningCurve(meanOf(each)), each };
  });
  const settings = { at, preActivation: options.preActivation ?? false };
  const found = {
    angles: Array.from({ length: count }, (_, k) => (k * 360) / count),
    members,
    photographs: answered.length,
  };
  return createResult("joint-tuning", net, { engine: asked.engine, settings }, found);
}

/** An example's receptive field with half as much again around it, so that nothing is cut off in turning. */
function photoOf(photo: Image | Example): Image {
  if ("data" in photo) return onGrey(photo);
  const { picture, field, crop: cut, id } = photo;
  if (!picture && !cut) {
    throw new LensError("bad-argument", `the example "${id}" has neither picture nor crop; ask for one of them`);
  }
  if (!picture) return onGrey(cut!);
  const [y, x] = [Math.ceil(field.height / 4), Math.ceil(field.width / 4)];
  const around = { top: field.top - y, left: field.left - x, height: field.height + 2 * y, width: field.width + 2 * x };
  return onGrey(crop(picture, around));
}

/** Where a picture is transparent, such as beyond a border, grey. */
function onGrey(image: Image): Image {
  if (!hasAlpha(image)) return image;
  const { height, width, channels, data } = image;
  const bands = channels - 1;
  const opaque = Float32Array.from({ length: height * width * bands }, (_, i) => {
    const p = Math.floor(i / bands);
    return 0.5 + data[channels * p + bands]! * (data[channels * p + (i % bands)]! - 0.5);
  });
  return createBands({ height, width, bands }, opaque);
}

/**
 * A photograph turned clockwise about its centre, seen through a round window that fades to grey.
 */
export function turnedPhoto(photo: Image, angle: number): Image {
  const { height, width, channels } = photo;
  const [cy, cx] = [(height - 1) / 2, (width - 1) / 2];
  const turn = (angle * Math.PI) / 180;
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const taps = warpTaps(photo, photo, (y, x) => [
    cy + (y - cy) * cos - (x - cx) * sin,
    cx + (x - cx) * cos + (y - cy) * sin,
  ]);
  const data = warp(taps, Float64Array.from(photo.data), { ...photo, count: 1 }, height * width, 0.5);
  const radius = Math.min(height, width) / 2.5;
  for (let p = 0; p < height * width; p++) {
    const shown = fade(Math.hypot(Math.floor(p / width) - cy, (p % width) - cx), radius);
    for (let c = 0; c < channels; c++) {
      data[p * channels + c] = 0.5 + shown * (data[p * channels + c]! - 0.5);
    }
  }
  return { ...photo, data: Float32Array.from(data) };
}

/** All members' curves turned so that the first one's peak comes to 0. */
function aligned(row: readonly Float32Array[]): Float32Array[] {
  const first = row[0]!;
  const peak = first.indexOf(Math.max(...first));
  return row.map((curve) => curve.map((_, k) => curve[(k + peak) % curve.length]!));
}

function meanOf(curves: readonly Float32Array[]): Float32Array {
  return curves[0]!.map((_, k) => curves.reduce((sum, curve) => sum + curve[k]!, 0) / curves.length);
}
