/** Options that commands share, and their reading: text in, checked values out. */
import { type Command, InvalidArgumentError, Option } from "commander";
import {
  type ArchitectureName,
  chooseEngine,
  createEngine,
  type Engine,
  type EngineName,
  isLensError,
  LensError,
  type Network,
  open,
  type PreprocessingName,
  type Strength,
  wasmEngine,
} from "../index.js";
import { signal } from "./interrupt.js";

/** Options of every command. */
export interface ModelOptions {
  readonly preprocessing?: PreprocessingName;
  readonly architecture?: ArchitectureName;
  readonly upTo?: string;
  readonly json?: boolean;
}

/** Options of commands that make pictures. */
export interface PictureOptions extends ModelOptions {
  readonly out?: string;
  readonly seed: number;
  readonly engine?: EngineName | undefined;
  readonly steps?: number;
  readonly size?: number;
}

/** Adds what every command takes: the model as its first argument, and how to read it. */
export function withModel(command: Command): Command {
  return command
    .argument(
      "<model>",
      "model.json of a tfjs model or its folder, an .h5, .keras or .onnx file, weights alone, or a URL",
    )
    .option("--preprocessing <name>", "how the network was fed: unit, tf, caffe or torch")
    .option("--architecture <name>", "for weights alone, what they belong to: vgg16, resnet50, inceptionv3 …")
    .option("--up-to <layer>", "leave out what this layer does not read")
    .option("--json", "machine-readable output on stdout");
}

/** Adds what ranking commands take. */
export function withRankingOptions(command: Command): Command {
  return command
    .option("--count <n>", "how many", wholeNumber(1), 6)
    .addOption(new Option("--strength <name>", "measure of a kernel").choices(["l2", "l1", "max", "sum"]).default("l2"))
    .addOption(
      new Option("--weights <which>", "with the batch norm that follows multiplied in, or as stored")
        .choices(["folded", "stored"])
        .default("folded"),
    );
}

/** What `withRankingOptions` adds. */
export interface RankingOptions {
  readonly count: number;
  readonly strength: Exclude<Strength, (...args: never[]) => unknown>;
  readonly weights: "folded" | "stored";
}

/** What sizes a command takes beyond pixels, in words, and how they are read. */
interface SizeOption {
  readonly words: string;
  readonly read: (text: string) => number | "auto";
}

/** Adds what picture-making commands take. */
export function withPictureOptions(command: Command, size: SizeOption = { words: "", read: pixels }): Command {
  return withModel(command)
    .option("--out <folder>", "where to write")
    .option("--seed <n>", "seed of all chance", wholeNumber(0), 0)
    .option("--engine <name>", "wasm, tfjs-webgpu, tfjs-webgl, tfjs-wasm, tfjs-cpu or cpu; chosen by trial when absent")
    .option("--steps <n>", "updates per picture", wholeNumber(1))
    .option("--size <pixels>", `height and width of pictures${size.words}`, size.read);
}

/** Opens the model a command names. What an error says of options of `open` it says of those of the command. */
export async function openModel(path: string, { preprocessing, architecture, upTo }: ModelOptions): Promise<Network> {
  try {
    return await open(path, { signal, preprocessing, architecture, upTo });
  } catch (cause) {
    if (!isLensError(cause)) throw cause;
    throw new LensError(cause.code, onCommandLine(cause.message), { cause });
  }
}

/** `"give { architecture }, one of vgg16 or a function"` as `"give --architecture, one of vgg16"`. */
export function onCommandLine(message: string): string {
  return message
    .replace(/(\{ architecture \}.*) or a function/, "$1")
    .replaceAll(/\{ (architecture|preprocessing) \}/g, "--$1")
    .replaceAll(/\{ (architecture): "(\w+)" \}/g, "--$1 $2")
    .replaceAll(/\bupTo\b/g, "--up-to");
}

/** The engine asked for, or the best one at hand; which and why is said in one line on stderr. */
export async function engineFor(net: Network, { engine: name }: Pick<PictureOptions, "engine">): Promise<Engine> {
  await turnOnRelaxedSIMD();
  if (name !== undefined) return createEngine(name);
  const { engine, considered } = await chooseEngine(net);
  const reasons = considered.map(({ engine, milliseconds, reason }, i) => {
    const time = milliseconds === null ? "" : ` (${milliseconds.toPrecision(2)} ms a step)`;
    return `${i === 0 ? "engine " : "not "}${engine}${time}, ${reason}`;
  });
  process.stderr.write(`${reasons.join("; ")}\n`);
  return engine;
}

/** Node 20 has relaxed SIMD behind a flag. A library leaves a process's flags alone; this process is the command's own. */
async function turnOnRelaxedSIMD(): Promise<void> {
  await wasmEngine({ threads: 1, relaxed: true }).then(
    (engine) => engine.dispose(),
    () => {},
  );
}

/** Writes a line of output. */
export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Writes a value as JSON, typed arrays as lists of numbers. */
export function sayJSON(value: unknown): void {
  say(JSON.stringify(value, (_, v) => (v instanceof Float32Array ? [...v] : v), 1));
}

/** Reads a height and width: below eight there is nothing to see. */
export const pixels: (text: string) => number = (text) => wholeNumber(8)(text);

/** Reads a whole number from `least` on. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const n = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(n) || n < least) {
      throw new InvalidArgumentError(`A whole number from ${least} is needed.`);
    }
    return n;
  };
}
