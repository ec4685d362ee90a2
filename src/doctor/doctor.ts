/**
 * What may be wrong with a model before anybody looks into it. Most of what ruins a picture or a circuit raises no error: a
 * preprocessing that is not the one of training, labels off by one, units that are dead. The doctor looks for each, with
 * evidence, in the weights and, where there are photographs, in what the network makes of them.
 */
import { optional, union } from "valibot";
import {
  checkOptions,
  functionSchema,
  listOf,
  type OptionSchemas,
  optionsSchema,
  type Schema,
  textSchema,
  where,
  wholeSchema,
} from "../core/check.js";
import { LensError } from "../core/errors.js";
import { type RunOptions, runSchemas } from "../core/run.js";
import { type Dataset, datasetSchema } from "../dataset/dataset.js";
import { withEngine } from "../engine/choose.js";
import { type Engine, engineSchema } from "../engine/engine.js";
import { checkNetwork, type Network } from "../network/network.js";
import { createResult } from "../network/result.js";
import { activationFindings } from "./activations.js";
import { type Diagnosis, type Finding, finding, type LabelVerdict } from "./finding.js";
import { classFinder, findOffset, type Labels } from "./labels.js";
import { choosePictures, type Pictures } from "./pictures.js";
import { beatsChance, probabilities } from "./predictions.js";
import { judgePreprocessing } from "./preprocessing.js";
import { judgedFindings, unseenFindings } from "./preprocessing-findings.js";
import { openProbe } from "./probe.js";
import { probeSites } from "./probe-sites.js";
import { weightFindings } from "./weights.js";

/**
 * Options of `doctor`.
 *
 * @public
 */
export interface DoctorOptions extends RunOptions {
  /**
   * Photographs to show to the network; a dozen of any kind do.
   *
   * @defaultValue none: only the weights are looked at
   */
  readonly photos?: Dataset | undefined;
  /**
   * Names of the classes in order, to be compared with the photographs' own labels, or a function that tells the class of a
   * photograph. Without them nothing is said about labels, and less is known about the preprocessing.
   *
   * @defaultValue none
   */
  readonly labels?: Labels | undefined;
  /**
   * Photographs looked at, at most.
   *
   * @defaultValue 24
   */
  readonly count?: number | undefined;
  /** Runs the network; the best one at hand when absent, released afterwards. */
  readonly engine?: Engine | undefined;
}

const doctorOptions = optionsSchema<OptionSchemas<DoctorOptions>>({
  ...runSchemas,
  photos: optional(datasetSchema),
  labels: optional(
    union(
      [
        where(listOf(textSchema), ({ length }) => length > 0, "a list of names"),
        functionSchema<(label: string) => number | undefined>(),
      ],
      "a list of names, or a function",
    ),
  ) as Schema<DoctorOptions["labels"]>,
  count: optional(wholeSchema(1)),
  engine: engineSchema,
});

/**
 * Looks for what may be wrong with a network.
 *
 * @throws LensError `bad-argument` for a count that is none, or a dataset without pictures; the signal's reason when
 * aborted.
 * @public
 */
