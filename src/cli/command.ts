/**
 * The runner of commands. It does what all have in common: checks the folder for results, opens the model, says which preprocessing was
 * assumed and which engine runs, reports progress, writes files and prints, and releases the engine. A command's own file says what it
 * takes and what it does.
 */
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { Command } from "commander";
import {
  checkWritable,
  chooseEngine,
  createEngine,
  describePreprocessing,
  type Engine,
  type EngineName,
  type Figure,
  isLensError,
  LensError,
  type Network,
  open,
  type Progress,
  parse,
  saveAll,
  terminalText,
  toPNG,
  toSVG,
  wasmEngine,
  withDictionary,
} from "../index.js";
import { removePartials } from "../node/folder-lock.js";
import { signal, whyNoOutput } from "./interrupt.js";
import {
  type ArgumentSpecs,
  argumentOf,
  type Given,
  type OptionSpec,
  type OptionSpecs,
  optionOf,
  text,
  type Values,
} from "./option.js";
import { note, say, sayJSON } from "./output.js";
import { type ProgressReporter, progressReporter } from "./progress.js";
import { modelOptions } from "./shared-options.js";

/** Files by name. A figure is written twice, as `name.svg` and `name.png`. */
export type Files = Readonly<Record<string, string | Uint8Array | Figure>>;

/** What a command hands back. */
export interface Outcome {
  /** What `--json` prints: a value, or JSON text. */
  readonly json: unknown;
  /** What is printed otherwise, line by line. */
  readonly lines: readonly string[];
  /** What is written into the folder for results; made only when there is one. */
  readonly files?: (() => Files | Promise<Files>) | undefined;
}

/** What a command has while it runs. */
export interface Job<A, O> {
  readonly net: Network;
  readonly args: A;
  readonly options: O;
  /** The folder for results; `null` when nothing is to be written. */
  readonly folder: string | null;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  /** The engine of `--engine`, else the one preferred, else the best one at hand; released when the command ends. */
  engine(preferred?: EngineName): Promise<Engine>;
  /** Prints a line at once, unless `--json` was given. */
  say(line: string): void;
  /** Prints a note for people on stderr. */
  note(line: string): void;
}

/** Where results are written. */
type FolderRule<A> =
  /** Nowhere. */
  | undefined
  /** Into `--out`, when it is given. */
  | "asked"
  /** Into `--out`, or a folder of this name; with `--json`, only when `--out` is given. */
  | ((net: Network, args: A) => string);

/** What a command is made of. */
export interface CommandSpec<A extends ArgumentSpecs, O extends OptionSpecs> {
  readonly description: string;
  readonly arguments: A;
  readonly options: O;
  readonly alias?: string;
  readonly out?: FolderRule<Given<A>>;
  /** Whether what it writes is what it is for, so that `--json` does not keep it from writing. */
  readonly filesAreTheResult?: boolean;
  /** Whether its text says by itself what preprocessing was assumed. */
  readonly saysPreprocessing?: boolean;
  /** Refuses options that do not go together, before the model is opened. */
  readonly check?: (args: Given<A>, options: Values<O>) => void | Promise<void>;
}

/** Options of every command, as values. */
type Common = Values<typeof modelOptions> & { readonly out?: string; readonly engine?: EngineName };

const outOption = (rule: FolderRule<never>): OptionSpec<string | undefined> =>
  text("--out <folder>", rule === "asked" ? "where to write files; none are written when absent" : "where to write");

