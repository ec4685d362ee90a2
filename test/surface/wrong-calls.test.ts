/**
 * Every public function with wrong arguments: each argument, and each option, is replaced in turn by values of every other type
 * and by right values with one fault. Each such call is refused by one LensError that names the argument.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as figures from "../../src/figure/index.js";
import * as browser from "../../src/index.browser.js";
import * as node from "../../src/index.js";
import { samples } from "../results/samples.js";
import { type Args, calls } from "./calls.js";
import { Options, Right, valueOf } from "./right.js";
import { damaged, nonsense } from "./wrong.js";

type Call = (...list: unknown[]) => unknown;

/** Every function that can be imported, by the name that a user writes. */
function functions(): Map<string, Call> {
  const found = new Map<string, Call>();
  for (const [entry, module] of Object.entries({ node, browser, figures })) {
    for (const [name, value] of Object.entries(module as Record<string, unknown>)) {
      const members =
        typeof value === "object"
          ? Object.entries(value as object).map(([key, one]) => [`${name}.${key}`, one])
          : [[name, value]];
      for (const [key, one] of members as [string, unknown][]) {
        if (typeof one !== "function") continue;
        found.set(found.has(key) && found.get(key) !== one ? `${key} (${entry})` : key, one as Call);
      }
    }
  }
  return found;
}

/** Functions whose arguments are all checked; those of figures, ascent and files are to follow. */
const tried: readonly string[] = [
  "ablate",
  "activations",
  "angleBetween",
  "byQuantile",
  "cam",
  "cifarPictures",
  "createImage",
  "createNetwork",
  "defaultSweep",
  "describeFamily",
  "describePreprocessing",
  "difference",
  "doctor",
  "edit",
  "evenAngles",
  "examples",
  "expand",
  "expandedKernel",
  "factor",
  "faithfulness",
  "familyGraph",
  "filterImages",
  "fingerprint",
  "fitToInput",
  "formatDiagnosis",
  "formatMatrix",
  "formatReceptiveField",
  "formatShape",
  "formatTable",
  "formatUnit",
  "gradCAM",
  "inputs",
  "intersection",
  "joinKernels",
  "jointTuning",
  "layerFileName",
  "mergeExamples",
  "mergeStatistics",
  "outputs",
  "parse",
  "parseAll",
  "parseUnit",
  "paths",
  "preprocessing",
  "print",
  "prune",
  "resolveUnit",
  "slice",
  "statistics",
  "stimulus.arc",
  "stimulus.circle",
  "stimulus.corner",
  "stimulus.dots",
  "stimulus.edge",
  "stimulus.gabor",
  "stimulus.grating",
  "stimulus.highLow",
  "stimulus.line",
  "stimulus.patch",
  "storeActivations",
  "streamActivations",
  "stringify",
  "sweep",
  "terminalJSON",
  "terminalText",
  "tune",
  "tuningCurve",
  "union",
  "unitFileName",
  "verify",
];

const surface = functions();
let table: Record<string, Args>;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "convlens-surface-"));
  const all = await calls(await samples(), folder);
  table = Object.fromEntries(Object.entries(all).filter(([name]) => tried.includes(name)));
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What a call comes to: its message where a LensError refuses it, or what else happened. */
async function outcomeOf(
  name: string,
  list: readonly unknown[],
): Promise<{ readonly refused?: string; readonly else?: string }> {
  let limit: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    limit = setTimeout(() => reject(new Error("no answer within 20 s")), 20_000);
  });
  try {
    await Promise.race([finished(surface.get(name)!(...list)), late]);
    return { else: "accepted" };
  } catch (error) {
    return node.isLensError(error) ? { refused: error.message } : { else: `raw ${String(error).slice(0, 160)}` };
  } finally {
    clearTimeout(limit);
  }
}

async function finished(result: unknown): Promise<void> {
  const value = await (result as Promise<unknown>);
  if (typeof (value as AsyncGenerator | null)?.next === "function") for await (const _ of value as AsyncGenerator);
}

