/** Options that several commands share, and how their text is read. */
import { InvalidArgumentError } from "commander";
import { type Bands, type EngineName, LensError, type PreprocessingLike, preprocessing } from "../index.js";
import { choice, custom, flag, type OptionSpec, text, whole, wholeNumber } from "./option.js";

/** A size on the command line: one number for both sides, or height and width. */
export type SizeGiven = number | readonly [height: number, width: number];

/** Largest side of a picture, in pixels. */
const largestSide = 4096;

const engineNames = [
  "wasm",
  "tfjs-webgpu",
  "tfjs-webgl",
  "tfjs-wasm",
  "tfjs-cpu",
  "cpu",
] as const satisfies readonly EngineName[];

/** How to read the model, and `--json`: of every command. */
export const modelOptions: {
  readonly preprocessing: OptionSpec<PreprocessingLike | undefined>;
  readonly architecture: OptionSpec<string | undefined>;
  readonly dictionary: OptionSpec<string | undefined>;
  readonly upTo: OptionSpec<string | undefined>;
  readonly json: OptionSpec<boolean | undefined>;
} = {
  preprocessing: custom<PreprocessingLike | undefined>(
    "--preprocessing <how>",
    'how the network was fed: unit, bytes, tf, caffe, torch, or JSON such as \'{"order":"bgr","scale":255,"mean":[104,117,123],"std":[1]}\'',
    readPreprocessing,
  ),
  architecture: text("--architecture <name>", "for weights alone, what they belong to: vgg16, resnet50, inceptionv3 …"),
  dictionary: text(
    "--dictionary <file>",
    "put a dictionary into the network: units LAYER/features:N and LAYER/error:N",
  ),
  upTo: text("--up-to <layer>", "leave out what this layer does not read"),
  json: flag("--json", "machine-readable output on stdout"),
};

/** What runs the network. */
export const engine: OptionSpec<EngineName | undefined> = custom(
  "--engine <name>",
  `what runs the network: ${engineNames.join(", ")}; chosen by trial when absent`,
  (given) => {
    const name = engineNames.find((known) => known === given);
    if (name) return name;
    throw new LensError("bad-argument", `an engine is one of ${engineNames.join(", ")}; got ${JSON.stringify(given)}`);
  },
);

/** The seed of all chance. */
export const seed: OptionSpec<number> = whole("--seed <n>", "seed of all chance", {
  from: 0,
  to: 2 ** 32 - 1,
  fallback: 0,
});

/** A measure of the strength of a kernel. */
export const strength: OptionSpec<"l2" | "l1" | "max" | "sum"> = choice(
  "--strength <name>",
  "measure of a kernel",
  ["l2", "l1", "max", "sum"],
  "l2",
);

/** How many, which measure, which weights: of commands that rank. */
export const rankingOptions: {
  readonly count: OptionSpec<number>;
  readonly strength: typeof strength;
  readonly weights: OptionSpec<"folded" | "stored">;
} = {
  count: whole("--count <n>", "how many", { from: 1, to: 1_000_000, fallback: 6 }),
  strength,
  weights: choice(
    "--weights <which>",
    "with the batch norm that follows multiplied in, or as stored",
    ["folded", "stored"],
    "folded",
  ),
};

/** Which bands of pictures are shown that are neither grey nor RGB. */
export const bands: OptionSpec<Bands | undefined> = custom(
  "--bands <which>",
  "of pictures neither grey nor RGB: three bands such as 3,2,1 as red, green and blue; one as grey; or each",
  readBands,
);

/** Of commands that make pictures. */
export const pictureOptions: {
  readonly seed: OptionSpec<number>;
  readonly engine: OptionSpec<EngineName | undefined>;
  readonly steps: OptionSpec<number | undefined>;
  readonly size: OptionSpec<SizeGiven | undefined>;
  readonly bands: typeof bands;
} = {
  seed,
  engine,
  steps: whole("--steps <n>", "updates per picture", { from: 1, to: 1_000_000 }),
  size: custom<SizeGiven | undefined>("--size <pixels>", "height and width of pictures: 96, or 24x40", readSize),
  bands,
};

/** Settings that pictures start from. */
export const presets = ["swift", "lucid", "draft", "maco", "classic"] as const;
/** What a picture of a unit climbs. */
export const views = ["neuron", "channel"] as const;

/** A folder of photographs. */
export function photosOption(words: string): OptionSpec<string | undefined> {
  return text("--photos <folder>", words);
}

/** Reads `96`, or `24x40` (height x width); below eight pixels there is nothing to see. */
export function readSize(given: string): SizeGiven {
  const sides = given.split(/[x×]/);
  const range = wholeNumber(8, largestSide);
  try {
    if (sides.length === 1) return range(given);
    if (sides.length === 2) return [range(sides[0]!), range(sides[1]!)];
  } catch {
    // Said below, for one side and for two.
  }
  throw new InvalidArgumentError(`A whole number from 8 to ${largestSide} is needed, or HEIGHTxWIDTH such as 24x40.`);
}

/** Reads `3,2,1`, `3` or `each`. */
function readBands(given: string): Bands {
  const numbers = given.split(",").map((part) => (/^\s*\d{1,6}\s*$/.test(part) ? Number(part) : -1));
  if (given !== "each" && (numbers.includes(-1) || (numbers.length !== 1 && numbers.length !== 3)))
    throw new InvalidArgumentError("Three bands such as 3,2,1 are needed, or one, or each; bands count from 0.");
  return given === "each" ? given : numbers.length === 1 ? numbers[0]! : (numbers as unknown as Bands);
}

/** Reads the name of a preprocessing or its numbers as JSON. Names are checked here; numbers, for which the network counts, when it is opened. */
function readPreprocessing(given: string): PreprocessingLike {
  if (!given.trim().startsWith("{")) {
    preprocessing(given as "unit");
    return given as "unit";
  }
  try {
    return JSON.parse(given) as PreprocessingLike;
  } catch (error) {
    throw new InvalidArgumentError(`It begins as JSON but is none: ${(error as Error).message}.`);
  }
}
