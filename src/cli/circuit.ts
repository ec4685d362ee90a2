/** `convlens circuit MODEL UNIT…`: grows a circuit, prunes it, and draws it with pictures of its units. */
import { join } from "node:path";
import type { Command } from "commander";
import {
  type Circuit,
  type FigureTable,
  figure,
  formatUnit,
  grow,
  type Image,
  objective,
  photos,
  prune,
  stringify,
  toHTML,
  toSVG,
  unitFileName,
  type Verification,
  verify,
  visualize,
} from "../index.js";
import { command, type Files, type Job } from "./command.js";
import { custom, flagOff, type Given, many, share, type Values, whole } from "./option.js";
import { checkPhotographs } from "./photographs.js";
import { photosOption, pictureOptions, strength } from "./shared-options.js";

const taken = { units: many('"layer:channel", one root or more') };

const options = {
  ...pictureOptions,
  depth: whole("--depth <n>", "steps from a root: 2, or as many as --layers names", { from: 1, to: 100 }),
  width: whole("--width <n>", "strongest inputs of each sign taken of each unit", { from: 1, to: 10_000, fallback: 3 }),
  keep: share("--keep <share>", "prune each unit to this share of its weight, 0 to 1", { fallback: 1 }),
  strength,
  layers: custom<"neighbours" | "modules" | readonly string[]>(
    "--layers <names>",
    'between which layers edges lead: "modules", behind bottlenecks and residual blocks; "neighbours"; or layers, as a,b,c',
    (given) => (given === "modules" || given === "neighbours" ? given : given.split(",")),
    { fallback: "modules", fallbackWords: "modules" },
  ),
  icons: flagOff("--no-icons", "without pictures of what units look for"),
  photos: photosOption("verify every edge on these photographs"),
};

type CircuitJob = Job<Given<typeof taken>, Values<typeof options>>;

/** The command. */
export const circuitCommand: () => Command = command(
  "circuit",
  {
    description: "what a unit reads, what that reads, and so on: a diagram with kernels and pictures",
    arguments: taken,
    options,
    out: (net, { units }) => join("circuit", unitFileName(net, units[0]!)),
    check: (_, { photos: folder }) => checkPhotographs(folder),
  },
  async (job) => {
    const { net, args, options: given, signal, onProgress } = job;
    const { depth, width, strength, layers } = given;
    const grown = grow(net, args.units, { depth, width, strength, layers });
    const circuit = prune(grown, { keep: given.keep });
    const tested =
      given.photos === undefined
        ? null
        : await verify(net, circuit, photos(given.photos), { engine: await job.engine(), signal, onProgress });
    const saved = stringify(circuit);
    return {
      json: tested ? stringify([circuit, tested]) : saved,
      lines: [
        `${circuit.nodes.length} units, ${circuit.edges.length} edges of ${net.name}`,
        ...(tested
          ? [
              `verified on ${tested.pictures} photographs by ablation: R² ${tested.r2?.toFixed(6) ?? "unknown, since no edge could be tested"}`,
              ...tested.edges.flatMap(rectifiersOf),
            ]
          : []),
      ],
      files: () => filesOf(job, circuit, { saved, tested }),
    };
  },
);

/** Of an edge through layers in between, what its weights and the rectifiers on the way account for. */
function rectifiersOf({ from, to, r2, rectifiers }: Verification["edges"][number]): string[] {
  if (!rectifiers || r2 === null) return [];
  const { layers, passed, r2: acting } = rectifiers;
  const named = layers.length > 0 ? `; rectified in ${layers.join(", ")}` : "";
  const share = passed === null || layers.length === 0 ? "" : `, which lets ${(100 * passed).toFixed(0)} % through`;
  const whole = acting === null ? "" : `; R² ${acting.toFixed(6)} with that`;
  return [`${formatUnit(from)} > ${formatUnit(to)}: R² ${r2.toFixed(3)} by its weights${named}${share}${whole}`];
}

async function filesOf(
  job: CircuitJob,
  circuit: Circuit,
  { saved, tested }: { readonly saved: string; readonly tested: Verification | null },
): Promise<Files> {
  const drawing = figure.circuit(circuit, {
    icons: job.options.icons ? await iconsOf(job, circuit) : {},
    bands: job.options.bands,
  });
  const effects = tested ? [figure.effects(tested)] : [];
  return {
    "circuit.json": saved,
    circuit: drawing,
    "index.html": toHTML([drawing, ...effects], { tables: [tableOf(circuit)] }),
    ...(effects[0] && { "effects.svg": toSVG(effects[0]) }),
  };
}

/** Pictures of what the units look for: one example of each rather than a texture, as large as what it sees. */
async function iconsOf(job: CircuitJob, { nodes }: Circuit): Promise<Record<string, Image>> {
  const { net, options: given, signal, onProgress } = job;
  const { seed, steps = 96, size = "auto" } = given;
  const names = nodes.filter(({ kind }) => kind !== "input").map(({ unit }) => formatUnit(unit));
  const targets = names.map((name) => objective.neuron(name));
  const look = { engine: await job.engine(), signal, onProgress, preset: "lucid", seed, steps, size } as const;
  const made = await visualize(net, targets, look);
  return Object.fromEntries(names.map((name, i) => [name, made[i]!.image]));
}

function tableOf({ edges }: Circuit): FigureTable {
  return {
    caption: "Edges",
    header: ["from", "to", "sign", "strength", "share", "by", "expanded weights"],
    rows: edges.map(({ from, to, sign, strength: by, share: part, route, expanded }) => [
      formatUnit(from),
      formatUnit(to),
      sign,
      by.toFixed(4),
      `${(100 * part).toFixed(1)} %`,
      route.join(", "),
      expanded ? `${expanded.status}, cancellation ${expanded.cancellation.toFixed(2)}` : "",
    ]),
  };
}