/** Words that name an argument, where its own name is not among them. */
const words: Readonly<Record<string, RegExp>> = {
  net: /\bnet\b|network/,
  unit: /unit|layer|channel/i,
  units: /unit|layer/,
  show: /show|unit/,
  source: /source|model/,
  upTo: /upTo|up to/,
  name: /\bname\b|tensor/,
  target: /target|unit|layer/,
  family: /family|unit/,
  changes: /changes|unit/,
  layer: /layer|block of kernels/,
  dataset: /dataset/,
  photos: /photos|dataset/,
  roots: /unit|layer|roots/,
  from: /\bfrom\b|unit|layer|options|block of kernels/,
  to: /\bto\b|unit|layer|block of kernels/,
  a: /\ba\b|unit|layer/,
  b: /\bb\b|unit|layer/,
};

const isNamed = (message: string, name: string): boolean =>
  message.length <= 500 &&
  ((words[name]?.test(message) ?? false) || new RegExp(`\\b${name.replace(/^\W+/, "")}\\b`, "i").test(message));

interface Attempt {
  readonly words: string;
  readonly function: string;
  readonly argument: string;
  readonly list: readonly unknown[];
  /** Whether the value may happen to be right: then only raw errors count. */
  readonly right: boolean;
}

function* attempts(name: string, args: Args): Generator<Attempt> {
  const right = Object.values(args).map(valueOf);
  for (const [place, [argument, given]] of Object.entries(args).entries()) {
    for (const [what, value, isRight] of replacements(given)) {
      yield {
        words: `${name}(${argument}: ${what})`,
        function: name,
        argument,
        list: right.with(place, value),
        right: isRight,
      };
    }
    if (!(given instanceof Options)) continue;
    const whole = right[place] as object;
    yield {
      words: `${name}({ cuont })`,
      function: name,
      argument: "cuont",
      list: right.with(place, { ...whole, cuont: 1 }),
      right: false,
    };
    for (const [option, one] of Object.entries(given.of)) {
      for (const [what, value, isRight] of replacements(one)) {
        const list = right.with(place, { ...whole, [option]: value });
        const canBeAbsent = value === undefined && !given.required.includes(option);
        yield {
          words: `${name}({ ${option}: ${what} })`,
          function: name,
          argument: option,
          list,
          right: isRight || canBeAbsent,
        };
      }
    }
  }
}

function* replacements(given: unknown): Generator<readonly [string, unknown, boolean]> {
  const value = valueOf(given);
  const also = given instanceof Right ? given.also : [];
  const faults = given instanceof Options ? [] : damaged(value);
  for (const [what, wrong] of [...nonsense, ...faults]) {
    if (Object.is(wrong, value)) continue;
    if (given instanceof Options && (wrong === undefined || isBare(wrong))) continue;
    const answers = also.map((is) => is(wrong));
    if (answers.includes("untried")) continue;
    yield [what, wrong, answers.includes(true)];
  }
}

/** `{}`, which leaves out every option: right where none is required, and otherwise tried option by option. */
const isBare = (value: unknown): boolean => Object.getPrototypeOf(value ?? 0) === Object.prototype;

describe("the public surface", () => {
  it("has every function that is tried", () => {
    expect(tried.filter((name) => !surface.has(name))).toEqual([]);
    expect(Object.keys(table).toSorted()).toEqual([...tried].toSorted());
  });

  it("takes right arguments", async () => {
    const failed: string[] = [];
    for (const [name, args] of Object.entries(table)) {
      const outcome = await outcomeOf(name, Object.values(args).map(valueOf));
      if (outcome.else !== "accepted") failed.push(`${name}: ${outcome.refused ?? outcome.else}`);
    }
    expect(failed).toEqual([]);
  }, 300_000);

  it("refuses wrong ones by a LensError that names the argument", async () => {
    const failed: string[] = [];
    let count = 0;
    for (const [name, args] of Object.entries(table)) {
      for (const attempt of attempts(name, args)) {
        count++;
        const { refused, else: other } = await outcomeOf(name, attempt.list);
        const isWell = attempt.right
          ? other === undefined || other === "accepted"
          : refused !== undefined && isNamed(refused, attempt.argument);
        if (!isWell) failed.push(`${attempt.words}: ${other ?? `not named in: ${refused}`}`);
      }
    }
    console.log(
      `${count} wrong calls of ${Object.keys(table).length} functions, ${failed.length} not refused as they should be`,
    );
    expect(failed).toEqual([]);
  }, 900_000);
});
