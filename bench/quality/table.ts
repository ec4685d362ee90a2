/** The climbs side by side: where each ended, and how soon 95 % of where the 512 steps of Lucid's settings end. */
import { formatTable } from "../../src/core/print.js";

/** How a picture was made; see main.ts. */
export type Way = "plain" | "lucid" | "rounded" | "swift";

/** A climb of a unit. */
export interface Climb {
  readonly network: "VGG-19" | "ResNet-50";
  readonly unit: string;
  readonly way: Way;
  /** Of all its steps, beside whatever else the machine did. */
  readonly seconds: number;
  /** Mean of the objective over each eight steps. */
  readonly means: readonly number[];
}

/** Steps of a window. */
export const windowSteps = 8;

/** The last tenth of the steps. */
const endOf = ({ means }: Climb): number => mean(means.slice(-Math.round(means.length / 10)));

/** Steps until two windows together are at a goal; `null` where they never are. */
function stepsTo(goal: number, { means }: Climb): number | null {
  const at = means.findIndex((value, i) => i > 0 && (value + means[i - 1]!) / 2 >= goal);
  return at < 0 ? null : (at + 1) * windowSteps;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The table, and the medians below it. */
export function table(climbs: readonly Climb[]): string {
  const of = (unit: string, way: Way): Climb | undefined => climbs.find((one) => one.unit === unit && one.way === way);
  const rows = climbs
    .filter(({ way }) => way === "lucid")
    .map((lucid) => {
      const plain = of(lucid.unit, "plain");
      const rounded = of(lucid.unit, "rounded");
      const swift = of(lucid.unit, "swift");
      const end = endOf(lucid);
      const steps = lucid.means.length * windowSteps;
      const soon = swift ? stepsTo(0.95 * end, swift) : null;
      return {
        name: `${lucid.network} ${lucid.unit}`,
        apart: plain && Math.abs(end / endOf(plain) - 1),
        byRounding: rounded && Math.abs(end / endOf(rounded) - 1),
        byLucid: stepsTo(0.95 * end, lucid),
        swiftEnd: swift && endOf(swift) / end,
        bySwift: soon,
        sooner: soon && steps / soon,
        seconds: lucid.seconds,
        bySwiftSeconds: soon && swift && (swift.seconds * soon) / (swift.means.length * windowSteps),
      };
    });
  const shown = (value: number | null | undefined, digits = 0): string => value?.toFixed(digits) ?? "—";
  const percent = (value: number | undefined): string =>
    value === undefined ? "—" : `${(100 * value).toFixed(value < 0.1 ? 2 : 0)} %`;
  // A unit that never gets there counts as slower than all others.
  const middle = (values: readonly (number | null | undefined)[]): number | null =>
    values.map((value) => value ?? 0).sort((a, b) => a - b)[values.length >> 1] ?? null;
  return [
    formatTable(
      [
        "unit",
        "lucid from plain",
        "by rounding alone",
        "lucid: steps to 95 %",
        "swift ends at",
        "swift: steps to 95 %",
        "512 steps are × longer",
        "seconds of 512 steps",
        "seconds of swift to 95 %",
      ],
      rows.map((row) => [
        row.name,
        percent(row.apart),
        percent(row.byRounding),
        shown(row.byLucid),
        percent(row.swiftEnd),
        shown(row.bySwift),
        shown(row.sooner, 1),
        shown(row.seconds, 1),
        shown(row.bySwiftSeconds, 1),
      ]),
    ),
    `median: swift is there ${shown(middle(rows.map(({ sooner }) => sooner)), 1)} times sooner than 512 steps`,
  ].join("\n");
}
