/**
 * Circuits that come in pairs, such as heads that look left and heads that look right: one row for each side, so that what joins
 * like to like runs along a row and what sets one side against the other crosses between them; units of no side stand in a row
 * below.
 */
import type { Circuit } from "../circuit/circuit.js";
import { LensError } from "../core/errors.js";
import { formatUnit, parseUnit, type UnitLike } from "../core/unit.js";
import type { CircuitFigureOptions } from "./circuit.js";
import { describeEdges, diagram, type Place } from "./diagram.js";
import { type Figure, fitted, grey, text } from "./mark.js";
import { legend } from "./tile.js";

/**
 * Options of `figure.mirrored`.
 *
 * @public
 */
export interface MirroredFigureOptions extends CircuitFigureOptions {
  /** Units that are each other's mirror image: the upper row's, the lower row's. */
  readonly pairs: readonly (readonly [upper: UnitLike | string, lower: UnitLike | string])[];
  /**
   * Names of the rows.
   *
   * @defaultValue "left", "right", "either"
   */
  readonly rows?: readonly [upper: string, lower: string, below: string] | undefined;
}

const margin = 76;

/**
 * A diagram of a circuit in two mirrored rows, and one below for units of no side.
 *
 * @throws LensError `bad-argument`, when a pair names a unit that is not in the circuit.
 * @public
 */
export function mirrored(of: Circuit, options: MirroredFigureOptions): Figure {
  const { pairs, icons = {}, side = 72, sign = "sum", rows = ["left", "right", "either"] } = options;
  const sideOf = new Map<string, 0 | 1>();
  for (const pair of pairs) {
    pair.forEach((unit, row) => {
      const name = formatUnit(typeof unit === "string" ? parseUnit(unit) : unit);
      if (!of.nodes.some((node) => formatUnit(node.unit) === name))
        throw new LensError("bad-argument", `a pair names "${name}", which is not in this circuit`);
      sideOf.set(name, row as 0 | 1);
    });
  }
  const depths = [...new Set(of.nodes.map(({ depth }) => depth))].sort((a, b) => b - a);
  const across = side + 150;
  const down = side + 40;
  // Rows are as high as the most units that one column has in them.
  const heights = [0, 1, 2].map((row) =>
    Math.max(0, ...depths.map((depth) => inCell(of, { depth, row, sideOf }).length)),
  );
  const tops = heights.map((_, row) => 64 + heights.slice(0, row).reduce((sum, n) => sum + n * down + 26, 0));
  const places = new Map<string, Place>();
  depths.forEach((depth, column) => {
    for (const row of [0, 1, 2]) {
      inCell(of, { depth, row, sideOf }).forEach((name, i, all) => {
        const step = (heights[row]! * down) / all.length;
        places.set(name, { x: margin + column * across, y: tops[row]! + (i + 0.5) * step - down / 2 });
      });
    }
  });
  const title = `Circuit of ${of.roots.map(formatUnit).join(", ")}`;
  const height = tops[2]! + heights[2]! * down + 40;
  return {
    width: Math.max(margin + (depths.length - 1) * across + side + 60, 420),
    height,
    title,
    description: describeEdges(of),
    marks: [
      text(28, 32, fitted(`${title} in ${of.model.name}`, 900, 16, 600), { size: 16, weight: 600 }),
      ...rows.flatMap((name, row) =>
        heights[row]! > 0
          ? [text(28, tops[row]! + (heights[row]! * down) / 2 - 14, name, { size: 12, fill: grey })]
          : [],
      ),
      ...diagram(of, { places, icons, side, sign }),
      ...legend(28, height - 16),
    ],
  };
}

function inCell(
  { nodes }: Circuit,
  { depth, row, sideOf }: { depth: number; row: number; sideOf: ReadonlyMap<string, 0 | 1> },
): string[] {
  return nodes
    .filter((node) => node.depth === depth)
    .map(({ unit }) => formatUnit(unit))
    .filter((name) => (sideOf.get(name) ?? 2) === row);
}