export async function doctor(net: Network, options: DoctorOptions = {}): Promise<Diagnosis> {
  checkNetwork(net);
  checkOptions(doctorOptions, options);
  const { photos, labels, count = 24, engine, signal, onProgress } = options;
  const settings = { count };
  const still = [...loaderFindings(net), ...unsupportedFindings(net), ...weightFindings(net)];
  if (!photos) {
    const findings = gravestFirst([...still, ...unseenFindings(net)]);
    return createResult("diagnosis", net, { settings }, { photos: 0, preprocessing: null, labels: null, findings });
  }
  const classOf = labels ? classFinder(labels) : () => undefined;
  const pictures = await choosePictures(net, photos, { count, classOf, signal });
  if (pictures.images.length === 0) {
    throw new LensError("bad-argument", "none of the photographs can be read; give some that can");
  }
  // Numbers that are none spread to everything behind them.
  const isDamaged = still.some(({ kind }) => kind === "not-finite");
  return withEngine(net, { engine, signal }, async (running) => {
    const job = { engine: running, pictures: pictures.images, classes: pictures.classes, signal, onProgress };
    const verdict = isDamaged ? null : await judgePreprocessing(net, job);
    const chosen = verdict && !net.input.stated && verdict.sure ? verdict.best.preprocessing : net.input.preprocessing;
    const shown = isDamaged ? [] : await activationFindings(net, { ...job, preprocessing: chosen });
    const labelled = isDamaged ? null : await judgeLabels(net, { ...job, preprocessing: verdict!.best.preprocessing });
    const findings = [
      ...still,
      ...rangeFindings(pictures),
      ...(verdict ? judgedFindings(net, verdict) : unseenFindings(net)),
      ...(labelled ? labelFindings(labelled, net) : []),
      ...shown,
    ];
    const found = {
      photos: pictures.images.length,
      preprocessing: verdict,
      labels: labelled,
      findings: gravestFirst(findings),
    };
    return createResult("diagnosis", net, { engine: running, settings }, found);
  });
}

const grave = { error: 0, warning: 1, note: 2 } as const;

function gravestFirst(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => grave[a.severity] - grave[b.severity]);
}

function loaderFindings(net: Network): Finding[] {
  return net.notes.map((note) => {
    const training = /training(?: mode|=True)/.test(note);
    return finding(training ? "training-mode" : "loader", note, { severity: training ? "warning" : "note" });
  });
}

function unsupportedFindings(net: Network): Finding[] {
  return net.ops.flatMap((op) => {
    if (op.kind !== "opaque") return [];
    const training = op.reason.includes("training mode");
    const message = `layer "${op.layer}" (${op.className}) cannot be computed: ${op.reason}; layers before it can be used`;
    return [finding(training ? "training-mode" : "unsupported", message, { layer: op.layer })];
  });
}

function rangeFindings({ range: [least, most] }: Pictures): Finding[] {
  if (least >= 0 && most <= 1) return [];
  const message = `the photographs have values from ${least.toPrecision(3)} to ${most.toPrecision(3)}; pictures are in 0…1 here: divide bytes by 255`;
  return [finding("value-range", message, { severity: "error" })];
}

async function judgeLabels(
  net: Network,
  job: {
    engine: Engine;
    pictures: Pictures["images"];
    classes: Pictures["classes"];
    signal?: AbortSignal | undefined;
    preprocessing: Network["input"]["preprocessing"];
  },
): Promise<LabelVerdict | null> {
  const { head } = probeSites(net);
  const known = job.pictures.flatMap((picture, i) =>
    job.classes[i] === undefined ? [] : [{ picture, right: job.classes[i] }],
  );
  if (!head || known.length === 0) return null;
  const probe = await openProbe(net, { engine: job.engine, targets: [head], signal: job.signal });
  try {
    const { last } = await probe.run(
      known.map(({ picture }) => picture),
      job.preprocessing,
    );
    return findOffset(
      last.map(probabilities),
      known.map(({ right }) => right),
    );
  } finally {
    probe.dispose();
  }
}

function labelFindings(verdict: LabelVerdict, net: Network): Finding[] {
  const { offset, photos, accuracy, accuracyAtZero } = verdict;
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  // A few photographs more may be chance.
  if (offset !== 0 && accuracy > accuracyAtZero + 0.1 && (accuracy - accuracyAtZero) * photos >= 4) {
    const message = `the labels are shifted: label i is output i ${offset > 0 ? "+" : "−"} ${Math.abs(offset)}; so ${percent(accuracy)} of ${photos} photographs are named right, else ${percent(accuracyAtZero)}`;
    return [finding("label-offset", message, { severity: "error" })];
  }
  if (beatsChance(accuracy, photos, net.ops.at(-1)!.output.at(-1)!)) return [];
  const message = `of ${photos} photographs whose class is known ${percent(accuracy)} are named right, which may be chance: see whether the labels are in the order of the network's outputs, or give more photographs`;
  return [finding("label-offset", message)];
}
