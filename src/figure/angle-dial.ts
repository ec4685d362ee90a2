/** A family on a circle: each member at its angle, holes as empty circles; for groups that turn the plane or the hue. */
import { LensError } from "../core/errors.js";
import { formatUnit } from "../core/unit.js";
import type { Family } from "../equivariance/family.js";
import type { Group } from "../equivariance/group.js";
import { type Figure, faint, fitted, grey, type Mark, mark, moved, text } from "./mark.js";
import { type Icons, unitCaption, unitIcon } from "./unit-icon.js";

/**
 * Options of `figure.angleDial`.
 *
 * @public
 */
export interface AngleDialFigureOptions {
  /**
   * Pictures of units, by name: what each looks for.
   *
   * @defaultValue none: the names alone
   */
  readonly icons?: Icons | undefined;
  /**
   * Side of the dial in pixels.
   *
   * @defaultValue 420
   */
  readonly size?: number | undefined;
  /**
   * Side of a picture in pixels.
   *
   * @defaultValue 48
   */
  readonly side?: number | undefined;
}

/**
 * The members of a family at their angles, clockwise from the top. What comes round early is drawn at each of its places.
 *
 * @throws LensError `bad-argument` for a group that turns nothing.
 * @public
 */
export function angleDial(of: Family, by: Group, options: AngleDialFigureOptions = {}): Figure {
  const { icons = {}, size = 420, side = 48 } = options;
  const elements = Array.from({ length: by.order }, (_, element) => element);
  if (elements.every((element) => angleOf(by, element) === 0)) {
    throw new LensError("bad-argument", `a dial shows turns of the plane or the hue; "${by.name}" makes none`);
  }
  const title = `${of.layer}: ${of.members.length} units under ${of.group}`;
  const round = of.stabiliser.length > 1 ? `, each at ${of.stabiliser.length} places` : "";
  const facts = `affinity ${of.affinity.toFixed(2)}, closure ${of.closure.toFixed(2)}, p ${of.pValue.toPrecision(2)}${round}`;
  const centre = { x: size / 2 + 24, y: size / 2 + 66 };
  const radius = size / 2 - side;
  const at = (element: number, r: number): readonly [number, number] => {
    const angle = (angleOf(by, element) * Math.PI) / 180;
    return [centre.x + r * Math.sin(angle), centre.y - r * Math.cos(angle)];
  };
  const marks: Mark[] = [
    mark("circle", { cx: centre.x, cy: centre.y, r: radius - side / 2 - 24, fill: "none", stroke: faint }),
  ];
  const drawn = new Map<number, number>();
  for (const { unit, element } of of.members) {
    for (const s of of.stabiliser) {
      const place = by.multiply(element, s) ?? element;
      const angle = angleOf(by, place);
      // Members of one angle stand behind each other, toward the centre.
      const depth = drawn.get(angle) ?? 0;
      drawn.set(angle, depth + 1);
      const [x, y] = at(place, radius - depth * (side + 18));
      const [inner, outer] = [at(place, 0), at(place, radius - side / 2 - 24)];
      const first = s === of.stabiliser[0];
      if (depth === 0)
        marks.push(
          mark("line", { x1: inner[0], y1: inner[1], x2: outer[0], y2: outer[1], stroke: first ? "#888888" : faint }),
        );
      marks.push(
        moved(
          x - side / 2,
          y - side / 2,
          ...unitIcon(unit, { icons, side, id: `dial-${unit.channel}-${s}` }),
          unitCaption(unit, side / 2, side + 12),
        ),
      );
    }
  }
  for (const hole of of.holes) {
    for (const s of of.stabiliser) {
      const [x, y] = at(by.multiply(hole, s) ?? hole, radius - side / 2 - 24);
      marks.push(mark("circle", { cx: x, cy: y, r: 6, fill: "#ffffff", stroke: "#888888", "stroke-dasharray": "2 2" }));
    }
  }
  return {
    width: size + 48,
    height: size + 100,
    title,
    description: `${title}; ${facts}. ${of.members.map(({ unit, label }) => `${formatUnit(unit)} at ${label}`).join(", ")}.`,
    marks: [
      text(24, 30, fitted(title, size, 16, 600), { size: 16, weight: 600 }),
      text(24, 50, fitted(facts, size, 12), { size: 12, fill: grey }),
      ...marks,
    ],
  };
}

/** Degrees of an element: of the plane where it turns that, else of the hue. */
function angleOf(by: Group, element: number): number {
  const { degrees, hue } = by.transformation(element);
  return (((degrees ?? hue ?? 0) % 360) + 360) % 360;
}
