/** Schemas of the results about datasets, images and stimuli. */
import { flagSchema, listOf, numberSchema, oneOf, type Schema, textSchema, where } from "../core/check.js";
import {
  anyNumber,
  countSchema,
  float32Schema,
  imageSchema,
  numbersSchema,
  objectOf,
  orNull,
  pairOf,
  sizeSchema,
  textsSchema,
  unitSchema,
} from "../core/schemas.js";
import { fieldSchema } from "../network/receptive-field.js";
import { resultSchema } from "../network/schemas.js";
import type { ActivationMap, ActivationMapSettings } from "./activations.js";
import type { BrokenItem } from "./dataset.js";
import type { Example, Examples, ExamplesSettings, Region, UnitExamples } from "./example.js";
import { fitSchema } from "./fit.js";
import type { JointMember, JointTuning } from "./joint-tuning.js";
import { positionsSchema } from "./positions.js";
import type { ResponseAt } from "./scalar-responses.js";
import type { SweepAxis } from "./sweep.js";
import type { Tuning, TuningSettings, UnitTuning } from "./tune.js";
import type { TuningCurve } from "./tuning-curve.js";
import type {
  ClassShare,
  HistogramBin,
  Statistics,
  StatisticsSettings,
  UnitStatistics,
  UnitSums,
} from "./unit-statistics.js";

const wholeSize = pairOf(sizeSchema);
/** Pictures that could not be read. */
export const brokenSchema: Schema<BrokenItem[]> = listOf(
  objectOf<BrokenItem>({ id: textSchema, reason: textSchema }, "a picture left out"),
);
const regionSize = numberSchema({ from: -(2 ** 20), to: 2 ** 20 });

export const exampleSchema: Schema<Example> = objectOf<Example>(
  {
    id: textSchema,
    label: orNull(textSchema),
    value: anyNumber,
    position: orNull(pairOf(countSchema)),
    field: objectOf<Region>(
      { top: regionSize, left: regionSize, height: sizeSchema, width: sizeSchema },
      "a rectangle of a picture",
    ),
    crop: orNull(imageSchema),
    picture: orNull(imageSchema),
  },
  "an example",
);

/** Examples of one unit. */
export const unitExamplesSchema: Schema<UnitExamples> = objectOf<UnitExamples>(
  { unit: unitSchema, top: listOf(exampleSchema), bottom: listOf(exampleSchema), random: listOf(exampleSchema) },
  "examples of a unit",
);

/** Examples. */
export const examplesSchema: Schema<Examples> = resultSchema<Examples>(
  "examples",
  { engine: "always" },
  {
    settings: objectOf<ExamplesSettings>(
      {
        count: countSchema,
        bottom: countSchema,
        random: countSchema,
        statistic: oneOf("max", "mean"),
        per: oneOf("picture", "position"),
        preActivation: flagSchema,
        size: wholeSize,
        fit: fitSchema,
        crops: flagSchema,
        pictures: flagSchema,
        seed: anyNumber,
      },
      "settings of examples",
    ),
    units: listOf(unitExamplesSchema),
    seen: textsSchema,
    broken: brokenSchema,
  },
);

/** Numbers whose sum is exact. */
const sumSchema = numbersSchema;

const sumsSchema = objectOf<UnitSums>(
  {
    fired: countSchema,
    total: sumSchema,
    squares: sumSchema,
    classes: listOf(
      objectOf<UnitSums["classes"][number]>(
        { label: textSchema, pictures: countSchema, count: countSchema, total: sumSchema, positive: sumSchema },
        "sums of a class",
      ),
    ),
  },
  "sums of a unit",
);

export const unitStatisticsSchema: Schema<UnitStatistics> = objectOf<UnitStatistics>(
  {
    unit: unitSchema,
    count: countSchema,
    firingRate: numberSchema({ from: 0, to: 1 }),
    state: oneOf("dead", "always on", "selective"),
    mean: anyNumber,
    variance: anyNumber,
    smallest: anyNumber,
    largest: anyNumber,
    quantiles: listOf(
      objectOf<UnitStatistics["quantiles"][number]>({ share: anyNumber, value: anyNumber }, "a quantile"),
    ),
    histogram: listOf(
      where(
        objectOf<HistogramBin>({ from: anyNumber, to: anyNumber, count: countSchema }, "a bin"),
        ({ from, to }) => from <= to,
        "a bin that begins before it ends",
      ),
    ),
    classes: listOf(
      objectOf<ClassShare>(
        { label: textSchema, pictures: countSchema, mean: anyNumber, share: anyNumber },
        "a share of a class",
      ),
    ),
    sums: sumsSchema,
  },
  "statistics of a unit",
);

