/** Texts of results damaged in a place or two, or cut, and what parsing and drawing them comes to. */
import { isLensError } from "../../src/core/errors.js";
import { createRandom, type Random } from "../../src/core/random.js";
import { formatUnit } from "../../src/core/unit.js";
import { formatDiagnosis } from "../../src/doctor/report.js";
import { group } from "../../src/equivariance/groups/namespace.js";
import { labPage } from "../../src/figure/lab-page.js";
import type { Figure } from "../../src/figure/mark.js";
import { figure } from "../../src/figure/namespace.js";
import { encodePNG } from "../../src/figure/picture.js";
import { toSVG } from "../../src/figure/svg.js";
import { parse } from "../../src/results/codec.js";
import { type AnyResult, type ResultKind, type Results, resultSchemas } from "../../src/results/kinds.js";
import { photo } from "./samples.js";

const turns = group.rotations(4);
const image = photo();

/** Everything that is drawn or written of a result. */
const drawn: { readonly [Kind in ResultKind]: (result: Results[Kind]) => (Figure | string)[] } = {
  picture: (of) => [`${encodePNG(of.image).length}`],
  lab: (of) => [figure.lab(of), labPage(of)],
  circuit: (of) => [figure.circuit(of)],
  verification: (of) => [figure.effects(of)],
  faithfulness: () => [],
  attribution: () => [],
  expanded: (of) => [figure.expanded(of)],
  "family-graph": (of) => [figure.familyGraph(of)],
  factors: (of) => [figure.factors(of)],
  examples: (of) => of.units.map((unit) => figure.examples(unit)),
  statistics: (of) => of.units.slice(0, 2).map((unit) => figure.histogram(unit)),
  tuning: (of) => {
    const curves = of.units.flatMap(({ unit, curve }) => (curve ? [{ name: formatUnit(unit), curve }] : []));
    return [figure.responseMap(of), ...(curves.length > 0 ? [figure.tuning(curves)] : [])];
  },
  "joint-tuning": (of) => [figure.jointTuning(of)],
  "activation-map": (of) => [figure.heatMap(image, of)],
  dictionary: () => [],
  families: (of) => of.families.slice(0, 2).flatMap((one) => [figure.family(one, turns), figure.angleDial(one, turns)]),
  "response-families": (of) => of.families.slice(0, 2).map((one) => figure.family(one, turns)),
  motifs: (of) => (of.motifs.length > 0 ? [figure.motifMatrix(of.motifs)] : []),
  diagnosis: (of) => [formatDiagnosis(of)],
  reproduction: (of) => of.claims.map((one) => figure.claim(one)),
};

type Path = readonly (string | number)[];

/** The places of JSON data. */
function placesIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, part]) => placesIn(part, [...path, key]))];
}

const at = (data: unknown, path: Path): unknown => path.reduce((value, key) => (value as never)[key], data);

/** What stands in a place instead of a value. */
function replacement(value: unknown, data: unknown, random: Random): unknown {
  const other = random.pick(placesIn(data));
  const general = [
    null,
    -1,
    0,
    0.5,
    1e9,
    1e308,
    2 ** 31,
    "",
    "x",
    "nan",
    true,
    [],
    {},
    [[]],
    structuredClone(at(data, other)),
  ];
  const own =
    typeof value === "number"
      ? [value + 1, value - 1, -value, value * 1000, value + 0.5]
      : typeof value === "string"
        ? [value.slice(0, -1), value.slice(4), `${value}AAAA`, value.repeat(3), "]]>\u0000\ud800"]
        : Array.isArray(value)
          ? [value.slice(1), value.slice(0, 1), [...value, ...value], value.toReversed()]
          : [{ ...(value as object), extra: 1 }];
  return random.pick([...general, ...own, ...own, ...own]);
}

/** The text of a result with a place or two damaged. */
export function damaged(text: string, random: Random): string {
  if (random.uniform() < 0.1) {
    const cut = random.int(text.length);
    return random.uniform() < 0.5
      ? text.slice(0, cut)
      : text.slice(0, cut) + String(random.int(10)) + text.slice(cut + 1);
  }
  const data = JSON.parse(text) as object;
  for (let i = 1 + random.int(2); i > 0; i--) {
    const path = random.pick(placesIn(data).slice(1));
    const parent = at(data, path.slice(0, -1)) as Record<string | number, unknown>;
    if (random.uniform() < 0.15) delete parent[path.at(-1)!];
    else parent[path.at(-1)!] = replacement(parent[path.at(-1)!], data, random);
  }
  return JSON.stringify(data);
}

/** What parsing and drawing a text comes to. */
export function outcomeOf(kind: ResultKind, text: string): string {
  try {
    const result: AnyResult = parse(kind, text);
    const made = (drawn[kind] as (result: AnyResult) => (Figure | string)[])(result);
    const words = made.map((one) => (typeof one === "string" ? one : toSVG(one)));
    const wrong = words.map((word) => /[^"]{0,40}\b(?:NaN|-?Infinity|undefined)\b/.exec(word)?.[0]).find(Boolean);
    return wrong ? `drawn with ${wrong}` : "drawn";
  } catch (error) {
    return isLensError(error) ? "refused" : String((error as Error).stack);
  }
}