/** Makes a command of what it takes and what it does. */
export function command<A extends ArgumentSpecs, O extends OptionSpecs>(
  name: string,
  spec: CommandSpec<A, O>,
  run: (job: Job<Given<A>, Values<O>>) => Promise<Outcome>,
): () => Command {
  return () => {
    const made = new Command(name).description(spec.description).exitOverride();
    // What is quoted of the command line may hold anything.
    made.configureOutput({ outputError: (words, write) => write(`${terminalText(words.trimEnd())}\n`) });
    if (spec.alias !== undefined) made.alias(spec.alias);
    const model = {
      count: "one",
      words: "model.json of a tfjs model or its folder, an .h5, .keras or .onnx file, weights alone, or a URL",
    } as const;
    made.addArgument(argumentOf("model", model));
    for (const [each, argument] of Object.entries(spec.arguments)) made.addArgument(argumentOf(each, argument));
    const options = {
      ...modelOptions,
      ...(spec.out && { out: outOption(spec.out as FolderRule<never>) }),
      ...spec.options,
    };
    for (const [each, option] of Object.entries(options)) made.addOption(optionOf(each, option));
    return made.action(async (path: string, ...rest: unknown[]) => {
      const names = Object.keys(spec.arguments);
      const words = Object.fromEntries(names.map((each, i) => [each, rest[i]])) as Given<A>;
      await execute({ path, words, options: rest[names.length] as Values<O> & Common }, spec, run);
    });
  };
}

/** What stands on the command line. */
interface CommandLine<A, O> {
  readonly path: string;
  readonly words: A;
  readonly options: O & Common;
}

async function execute<A extends ArgumentSpecs, O extends OptionSpecs>(
  { path, words, options }: CommandLine<Given<A>, Values<O>>,
  spec: CommandSpec<A, O>,
  run: (job: Job<Given<A>, Values<O>>) => Promise<Outcome>,
): Promise<void> {
  const full = whyNoOutput();
  if (full !== undefined) throw new LensError("file", `the output cannot be written (${full}); choose another place`);
  if (options.out !== undefined) await checkWritable(options.out);
  await spec.check?.(words, options);
  const net = await openModel(path, options);
  const args = inNamesOf(net, words);
  const folder = folderOf(spec, net, args, options);
  if (folder !== null) {
    await checkWritable(folder);
    // A new folder is made beside its place, so what a killed command left may lie there too.
    await removePartials(folder);
    await removePartials(dirname(resolve(folder)));
  }
  const progress = progressReporter();
  const engines: Engine[] = [];
  const job: Job<Given<A>, Values<O>> = {
    ...{ net, args, options, folder, signal },
    onProgress: progress.onProgress,
    async engine(preferred) {
      if (engines.length === 0) {
        if (!net.input.stated) note(assumption(net));
        engines.push(await engineFor(net, options.engine ?? preferred));
      }
      return engines[0]!;
    },
    say(line) {
      progress.end();
      if (!options.json) say(line);
    },
    note(line) {
      progress.end();
      note(line);
    },
  };
  try {
    const outcome = await run(job);
    await write(folder, outcome, options, progress);
    const isSaid = engines.length > 0 || (spec.saysPreprocessing && !options.json);
    if (!net.input.stated && !isSaid) note(assumption(net));
  } finally {
    progress.end();
    for (const engine of engines) engine.dispose();
  }
}

/** Arguments in which layers named as they are printed, with `\u{a}` for a line end, have their own names. */
function inNamesOf<A extends object>(net: Network, args: A): A {
  const printed = net.layers
    .map(({ name }) => ({ name, shown: terminalText(name) }))
    .filter(({ name, shown }) => name !== shown);
  const own = (word: unknown): unknown => {
    if (Array.isArray(word)) return word.map(own);
    const found = printed.find(
      ({ shown }) => word === shown || (typeof word === "string" && word.startsWith(`${shown}:`)),
    );
    return found ? found.name + (word as string).slice(found.shown.length) : word;
  };
  return Object.fromEntries(Object.entries(args).map(([key, word]) => [key, own(word)])) as A;
}

/** Writes the files of an outcome, then prints it. */
async function write(
  folder: string | null,
  outcome: Outcome,
  { json }: Common,
  progress: ProgressReporter,
): Promise<void> {
  const files = folder !== null && outcome.files ? await drawn(await outcome.files()) : {};
  signal.throwIfAborted();
  if (folder !== null && outcome.files) await saveAll(folder, files);
  progress.end();
  if (json) return sayJSON(outcome.json);
  for (const line of outcome.lines) say(line);
  for (const name of named(Object.keys(files))) say(join(folder!, name));
}