/** Statistics. */
export const statisticsSchema: Schema<Statistics> = where(
  resultSchema<Statistics>(
    "statistics",
    { engine: "always" },
    {
      settings: objectOf<StatisticsSettings>(
        { preActivation: flagSchema, size: wholeSize, fit: fitSchema, correlation: flagSchema },
        "settings of statistics",
      ),
      units: listOf(unitStatisticsSchema),
      correlation: orNull(listOf(listOf(orNull(anyNumber)))),
      products: listOf(sumSchema),
      seen: textsSchema,
      broken: brokenSchema,
    },
  ),
  ({ units: { length }, correlation, products, settings }) =>
    (correlation !== null) === settings.correlation &&
    (correlation ?? []).every((row) => row.length === length) &&
    products.length === (settings.correlation ? (length * (length + 1)) / 2 : 0) &&
    (correlation === null || correlation.length === length),
  "statistics whose correlations are between its units",
);

export const curveSchema: Schema<TuningCurve> = where(
  objectOf<TuningCurve>(
    {
      angles: numbersSchema,
      responses: float32Schema,
      sweepPeriod: numberSchema({ above: 0, to: 1e150 }),
      preferred: anyNumber,
      mean: anyNumber,
      peak: anyNumber,
      selectivity: anyNumber,
      halfWidth: anyNumber,
      echo: orNull(anyNumber),
      period: numberSchema({ above: 0, to: 1e150 }),
    },
    "a tuning curve",
  ),
  ({ angles, responses }) => angles.length >= 4 && angles.length === responses.length,
  "a tuning curve with a response at each of four angles or more",
);

const tuningSettings = objectOf<TuningSettings>(
  { at: oneOf("max", "mean", "centre") as Schema<ResponseAt>, preActivation: flagSchema },
  "settings of a tuning",
);

const axisSchema = objectOf<SweepAxis>(
  {
    name: textSchema,
    values: where(numbersSchema, ({ length }) => length > 0, "a list of numbers"),
    period: orNull(numberSchema({ above: 0, to: 1e150 })),
  },
  "an axis",
);

const unitTuningSchema = objectOf<UnitTuning>(
  { unit: unitSchema, responses: float32Schema, best: numbersSchema, curve: orNull(curveSchema) },
  "the tuning of a unit",
);

/** A tuning. */
export const tuningSchema: Schema<Tuning> = where(
  resultSchema<Tuning>(
    "tuning",
    { engine: "always" },
    {
      settings: tuningSettings,
      stimulus: textSchema,
      axes: listOf(axisSchema),
      units: listOf(unitTuningSchema),
    },
  ),
  ({ axes, units }) => {
    const count = axes.reduce((product, { values }) => product * values.length, 1);
    return (
      units.length > 0 &&
      axes.length > 0 &&
      units.every(({ responses, best }) => responses.length === count && best.length === axes.length)
    );
  },
  "a tuning of one unit or more with a response for each point of the sweep",
);

/** A joint tuning. */
export const jointTuningSchema: Schema<JointTuning> = where(
  resultSchema<JointTuning>(
    "joint-tuning",
    { engine: "always" },
    {
      settings: tuningSettings,
      angles: numbersSchema,
      members: listOf(
        objectOf<JointMember>(
          { unit: unitSchema, curve: curveSchema, each: listOf(float32Schema) },
          "the curves of a member",
        ),
      ),
      photographs: countSchema,
    },
  ),
  ({ angles, members, photographs }) =>
    members.length > 0 &&
    members.every(
      ({ curve, each }) =>
        curve.angles.length === angles.length &&
        each.length === photographs &&
        each.every(({ length }) => length === angles.length),
    ),
  "a joint tuning of one member or more with a curve for each photograph",
);

/** A map of activations, or of what speaks for a class. */
export const activationMapSchema: Schema<ActivationMap> = where(
  resultSchema<ActivationMap>(
    "activation-map",
    { engine: "always" },
    {
      settings: objectOf<ActivationMapSettings>(
        {
          method: oneOf("activation", "CAM", "Grad-CAM", "gradient × activation", "integrated gradient"),
          preActivation: flagSchema,
          signed: flagSchema,
          at: orNull(positionsSchema),
          size: wholeSize,
        },
        "settings of a map",
      ),
      of: textSchema,
      layer: textSchema,
      height: sizeSchema,
      width: sizeSchema,
      data: float32Schema,
      dropped: numberSchema({ from: -1e150, to: 0 }),
      field: fieldSchema,
    },
  ),
  ({ height, width, data }) => data.length === height * width,
  "a map of height × width numbers",
);
