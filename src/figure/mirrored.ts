/**
 * Circuits that come in pairs, such as heads that look left and heads that look right: one row for each side, so that what joins
 * like to like runs along a row and what sets one side against the other crosses between them; units of no side stand in a row
 * below.
 */
import type { Circuit } from "../circuit/circuit.js";
import { LensError } from "../core/errors.js";
import { formatUnit, parseUnit, type UnitLike } from "../core/unit.js";
import { type CircuitFigureOptions, factsOf, keyOf, legendOf } from "./circuit.js";
import { type Card, cardOf, endsOf } from "./circuit-cards.js";
import { type Column, type PlacedCard, routesOf } from "./circuit-routes.js";
import { describeEdges, diagram } from "./diagram.js";
import { frame } from "./frame.js";
import type { Figure } from "./mark.js";
import { fitted, text } from "./text.js";
import { grey } from "./theme.js";

/**
 * Options of `figure.mirrored`.
 *
 * @public
 */
export interface MirroredFigureOptions extends Omit<CircuitFigureOptions, "most"> {
  /** Units that are each other's mirror image: the upper row's, the lower row's. */
  readonly pairs: readonly (readonly [upper: UnitLike | string, lower: UnitLike | string])[];
  /**
   * Names of the rows.
   *
   * @defaultValue "left", "right", "either"
   */
  readonly rows?: readonly [upper: string, lower: string, below: string] | undefined;
}

/** Room for the names of the rows. */
const left = 60;

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
  const ends = endsOf(of);
  const cards = new Map<string, Card>(of.nodes.map((node) => [formatUnit(node.unit), cardOf(ends, node, side)]));
  const down = Math.max(...[...cards.values()].map(({ height }) => height)) + 16;
  // Rows are as high as the most units that one column has in them.
  const heights = [0, 1, 2].map((row) =>
    Math.max(0, ...depths.map((depth) => inCell(of, { depth, row, sideOf }).length)),
  );
  const tops = heights.map((_, row) => heights.slice(0, row).reduce((sum, n) => sum + (n > 0 ? n * down + 26 : 0), 0));
  const bottom = tops[2]! + heights[2]! * down;
  const placed: PlacedCard[] = [];
  const columns: Column[] = [];
  let x = left;
  depths.forEach((depth, column) => {
    const names = [0, 1, 2].map((row) => inCell(of, { depth, row, sideOf }));
    const width = Math.max(...names.flat().map((name) => cards.get(name)!.width));
    const lanes = [-10];
    names.forEach((list, row) => {
      const step = (heights[row]! * down) / list.length;
      list.forEach((name, i) => {
        const card = cards.get(name)!;
        const y = tops[row]! + (i + 0.5) * step - down / 2;
        placed.push({ ...card, x, y, column, row: lanes.length - 1, free: { left: true, right: true } });
        lanes.push(y + card.height + 8);
      });
    });
    columns.push({ x, width, lanes });
    x += width + 96;
  });
  const { routes } = routesOf(of.edges, placed, columns);
  return frame(
    {
      title: `Circuit of ${of.roots.map(formatUnit).join(", ")}`,
      facts: [factsOf(of, of), keyOf(of.edges, sign)],
      description: describeEdges(of.edges),
      width: x - 96,
      height: bottom,
      marks: [
        ...rows.flatMap((name, row) =>
          heights[row]! > 0
            ? [
                text(0, tops[row]! + (heights[row]! * down) / 2 - 14, fitted(name, left - 8, 12), {
                  size: 12,
                  fill: grey,
                }),
              ]
            : [],
        ),
        ...diagram({ width: x, height: bottom, cards: placed, folds: [], panels: [], routes }, { icons, sign }),
      ],
      legend: legendOf(of.edges),
    },
    options,
  );
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