/** Figures become an SVG and a PNG each. */
async function drawn(files: Files): Promise<Record<string, string | Uint8Array>> {
  const made: Record<string, string | Uint8Array> = {};
  for (const [name, content] of Object.entries(files)) {
    if (typeof content === "string" || content instanceof Uint8Array) made[name] = content;
    else {
      made[`${name}.svg`] = toSVG(content);
      made[`${name}.png`] = await toPNG(content, { signal });
    }
  }
  return made;
}

/** The files that are named: all while they are few, else the page and the data. */
function named(names: readonly string[]): readonly string[] {
  return names.length <= 8 ? names : names.filter((name) => /\.(?:html|json)$/.test(name));
}

function folderOf<A extends ArgumentSpecs>(
  { out: rule, filesAreTheResult = false }: Pick<CommandSpec<A, OptionSpecs>, "out" | "filesAreTheResult">,
  net: Network,
  args: Given<A>,
  { out, json }: Common,
): string | null {
  if (rule === undefined) return null;
  if (out !== undefined) return out;
  return rule === "asked" || (json && !filesAreTheResult) ? null : rule(net, args);
}

/** Opens the model that a command names. What an error says of options of `open` it says of those of the command. */
async function openModel(path: string, { preprocessing, architecture, upTo, dictionary }: Common): Promise<Network> {
  try {
    const net = await open(path, { signal, preprocessing, architecture: architecture as "vgg16" | undefined, upTo });
    return dictionary === undefined ? net : withDictionary(net, parse("dictionary", await textOf(dictionary), net));
  } catch (cause) {
    if (!isLensError(cause)) throw cause;
    throw new LensError(cause.code, onCommandLine(cause.message), { cause });
  }
}

async function textOf(file: string): Promise<string> {
  return readFile(file, "utf8").catch((error: Error) => {
    throw new LensError("file", `"${file}" cannot be read (${error.message})`);
  });
}

/** `"give { architecture }, one of vgg16 or a function"` as `"give --architecture, one of vgg16"`. */
export function onCommandLine(message: string): string {
  return message
    .replace(/(\{ architecture \}.*) or a function/, "$1")
    .replaceAll(
      /\{ preprocessing: \{ order: "(\w+)", scale: ([\d.e+-]+), mean: (\[.*?\]), std: (\[.*?\]) \} \}/g,
      (_, order, scale, mean, std) =>
        `--preprocessing '{"order":"${order}","scale":${scale},"mean":${mean},"std":${std}}'`,
    )
    .replaceAll(/\{ (architecture|preprocessing) \}/g, "--$1")
    .replaceAll(/\{ (architecture): "(\w+)" \}/g, "--$1 $2")
    .replaceAll(/\{ upTo \}|\bupTo\b/g, "--up-to");
}

function assumption({ input: { preprocessing, shape } }: Network): string {
  return `preprocessing ${preprocessing.name} (${describePreprocessing(preprocessing, shape.at(-1)!)}) was assumed; give --preprocessing if it is another`;
}

/** The engine asked for, or the best one at hand; which and why is said in one line on stderr. */
async function engineFor(net: Network, name: EngineName | undefined): Promise<Engine> {
  await turnOnRelaxedSIMD();
  if (name !== undefined) return createEngine(name);
  const { engine, considered } = await chooseEngine(net);
  const reasons = considered.map((each, i) => {
    const time = each.milliseconds === null ? "" : ` (${each.milliseconds.toPrecision(2)} ms a step)`;
    return `${i === 0 ? "engine " : "not "}${each.engine}${time}, ${each.reason}`;
  });
  note(reasons.join("; "));
  return engine;
}

/** Node 20 has relaxed SIMD behind a flag. A library leaves a process's flags alone; this process is the command's own. */
async function turnOnRelaxedSIMD(): Promise<void> {
  await wasmEngine({ threads: 1, relaxed: true }).then(
    (engine) => engine.dispose(),
    () => {},
  );
}
