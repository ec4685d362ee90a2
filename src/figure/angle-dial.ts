/** A family on a circle: each member at its angle, holes as empty circles; for groups that turn the plane or the hue. */
import { LensError } from "../core/errors.js";
import { formatUnit } from "../core/unit.js";
import type { Family } from "../equivariance/family.js";
import type { Group } from "../equivariance/group.js";
import { familyFacts, familyTitle } from "./family-facts.js";
import { type FigureOptions, frame } from "./frame.js";
import { type Figure, type Mark, mark, moved } from "./mark.js";
import { faint, line, paper } from "./theme.js";
import { type Icons, namedIcon } from "./unit-icon.js";

/**
 * Options of `figure.angleDial`.
 *
 * @public
 */
export interface AngleDialFigureOptions extends FigureOptions {
  /**
   * Pictures of units, by name: what each looks for.
   *
   * @defaultValue none: the names alone
   */
  readonly icons?: Icons | undefined;
  /**
   * Diameter of the ring of first members, in pixels; others of the same angle stand outside it.
   *
   * @defaultValue 280, or as much as the angles need to stand side by side
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
  const { icons = {}, side = 48 } = options;
  const elements = Array.from({ length: by.order }, (_, element) => element);
  if (elements.every((element) => angleOf(by, element) === 0)) {
    throw new LensError("bad-argument", `a dial shows turns of the plane or the hue; "${by.name}" makes none`);
  }
  const angles = new Set(elements.map((element) => angleOf(by, element)));
  const { size = Math.max(280, (side + 22) / Math.sin(Math.PI / angles.size)) } = options;
  const members = of.members.flatMap(({ unit, element }) =>
    of.stabiliser.map((s, copy) => ({ unit, copy, angle: angleOf(by, by.multiply(element, s) ?? element) })),
  );
  const depthOf = (i: number): number => members.slice(0, i).filter(({ angle }) => angle === members[i]!.angle).length;
  const [ring, circle, step] = [size / 2, size / 2 - side / 2 - 20, side + 20];
  const around = (angle: number, r: number): readonly [x: number, y: number] => [
    r * Math.sin((angle * Math.PI) / 180),
    -r * Math.cos((angle * Math.PI) / 180),
  ];
  const places = members.map(({ angle }, i) => around(angle, ring + depthOf(i) * step));
  // Only as much room on each side as the members there take.
  const reach = (axis: 0 | 1, sign: 1 | -1): number =>
    Math.max(circle + 10, ...places.map((place) => sign * place[axis] + side / 2));
  const width = Math.max(reach(0, -1) + reach(0, 1), 372);
  const centre = { x: reach(0, -1) + (width - reach(0, -1) - reach(0, 1)) / 2, y: reach(1, -1) };
  const at = (angle: number, r: number): readonly [x: number, y: number] => {
    const [x, y] = around(angle, r);
    return [centre.x + x, centre.y + y];
  };
  const title = familyTitle(of);
  const facts = [...familyFacts(of, by), `closure ${of.closure.toFixed(2)}`].join(", ");
  const spoke = (angle: number, stroke: string): Mark => {
    const [x2, y2] = at(angle, circle);
    return mark("line", { x1: centre.x, y1: centre.y, x2, y2, stroke });
  };
  const icon = ({ unit, copy }: (typeof members)[number], i: number): Mark => {
    const [x, y] = places[i]!;
    const id = `dial-${unit.channel}-${copy}`;
    return moved(centre.x + x - side / 2, centre.y + y - side / 2, ...namedIcon(unit, { icons, side, id }));
  };
  const empty = of.missing.flatMap((hole) => of.stabiliser.map((s) => angleOf(by, by.multiply(hole, s) ?? hole)));
  const taken = new Set(members.map(({ angle }) => angle));
  return frame(
    {
      title,
      facts: [facts],
      description: `${title}; ${facts}. ${of.members.map(({ unit, label }) => `${formatUnit(unit)} at ${label}`).join(", ")}.`,
      width,
      height: centre.y + reach(1, 1) + 18,
      marks: [
        mark("circle", { cx: centre.x, cy: centre.y, r: circle, fill: "none", stroke: faint }),
        // A member that looks the same at several angles has a paler spoke at each but its own.
        ...members.map(({ angle, copy }) => spoke(angle, copy === 0 ? line : faint)),
        ...members.map(icon),
        ...empty.filter((angle) => !taken.has(angle)).map((angle) => missing(at(angle, circle))),
      ],
    },
    options,
  );
}

/** A hole on the circle. */
function missing([cx, cy]: readonly [x: number, y: number]): Mark {
  return mark("circle", { cx, cy, r: 6, fill: paper, stroke: line, "stroke-dasharray": "2 2" });
}

/** Degrees of an element: of the plane where it turns that, else of the hue. */
function angleOf(by: Group, element: number): number {
  const { degrees, hue } = by.transformation(element);
  return (((degrees ?? hue ?? 0) % 360) + 360) % 360;
}
