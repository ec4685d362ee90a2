/** MobileNet V2 (Sandler et al. 2018) and V3 (Howard et al. 2019) and EfficientNet-B0 as tables, in torchvision's words and in timm's. */
import { stages as efficient } from "../efficientnet.js";
import { stages as plain } from "../mobilenet.js";
import type { ArchitectureRecipe } from "../recipe.js";
import { timmNames, timmV3Names, torchvisionNames } from "./bottleneck-names.js";
import { type Block, type BottleneckNetwork, bottlenecks } from "./bottlenecks.js";

/** The blocks of a stage by kernel, blocks, width, expansion and stride. */
function stagesOf(
  rows: readonly (readonly [number, number, number, number, number])[],
  { stem, activation, squeezes }: { stem: number; activation: string; squeezes: boolean },
): Block[][] {
  let channels = stem;
  return rows.map(([size, blocks, filters, expansion, stride]) =>
    Array.from({ length: blocks }, (_, b) => {
      const given = channels;
      channels = filters;
      const few = squeezes ? Math.floor(given / 4) : 0;
      return { size, wide: expansion * given, filters, strides: b === 0 ? stride : 1, few, activation };
    }),
  );
}

const mobilenetV2: BottleneckNetwork = {
  name: "mobilenetv2",
  stem: 32,
  stages: stagesOf(
    plain.map(([filters, blocks, stride], i) => [3, blocks, filters, i === 0 ? 1 : 6, stride] as const),
    { stem: 32, activation: "relu6", squeezes: false },
  ),
  head: 1280,
  activation: "relu6",
  weighing: ["swish", "sigmoid"],
};

const efficientnetB0: BottleneckNetwork = {
  name: "efficientnetb0",
  stem: 32,
  stages: stagesOf(efficient, { stem: 32, activation: "swish", squeezes: true }),
  head: 1280,
  activation: "swish",
  weighing: ["swish", "sigmoid"],
};

/** Rows of V3's tables: kernel, width between, width, whether channels are weighed, whether the activation is a hard swish, stride. */
type Row = readonly [number, number, number, boolean, boolean, number];

function v3(
  name: string,
  stages: readonly (readonly Row[])[],
  [head, features]: readonly [number, number],
): BottleneckNetwork {
  return {
    name,
    stem: 16,
    stages: stages.map((rows) =>
      rows.map(([size, wide, filters, squeezes, hard, strides]) => ({
        size,
        wide,
        filters,
        strides,
        few: squeezes ? eighths(wide / 4) : 0,
        activation: hard ? "hard_swish" : "relu",
      })),
    ),
    head,
    features,
    activation: "hard_swish",
    weighing: ["relu", "hard_sigmoid"],
  };
}

/** The nearest multiple of eight that is no less than nine tenths. */
function eighths(n: number): number {
  const near = Math.max(8, Math.floor((n + 4) / 8) * 8);
  return near < 0.9 * n ? near + 8 : near;
}

const v3Small = v3(
  "mobilenet_v3_small",
  [
    [[3, 16, 16, true, false, 2]],
    [
      [3, 72, 24, false, false, 2],
      [3, 88, 24, false, false, 1],
    ],
    [[5, 96, 40, true, true, 2], ...new Array<Row>(2).fill([5, 240, 40, true, true, 1])],
    [
      [5, 120, 48, true, true, 1],
      [5, 144, 48, true, true, 1],
    ],
    [[5, 288, 96, true, true, 2], ...new Array<Row>(2).fill([5, 576, 96, true, true, 1])],
  ],
  [576, 1024],
);

const v3Large = v3(
  "mobilenet_v3_large",
  [
    [[3, 16, 16, false, false, 1]],
    [
      [3, 64, 24, false, false, 2],
      [3, 72, 24, false, false, 1],
    ],
    [[5, 72, 40, true, false, 2], ...new Array<Row>(2).fill([5, 120, 40, true, false, 1])],
    [
      [3, 240, 80, false, true, 2],
      [3, 200, 80, false, true, 1],
      ...new Array<Row>(2).fill([3, 184, 80, false, true, 1]),
    ],
    [
      [3, 480, 112, true, true, 1],
      [3, 672, 112, true, true, 1],
    ],
    [[5, 672, 160, true, true, 2], ...new Array<Row>(2).fill([5, 960, 160, true, true, 1])],
  ],
  [960, 1280],
);

const byPlace =
  (name: string) =>
  (_: number, [, i]: readonly [number, number]): string =>
    `features.${i + 1}.${name}`;
const ofV3 = torchvisionNames(byPlace("block"), { epsilon: 1e-3 });

/** Recipes by architecture, in torchvision's words and in timm's. */
export const bottleneckRecipes: Readonly<
  Record<"mobilenetv2" | "efficientnetb0" | "mobilenet_v3_small" | "mobilenet_v3_large", readonly ArchitectureRecipe[]>
> = {
  mobilenetv2: [
    bottlenecks(mobilenetV2, torchvisionNames(byPlace("conv"), { flat: true })),
    bottlenecks(mobilenetV2, timmNames),
  ],
  efficientnetb0: [
    bottlenecks(
      efficientnetB0,
      torchvisionNames((stage, [b]) => `features.${stage + 1}.${b}.block`, { counts: "stages" }),
    ),
    bottlenecks(efficientnetB0, timmNames),
  ],
  mobilenet_v3_small: [bottlenecks(v3Small, ofV3), bottlenecks(v3Small, timmV3Names)],
  mobilenet_v3_large: [bottlenecks(v3Large, ofV3), bottlenecks(v3Large, timmV3Names)],
};
