/**
 * The stimuli that are swept round a group, so that the right one can be found for each unit: lines, gratings, edges, arcs,
 * corners and high–low boundaries for turns, patches of colour for hues. The angle is the last parameter of every sweep.
 */
import { LensError } from "../../core/errors.js";
import { stimulus } from "../../dataset/stimuli/namespace.js";
import { evenAngles, type Sweep, sweep } from "../../dataset/sweep.js";
import type { Network } from "../../network/network.js";
import type { Group } from "../group.js";

/** Angles in 360°; stimuli that repeat after 180° have half as many. */
export const anglesAround = 24;

/** What a group of one circle turns: the plane or the hue; `null` for all other groups. */
export function circleOf(group: Group): "degrees" | "hue" | null {
  const changes = Array.from({ length: group.order }, (_, element) => group.transformation(element));
  for (const what of ["degrees", "hue"] as const) {
    const others = changes.some((change) => Object.keys(change).some((name) => name !== what));
    if (!others && changes.every((change, k) => near(change[what] ?? 0, (360 * k) / group.order))) return what;
  }
  return null;
}

/** What the stimuli for a group are swept round: its circle, or the plane for a group of turns and mirrors; `null` for all others. */
export function sweptBy(group: Group): "degrees" | "hue" | null {
  const changes = Array.from({ length: group.order }, (_, element) => group.transformation(element));
  const turnsAndMirrors = changes.every((change) =>
    Object.keys(change).every((name) => name === "degrees" || name === "mirror"),
  );
  return circleOf(group) ?? (turnsAndMirrors ? "degrees" : null);
}

function near(a: number, b: number): boolean {
  return Math.abs(a - b) < 1e-6;
}

/**
 * The sweeps for the units of a layer, drawn to the size of their receptive field.
 *
 * @throws LensError `unsupported` where the receptive field is unknown or the whole image.
 */
export function tuningSweeps(net: Network, layer: string, circle: "degrees" | "hue"): Sweep[] {
  const seen = net.layer(layer).receptiveField;
  if (!seen || seen.whole) {
    throw new LensError(
      "unsupported",
      `units of "${layer}" see ${seen ? "the whole image" : "an unknown part of the image"}; tuning takes a layer with a receptive field of its own`,
    );
  }
  const field = Math.max(seen.rows.size, seen.columns.size);
  const size = Math.ceil(field + 4 * Math.max(seen.rows.stride, seen.columns.stride));
  const shown = { size, aperture: size / 2.5 };
  const [around, half] = [evenAngles(anglesAround), evenAngles(anglesAround / 2, 180)];
  if (circle === "hue") {
    const radius = [field / 8, field / 4, field / 2, 2 * field];
    return [sweep((p) => stimulus.patch({ ...p, ...shown }), { radius, hue: around }, { name: "patch" })];
  }
  return [
    sweep(
      ({ tone, ...p }) => stimulus.line({ ...p, ...shown, foreground: tone }),
      { tone: [0, 1], width: fitting([1.5, 4], field / 3), angle: half },
      { name: "line" },
    ),
    sweep(
      (p) => stimulus.grating({ ...p, ...shown }),
      { wavelength: fitting([4, 8, 16], field), phase: [0, 180], angle: half },
      { name: "grating" },
    ),
    sweep(
      (p) => stimulus.edge({ ...p, ...shown }),
      { blur: fitting([1, 4], field / 2), angle: around },
      { name: "edge" },
    ),
    sweep(
      (p) => stimulus.arc({ ...p, ...shown }),
      {
        curvature: fitting(
          [1, 2, 3, 4, 6].map((n) => n / field),
          0.5,
        ),
        angle: around,
      },
      { name: "arc" },
    ),
    sweep((p) => stimulus.corner({ ...p, ...shown }), { opening: [60, 120], angle: around }, { name: "corner" }),
    sweep(
      (p) => stimulus.highLow({ ...p, ...shown }),
      { ratio: [4, 8], wavelength: fitting([2.5, 4], field / 4), angle: around },
      { name: "highLow" },
    ),
  ];
}

/**
 * The angle to which the left–right mirror takes a stimulus of 0°: to 180° where the angle is that of what it points to, and to 0°
 * where it goes along a boundary that has one side on its right hand.
 */
export function mirroredZero(stimulus: string): number {
  return stimulus === "edge" || stimulus === "highLow" ? 0 : 180;
}

/** The steps up to a limit; the first in any case. */
function fitting(steps: readonly number[], most: number): number[] {
  const few = steps.filter((step) => step <= most);
  return few.length > 0 ? few : [steps[0]!];
}
